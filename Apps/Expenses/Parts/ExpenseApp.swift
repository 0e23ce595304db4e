import Hummingbird
import Lockstep
import LockstepSQL
import LockstepServer
import Logging

/// The expense application: its tables, what its workers do and its routes.
///
/// ```swift
/// let app = try await ExpenseApp(store: store, folder: "data/expenses")
/// app.addRoutes(to: router)
/// let worker = Worker(on: store) { app.handlers }
/// ```
public struct ExpenseApp: Sendable {
    let service: ExpenseService
    private let logger: Logger

    /// What it counts, to be shown by `ServerMetrics`.
    public let counters = SessionCounters()

    /// Under these paths a page of this server may send requests with a browser's cookie.
    public static let formPaths = ["/api/expenses/"]

    /// Installs the lifecycle and the tables in a store, and opens the folder of the files.
    public init(
        store: any SQLStore, folder: String, logger: Logger = Logger(label: "expenses")
    ) async throws {
        self.logger = logger
        try await store.create(ExpenseSchema.create)
        let jobs = try await Jobs<ExpenseSession>(on: store)
        service = ExpenseService(
            store: store, folder: try await ObjectFolder(folder), jobs: jobs,
            repository: SessionRepository(jobs: jobs, counters: counters, logger: logger))
    }

    /// What workers do in each working status.
    public var handlers: [Handler] { ExpenseStages(service: service, logger: logger).handlers }

    /// Logs and counts every transition; it runs beside a server.
    public var journal: TransitionJournal {
        TransitionJournal(of: ExpenseSession.name, in: service.store, logger: logger) {
            [counters, logger] entry in
            guard let from = entry.from else { return }
            logger.info("Session \(entry.job) status transition: \(from) -> \(entry.to)")
            counters.made.count(from, entry.to)
        }
    }

    /// Erases, now and then, what belonged to sessions that are gone; it runs beside a server, and any number may.
    public var cleaner: Recurring {
        Recurring("cleaning up expenses", every: .seconds(300), by: service.store.time, logger: logger) {
            try await service.cleanUp()
        }
    }

    /// The sessions of a user as a part of a page. Workers have none.
    /// - Parameter formToken: what the page's requests have to carry; see `AppContext`.
    /// - Throws: an error of the store.
    public func section(for identity: Identity, formToken: String?) async throws -> SessionSection {
        guard identity.role != .worker else { return SessionSection(views: [], formToken: nil) }
        return SessionSection(
            views: try await service.list(of: identity.user, limit: ItemList.shown + 1), formToken: formToken)
    }

    /// Adds the routes under `/api/expenses`; whoever calls them must have been identified before.
    public func addRoutes(to router: some RouterMethods<AppContext>) {
        let group = router.group("/api/expenses")
        SessionRoutes(service: service).add(to: group)
        ReportRoutes(service: service).add(to: group)
        DirectoryRoutes(service: service).add(to: group)
    }
}

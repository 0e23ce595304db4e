import Hummingbird
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads
import Logging

/// The ticket application: its tables, what its workers do and its routes.
///
/// ```swift
/// let app = try await TicketsApp(store: store, storage: storage, folder: "data/tickets")
/// app.addRoutes(to: router, events: server.events)
/// let worker = Worker(on: store) { app.handlers }
/// ```
public struct TicketsApp: Sendable {
    let sessions: SessionRepository
    private let folder: ObjectFolder
    private let logger: Logger

    /// Under these paths a page of this server may send requests with a browser's cookie.
    public static let formPaths = ["/api/tickets/"]

    /// Installs the lifecycle and the tables in a store.
    /// - Parameters:
    ///   - store: where jobs and sessions are kept.
    ///   - storage: where the files of sites are kept.
    ///   - folder: where uploads are written until they are whole; it is made when it is missing.
    ///   - services: who drafts, and the Jira that tickets go to.
    public init(
        store: any SQLStore, storage: any ObjectStorage, folder: String,
        services: SessionServices = SessionServices(), logger: Logger = Logger(label: "tickets")
    ) async throws {
        let jobs = try await Jobs<TicketSession>(on: store)
        try await TicketSchema(dialect: store.dialect).create(in: store)
        sessions = SessionRepository(
            store: store, jobs: jobs, storage: storage, services: services, logger: logger)
        self.folder = try await ObjectFolder(folder)
        self.logger = logger
    }

    /// What workers do in each working status.
    public var handlers: [Handler] { TicketStages(sessions: sessions, logger: logger).handlers }

    /// Logs every step of a session, whoever made it; it runs beside a server.
    public var journal: TransitionJournal {
        TransitionJournal(of: TicketSession.name, in: sessions.store, logger: logger) { [sessions] entry in
            try await sessions.tell(entry)
        }
    }

    /// Erases, now and then, files that belong to no session; it runs beside a server, and any number may.
    public var cleaner: Recurring {
        Recurring("cleaning up tickets", every: .seconds(300), by: sessions.store.time, logger: logger) {
            try await sessions.cleanUp()
        }
    }

    /// Adds the routes under `/api/tickets`; whoever calls them must have been identified before.
    /// - Parameter events: hears of what happens to jobs, for the streams of events.
    public func addRoutes(to router: some RouterMethods<AppContext>, events: JobEvents) {
        let group = router.group("/api/tickets").add(middleware: DatabaseErrors())
        SessionRoutes(sessions: sessions, folder: folder, events: EventRoutes(events: events)).add(to: group)
        TicketRoutes(sessions: sessions).add(to: group)
        PageRoutes(sessions: sessions).add(to: group)
    }
}

import Anomaly
import Content
import ContentWriting
import Expenses
import Hummingbird
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads
import Logging
import ServiceLifecycle
import Tickets
import Video

/// One installation: a database, the applications in it, and the ways in.
struct House: Sendable {
    /// Whom a start leaves tokens for.
    private static let users: [(name: String, role: Identity.Role)] = [
        ("client", .client), ("admin", .admin),
    ]

    let logger = Logger(label: "showcase")
    private let folder: DataFolder
    private let store: any SQLStore
    private let server: ServerComposition
    private let uploads: Uploads
    private let anomaly: AnomalyApp
    private let datasets: DatasetList
    private let video: VideoApp
    private let expenses: ExpenseApp
    private let content: ContentApp
    private let tickets: TicketsApp

    /// Opens the installation of a data folder, or makes it.
    /// - Parameters:
    ///   - choice: where its jobs are kept.
    ///   - explainer: what a triage asks.
    ///   - writer: who writes scripts.
    ///   - environment: how users are told, who drafts tickets and where they go; see ``NotificationChoice`` and
    ///     ``TicketChoice``.
    ///   - jiraPatience: how long a call to Jira is waited for whose outcome is not known; minutes when it is `nil`.
    ///   - time: the time that counts; see ``StoreChoice/open(_:time:)``.
    init(
        data: String, store choice: StoreChoice, explainer: any Explainer, writer: any ScriptModel,
        environment: [String: String], jiraPatience: Duration? = nil, time: (any TimeSource)? = nil
    ) async throws {
        folder = try await DataFolder(data)
        store = try await choice.open(folder, time: time)
        let storage = try await DiskStorage(folder.uploads, time: store.time)
        var uploads = Uploads(store: store, storage: storage)
        uploads.companions = VideoApp.companions
        try await uploads.setUp()
        self.uploads = uploads
        server = ServerComposition(
            store: store, limits: .none, uploads: UploadService(uploads), logger: logger)
        try await server.tokens.setUp()
        anomaly = try await AnomalyApp(store: store, folder: folder.anomaly, explainer: explainer)
        datasets = try await DatasetList(store: store, folder: folder.anomaly)
        video = try await VideoApp(store: store, uploads: uploads, scratch: folder.scratch, logger: logger)
        expenses = try await ExpenseApp(store: store, folder: folder.expenses, logger: logger)
        let notifications = try NotificationChoice.notifications(
            from: environment, secret: try await folder.webhookSecret(), scratch: folder.scratch,
            logger: logger)
        content = try await ContentApp(
            store: store, storage: storage, scratch: folder.scratch, writer: writer, notifier: notifications,
            logger: logger)
        tickets = try await TicketsApp(
            store: store, storage: storage, folder: folder.tickets,
            services: try TicketChoice.services(from: environment, patience: jiraPatience, logger: logger),
            logger: logger)
        for counter in expenses.counters.all { server.metrics.show(counter) }
    }

    /// Makes the tokens of ``users`` once; those that an earlier start left and that still open are kept.
    func issueTokens() async throws {
        for (user, role) in Self.users {
            if let token = try await folder.token(of: user),
                let identity = try await server.tokens.identity(forToken: token),
                identity == Identity(user: user, role: role)
            {
                continue
            }
            try await folder.leave(try await server.tokens.create(user: user, role: role), for: user)
        }
    }

    /// A worker for all applications.
    func worker(named name: String, lease: Duration) -> Worker {
        // Training takes a core and some hundred megabytes each; what waits in the queue costs nothing.
        let options = WorkerOptions(name: name, concurrency: 2, lease: lease)
        return Worker(on: server.counted, options: options, logger: logger) {
            anomaly.handlers
            video.handlers
            expenses.handlers
            content.handlers
            tickets.handlers
        }
    }

    /// What runs beside a server: it erases what nobody needs any more, and tells what happened.
    var companions: [any Service] {
        [
            UploadCleaner(uploads, logger: logger), video.cleaner, expenses.cleaner, expenses.journal,
            content.cleaner, tickets.cleaner, tickets.journal,
        ]
    }

    /// All routes. The index is open, because it is where people find out how to get in.
    func router() -> Router<AppContext> {
        let router = LockstepServer.guarded(
            by: server.checker, open: server.openPaths.union(["/"]),
            forms: VideoApp.formPaths + ExpenseApp.formPaths + ContentApp.formPaths + TicketsApp.formPaths,
            metrics: server.metrics)
        router.get("/") { request, context in
            var page = IndexPage(host: request.head.authority)
            if let identity = context.identity {
                page.visitor = IndexPage.Visitor(
                    user: identity.user, datasets: try await datasets.section(for: identity),
                    videos: try await video.section(for: identity, formToken: context.formToken),
                    expenses: try await expenses.section(for: identity, formToken: context.formToken),
                    questions: try await content.section(for: identity, formToken: context.formToken),
                    tickets: try await tickets.section(for: identity, formToken: context.formToken))
            }
            return page.response()
        }
        anomaly.addRoutes(to: router)
        video.addRoutes(to: router, events: server.events)
        expenses.addRoutes(to: router)
        content.addRoutes(to: router, events: server.events)
        tickets.addRoutes(to: router, events: server.events)
        server.addRoutes(to: router)
        return router
    }
}

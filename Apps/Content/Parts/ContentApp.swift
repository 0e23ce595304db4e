import ContentWriting
import Foundation
import Hummingbird
import Lockstep
import LockstepDrift
import LockstepSQL
import LockstepSandbox
import LockstepServer
import LockstepUploads
import Logging

/// The content application: its tables, what its workers do and its routes.
///
/// ```swift
/// let app = try await ContentApp(store: store, storage: storage, scratch: "data/scratch")
/// app.addRoutes(to: router, events: server.events)
/// let worker = Worker(on: store) { app.handlers }
/// ```
public struct ContentApp: Sendable {
    let service: ContentService
    private let stages: ContentStages
    private let scratch: String
    private let logger: Logger

    /// Under these paths a page of this server may send requests with a browser's cookie.
    public static let formPaths = ["/api/content/requests"]

    /// Installs the lifecycles and the tables in a store, and loads the articles.
    /// - Parameters:
    ///   - store: where jobs and what is known of them are kept.
    ///   - storage: where videos are kept.
    ///   - scratch: a folder for the files that are worked on at this moment; it is made when it is missing.
    ///   - writer: who writes the scripts.
    ///   - notifier: tells learners; `nil` for nobody.
    ///   - delivery: how workers hear of requests.
    ///   - corpus: the articles; those of the application when left out.
    /// - Throws: a ``Lockstep/Failure`` that names the value when the table of requests refuses a status that the code
    ///   writes; an error of the store.
    public init(
        store: any SQLStore, storage: any ObjectStorage, scratch: String,
        writer: any ScriptModel = OfflineWriter(), notifier: (any ContentNotifier)? = nil,
        delivery: ContentDelivery = .pull, corpus: Corpus? = nil, logger: Logger = Logger(label: "content")
    ) async throws {
        let schema = ContentSchema(dialect: store.dialect)
        let jobs = try await Jobs<ContentRequest>(on: store)
        try await schema.create(in: store)
        try await Self.refuseDrift(in: store, logger)
        let mirror = schema.mirror
        try await store.write { try mirror.install(in: $0, schema.dialect) }
        service = ContentService(
            store: store, storage: storage, jobs: jobs, messages: try await Jobs(on: store),
            notifier: notifier,
            delivery: delivery)
        let articles: Corpus = if let corpus { corpus } else { try await Self.articles() }
        try await service.passages.load(articles)
        stages = ContentStages(service: service, writer: writer, scratch: scratch, logger: logger)
        self.scratch = scratch
        self.logger = logger
    }

    /// Compares what the table of requests accepts with what the code writes. A deployment that would get stuck at its
    /// first request does not begin.
    private static func refuseDrift(in store: any SQLStore, _ logger: Logger) async throws {
        let drift = try await StatusColumn(ContentSchema.requests, "status")
            .difference(to: ContentSchema.statuses, in: store)
        guard drift.refused.isEmpty else {
            throw Failure.adminRequired(
                "\(drift); add what it lacks to the database before this version starts", code: "drift")
        }
        if !drift.isEmpty { logger.warning("\(drift)") }
    }

    /// The articles that come with the application.
    private static func articles() async throws -> Corpus {
        guard let folder = Bundle.module.path(forResource: "Corpus", ofType: nil) else {
            throw Failure.adminRequired(
                "the articles are missing beside the program; install it with its resources",
                code: "no_corpus")
        }
        return try await Offload.run { _ in try Corpus(folder: folder) }
    }

    /// What workers do in each working status.
    public var handlers: [Handler] { stages.handlers }

    /// Erases, now and then, files whose work was lost or stopped, and what belonged to requests that are gone; it runs
    /// beside a server, and any number may.
    public var cleaner: Recurring {
        Recurring("cleaning up content", every: .seconds(60), by: service.store.time, logger: logger) {
            try await service.cleanUp(scratch: scratch)
        }
    }

    /// Adds the routes under `/api/content` and the receiver of pushed messages; whoever calls them must have been
    /// identified before.
    /// - Parameter events: hears of what happens to jobs, for the streams of events.
    public func addRoutes(to router: some RouterMethods<AppContext>, events: JobEvents) {
        RequestRoutes(service: service, events: EventRoutes(events: events)).add(
            to: router.group("/api/content"))
        PushRoute(desk: MessageDesk(service: service, logger: logger)).add(to: router)
    }

    /// The requests of a user as a part of a page. Workers have none.
    /// - Parameter formToken: what the page's requests have to carry; see `AppContext`.
    /// - Throws: an error of the store.
    public func section(for identity: Identity, formToken: String?) async throws -> RequestSection {
        guard identity.role != .worker else { return RequestSection(views: [], formToken: nil) }
        return RequestSection(
            views: try await service.list(of: identity.user, limit: ItemList.shown + 1), formToken: formToken)
    }
}

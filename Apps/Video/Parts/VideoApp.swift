import Hummingbird
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads
import Logging

/// The video analysis: its tables, what its workers do and its routes.
///
/// ```swift
/// let app = try await VideoApp(store: store, uploads: uploads, scratch: "data/scratch")
/// app.addRoutes(to: router, events: server.events)
/// let worker = Worker(on: store) { app.handlers }
/// ```
///
/// The uploads have to know what is written with them: make them with ``companions``.
public struct VideoApp: Sendable {
    private let service: VideoService
    private let stages: VideoStages
    private let logger: Logger

    /// What `Uploads` writes when the upload of a video was verified: its session is `uploaded` in the same transaction.
    public static let companions: [String: @Sendable (JobRecord, any SQLTransaction) throws -> Void] = [
        VideoJob.name: { try VideoService.moveSession(of: $0, in: $1) }
    ]

    /// Under these paths a page of this server may send requests with a browser's cookie.
    public static let formPaths = ["/api/videos/upload/"]

    /// Installs the lifecycles and the tables in a store.
    /// - Parameters:
    ///   - store: where jobs and results are kept.
    ///   - uploads: where videos come in and artefacts are kept; its table is made beforehand, and ``companions`` are
    ///     among its companions.
    ///   - scratch: a folder for the files that are worked on at this moment; it is made when it is missing.
    public init(
        store: any SQLStore, uploads: Uploads, scratch: String, logger: Logger = Logger(label: "video")
    ) async throws {
        try await store.create(VideoSchema.create)
        service = VideoService(
            store: store, uploads: uploads, jobs: try await Jobs(on: store),
            sessions: try await Jobs(on: store))
        stages = VideoStages(service: service, analyst: Analyst(scratch: scratch, logger: logger))
        self.logger = logger
    }

    /// What workers do in each working status.
    public var handlers: [Handler] { stages.handlers }

    /// Erases, now and then, files whose work was lost and what belonged to jobs that are gone; it runs beside a server, and
    /// any number may.
    public var cleaner: Recurring {
        Recurring("cleaning up videos", every: .seconds(300), by: service.store.time, logger: logger) {
            try await service.cleanUp()
        }
    }

    /// Adds the routes under `/api`; whoever calls them must have been identified before.
    /// - Parameter events: hears of what happens to jobs, for the streams of events.
    public func addRoutes(to router: some RouterMethods<AppContext>, events: JobEvents) {
        let group = router.group("/api")
        UploadRoutes(service: service).add(to: group)
        VideoRoutes(service: service, events: EventRoutes(events: events)).add(to: group)
    }

    /// The videos of a user as a part of a page. Workers have none.
    /// - Parameter formToken: what the page's requests have to carry; see `AppContext`.
    /// - Throws: an error of the store.
    public func section(for identity: Identity, formToken: String?) async throws -> VideoSection {
        guard identity.role != .worker else { return VideoSection(views: [], formToken: nil) }
        return VideoSection(
            views: try await service.list(of: identity.user, limit: ItemList.shown + 1), formToken: formToken)
    }
}

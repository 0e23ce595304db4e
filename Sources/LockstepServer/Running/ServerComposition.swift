import Hummingbird
import Lockstep
import LockstepSQL
import LockstepUploads
import Logging

/// Everything that one server answers, put together: what `lockstep serve` runs, and what an application can run
/// with routes of its own beside it.
public struct ServerComposition: Sendable {
    /// Where the jobs are.
    public let store: any SQLStore
    /// The tokens in the store's database.
    public let tokens: SQLTokens
    /// Knows every token, by the table and by JWTs, and remembers them for some seconds.
    public let checker: CachedTokens
    /// How much one identity may ask, and one address fail.
    public var limits: RequestLimits
    /// What `/metrics` shows.
    public let metrics: ServerMetrics
    /// The store, with everything counted that is done through it. It hands out no job whose uploads are not as they
    /// were verified.
    public let counted: MeteredStore
    /// The uploads that are offered, if there are some.
    public let uploads: UploadService?
    /// Hears of every line of history, for the streams of events.
    public let events: JobEvents
    /// The tables of others that the dashboard shows, if there are some.
    public let guarded: GuardedTables?

    /// Puts a server together.
    /// - Parameters:
    ///   - jwt: knows users by JWTs, where they are used.
    ///   - limits: how much one identity may ask, and one address fail.
    ///   - uploads: takes uploads; their table is made beforehand. An ``UploadCleaner`` is run beside the server.
    ///   - guarded: tables of others for the dashboard and `/metrics`; run it beside the server.
    public init(
        store: any SQLStore, jwt: JWTChecker? = nil, limits: RequestLimits = .standard,
        uploads: UploadService? = nil, guarded: GuardedTables? = nil,
        logger: Logger = Logger(label: "lockstep")
    ) {
        self.store = store
        self.limits = limits
        tokens = SQLTokens(store: store, logger: logger)
        checker = CachedTokens(TokenChain([tokens] + (jwt.map { [$0] } ?? [])))
        metrics = ServerMetrics()
        self.uploads = uploads
        self.guarded = guarded
        if let guarded { metrics.show(guarded) }
        counted = MeteredStore(
            uploads.map { VerifyingStore(store, uploads: $0.uploads) } ?? store, metrics: metrics)
        events = JobEvents(store: store, logger: logger)
    }

    /// The router with everything in it.
    public func router() -> Router<AppContext> {
        let router = LockstepServer.guarded(
            by: checker, open: openPaths, limits: limits, metrics: metrics)
        addRoutes(to: router)
        return router
    }

    /// The paths that need no token on every server; compared exactly.
    public static let openPaths: Set<String> = SignInRoutes.openPaths.union(LockstepServer.openPaths)

    /// The paths that need no token here; see ``BearerAuth``.
    public var openPaths: Set<String> {
        disk == nil ? Self.openPaths : Self.openPaths.union([DiskUploadRoute.openPath])
    }

    /// The storage to which clients send objects through this server.
    private var disk: DiskStorage? { uploads?.uploads.storage as? DiskStorage }

    /// Adds every route, a line for each part of the server. A list of routes may be taken by a router that only
    /// writes them down, as the tests do.
    public func addRoutes(to router: some RouterMethods<AppContext>) {
        HealthRoute(store: store).add(to: router)
        SignInRoutes(checker).add(to: router)
        TokenRoutes(tokens, cache: checker).add(to: router)
        EventRoutes(events: events).add(to: router)
        Dashboard(store: counted, guarded: guarded).add(to: router)
        if let disk { DiskUploadRoute(disk).add(to: router) }
        // Last, for it answers those who miss a route by its method.
        APIRoutes(
            store: counted, metrics: metrics, uploads: uploads, others: APIRoute.tokens + APIRoute.events
        ).add(to: router)
    }
}

import Lockstep

/// A store that passes everything on, and tells what claims came to and what was read; a feed may be held up.
struct PassingStore: Store {
    private let store: any Store
    private let onClaim: @Sendable ([JobRecord]) -> Void
    private let onRead: @Sendable (Read) -> Void
    private let onFind: @Sendable (JobQuery) -> Void
    private let onHistory: @Sendable (_ limit: Int) -> Void
    private let onFeed: @Sendable (FeedCursor?, _ limit: Int) async throws -> Void

    enum Read { case definitions, jobs }

    init(
        _ store: any Store, onClaim: @escaping @Sendable ([JobRecord]) -> Void = { _ in },
        onRead: @escaping @Sendable (Read) -> Void = { _ in },
        onFind: @escaping @Sendable (JobQuery) -> Void = { _ in },
        onHistory: @escaping @Sendable (_ limit: Int) -> Void = { _ in },
        onFeed: @escaping @Sendable (FeedCursor?, _ limit: Int) async throws -> Void = { _, _ in }
    ) {
        self.store = store
        self.onClaim = onClaim
        self.onRead = onRead
        self.onFind = onFind
        self.onHistory = onHistory
        self.onFeed = onFeed
    }

    var time: any TimeSource { store.time }
    func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        try await store.install(definitions)
    }
    func definitions() async throws -> [Definition] {
        onRead(.definitions)
        return try await store.definitions()
    }
    func start(_ jobs: [NewJob]) async throws -> [StartOutcome] { try await store.start(jobs) }
    func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        let claimed = try await store.claim(request)
        onClaim(claimed)
        return claimed
    }
    func apply(_ commands: [Command]) async throws -> [Outcome] { try await store.apply(commands) }
    func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply { try await store.beat(heartbeat) }
    func sweep(_ request: SweepRequest) async throws -> SweepReport { try await store.sweep(request) }
    func find(_ query: JobQuery) async throws -> [JobRecord] {
        onRead(.jobs)
        onFind(query)
        return try await store.find(query)
    }
    func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        onHistory(limit)
        return try await store.history(of: job, in: lifecycle, after: number, limit: limit)
    }
    func count(_ lifecycle: String) async throws -> [StatusCount] { try await store.count(lifecycle) }
    func liveCount(_ lifecycle: String) async throws -> [StatusCount] { try await store.liveCount(lifecycle) }
    func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        try await onFeed(cursor, limit)
        return try await store.feed(lifecycle, from: cursor, limit: limit)
    }
    func activity(
        _ lifecycle: String, since: Timestamp, every: Duration
    ) async throws -> [ActivityBucket] { try await store.activity(lifecycle, since: since, every: every) }
    func pause(_ lifecycle: String, status: String?, by actor: Actor, reason: String?) async throws -> Pause {
        try await store.pause(lifecycle, status: status, by: actor, reason: reason)
    }
    func resume(_ lifecycle: String, status: String?) async throws -> Pause? {
        try await store.resume(lifecycle, status: status)
    }
    func pauses() async throws -> Pauses { try await store.pauses() }
    func workers() async throws -> [WorkerRecord] { try await store.workers() }
    func wakes() -> AsyncStream<Void> { store.wakes() }
    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result { try await store.transaction(body) }
}

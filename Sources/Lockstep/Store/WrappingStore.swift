/// A store that stands in front of another one: whatever it does not do itself, that one does.
public protocol WrappingStore: Store {
    /// The store behind it.
    var base: any Store { get }
}

extension WrappingStore {
    /// See ``Store``.
    public var time: any TimeSource { base.time }

    /// See ``Store``.
    @discardableResult
    public func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        try await base.install(definitions)
    }

    /// See ``Store``.
    public func definitions() async throws -> [Definition] { try await base.definitions() }

    /// See ``Store``.
    @discardableResult
    public func rollOut(_ lifecycle: String, _ move: RolloutMove) async throws -> Rollout {
        try await base.rollOut(lifecycle, move)
    }

    /// See ``Store``.
    public func rollouts() async throws -> [Rollout] { try await base.rollouts() }

    /// See ``Store``.
    public func start(_ jobs: [NewJob]) async throws -> [StartOutcome] { try await base.start(jobs) }

    /// See ``Store``.
    public func apply(_ commands: [Command]) async throws -> [Outcome] { try await base.apply(commands) }

    /// See ``Store``.
    public func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply {
        try await base.beat(heartbeat)
    }

    /// See ``Store``.
    public func sweep(_ request: SweepRequest) async throws -> SweepReport { try await base.sweep(request) }

    /// See ``Store``.
    public func find(_ query: JobQuery) async throws -> [JobRecord] { try await base.find(query) }

    /// See ``Store``.
    public func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        try await base.history(of: job, in: lifecycle, after: number, limit: limit)
    }

    /// See ``Store``.
    public func count(_ lifecycle: String) async throws -> [StatusCount] { try await base.count(lifecycle) }

    /// See ``Store``.
    public func liveCount(_ lifecycle: String) async throws -> [StatusCount] {
        try await base.liveCount(lifecycle)
    }

    /// See ``Store``.
    public func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        try await base.feed(lifecycle, from: cursor, limit: limit)
    }

    /// See ``Store``.
    public func activity(
        _ lifecycle: String, since: Timestamp, every: Duration
    ) async throws -> [ActivityBucket] {
        try await base.activity(lifecycle, since: since, every: every)
    }

    /// See ``Store``.
    @discardableResult
    public func pause(
        _ lifecycle: String, status: String?, by actor: Actor, reason: String?
    ) async throws -> Pause { try await base.pause(lifecycle, status: status, by: actor, reason: reason) }

    /// See ``Store``.
    @discardableResult
    public func resume(_ lifecycle: String, status: String?) async throws -> Pause? {
        try await base.resume(lifecycle, status: status)
    }

    /// See ``Store``.
    public func pauses() async throws -> Pauses { try await base.pauses() }

    /// See ``Store``.
    public func workers() async throws -> [WorkerRecord] { try await base.workers() }

    /// See ``Store``.
    public func wakes() -> AsyncStream<Void> { base.wakes() }

    /// See ``Store``.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result { try await base.transaction(body) }

    /// See ``Store``.
    public func claim(_ request: ClaimRequest) async throws -> [JobRecord] { try await base.claim(request) }
}

import Lockstep
import LockstepPostgres

/// A store whose lifecycles the migrator installs, and with which the runtime role does everything else. Installing
/// what is there already, the runtime role does too: it needs no right for that.
struct InstallingElsewhere: Store {
    let migrator: PostgresStore
    let runtime: PostgresStore
    /// What the runtime role's own installation did other than nothing.
    struct NotEqual: Error { let changes: [DefinitionChange] }

    var time: any TimeSource { runtime.time }

    func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        let changes = try await migrator.install(definitions)
        let again = try await runtime.install(definitions)
        guard again.allSatisfy({ [.equal, .superseded, .coming].contains($0) }) else {
            throw NotEqual(changes: again)
        }
        return changes
    }

    func rollOut(_ lifecycle: String, _ move: RolloutMove) async throws -> Rollout {
        try await migrator.rollOut(lifecycle, move)
    }
    func rollouts() async throws -> [Rollout] { try await runtime.rollouts() }
    func definitions() async throws -> [Definition] { try await runtime.definitions() }
    func start(_ jobs: [NewJob]) async throws -> [StartOutcome] { try await runtime.start(jobs) }
    func claim(_ request: ClaimRequest) async throws -> [JobRecord] { try await runtime.claim(request) }
    func apply(_ commands: [Command]) async throws -> [Outcome] { try await runtime.apply(commands) }
    func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply { try await runtime.beat(heartbeat) }
    func sweep(_ request: SweepRequest) async throws -> SweepReport { try await runtime.sweep(request) }
    func find(_ query: JobQuery) async throws -> [JobRecord] { try await runtime.find(query) }
    func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        try await runtime.history(of: job, in: lifecycle, after: number, limit: limit)
    }
    func count(_ lifecycle: String) async throws -> [StatusCount] { try await runtime.count(lifecycle) }
    func liveCount(_ lifecycle: String) async throws -> [StatusCount] {
        try await runtime.liveCount(lifecycle)
    }
    func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        try await runtime.feed(lifecycle, from: cursor, limit: limit)
    }
    func activity(
        _ lifecycle: String, since: Timestamp, every: Duration
    ) async throws -> [ActivityBucket] {
        try await runtime.activity(lifecycle, since: since, every: every)
    }
    func pause(_ lifecycle: String, status: String?, by actor: Actor, reason: String?) async throws -> Pause {
        try await runtime.pause(lifecycle, status: status, by: actor, reason: reason)
    }
    func resume(_ lifecycle: String, status: String?) async throws -> Pause? {
        try await runtime.resume(lifecycle, status: status)
    }
    func pauses() async throws -> Pauses { try await runtime.pauses() }
    func workers() async throws -> [WorkerRecord] { try await runtime.workers() }
    func wakes() -> AsyncStream<Void> { runtime.wakes() }
    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await runtime.transaction(body)
    }
}

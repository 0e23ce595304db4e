import Lockstep

/// A store that cannot do anything, and says so with words that must not reach a client.
struct BrokenStore: Store {
    struct Fault: Error, CustomStringConvertible {
        let description = "secret: the file of the database is away"
    }

    var time: any TimeSource { SystemTime() }
    func install(_ definitions: [Definition]) async throws -> [DefinitionChange] { throw Fault() }
    func definitions() async throws -> [Definition] { throw Fault() }
    func start(_ jobs: [NewJob]) async throws -> [StartOutcome] { throw Fault() }
    func claim(_ request: ClaimRequest) async throws -> [JobRecord] { throw Fault() }
    func apply(_ commands: [Command]) async throws -> [Outcome] { throw Fault() }
    func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply { throw Fault() }
    func sweep(_ request: SweepRequest) async throws -> SweepReport { throw Fault() }
    func find(_ query: JobQuery) async throws -> [JobRecord] { throw Fault() }
    func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        throw Fault()
    }
    func count(_ lifecycle: String) async throws -> [StatusCount] { throw Fault() }
    func liveCount(_ lifecycle: String) async throws -> [StatusCount] { throw Fault() }
    func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        throw Fault()
    }
    func activity(_ lifecycle: String, since: Timestamp, every: Duration) async throws -> [ActivityBucket] {
        throw Fault()
    }
    func pause(_ lifecycle: String, status: String?, by actor: Actor, reason: String?) async throws -> Pause {
        throw Fault()
    }
    func resume(_ lifecycle: String, status: String?) async throws -> Pause? { throw Fault() }
    func pauses() async throws -> Pauses { throw Fault() }
    func workers() async throws -> [WorkerRecord] { throw Fault() }
    func wakes() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result { throw Fault() }
}

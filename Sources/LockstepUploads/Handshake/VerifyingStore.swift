import Lockstep

/// A store that hands out no job whose uploads are not as they were verified: such a job fails instead, and the claim gives
/// the others.
///
/// Put it between a store and whatever claims: the API, push delivery, a worker.
public struct VerifyingStore: Store {
    private let store: any Store
    private let uploads: Uploads

    /// Looks at the uploads of whatever is claimed from a store.
    public init(_ store: any Store, uploads: Uploads) {
        self.store = store
        self.uploads = uploads
    }

    /// Hands out claimable jobs whose uploads are there as they were verified.
    public func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        let records = try await store.claim(request)
        let needy = records.filter { !$0.met.isEmpty }.map(\.id)
        guard !needy.isEmpty else { return records }
        let faults = try await uploads.faults(of: needy)
        guard !faults.isEmpty else { return records }
        let commands = records.compactMap { record in
            faults[record.id].map { failure in
                var command = Command(
                    .fail(failure), job: record.id, of: record.lifecycle, by: .worker(request.worker.text))
                command.claim = Claim(worker: request.worker, fence: record.fence)
                return command
            }
        }
        // One that was taken back meanwhile is refused, which is as good: it is not handed out.
        _ = try await store.apply(commands)
        return records.filter { faults[$0.id] == nil }
    }

    // MARK: As the store does

    /// See `Store`.
    public var time: any TimeSource { store.time }

    /// See `Store`.
    @discardableResult
    public func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        try await store.install(definitions)
    }

    /// See `Store`.
    public func definitions() async throws -> [Definition] { try await store.definitions() }

    /// See `Store`.
    public func start(_ jobs: [NewJob]) async throws -> [StartOutcome] { try await store.start(jobs) }

    /// See `Store`.
    public func apply(_ commands: [Command]) async throws -> [Outcome] { try await store.apply(commands) }

    /// See `Store`.
    public func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply {
        try await store.beat(heartbeat)
    }

    /// See `Store`.
    public func sweep(_ request: SweepRequest) async throws -> SweepReport { try await store.sweep(request) }

    /// See `Store`.
    public func find(_ query: JobQuery) async throws -> [JobRecord] { try await store.find(query) }

    /// See `Store`.
    public func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        try await store.history(of: job, in: lifecycle, after: number, limit: limit)
    }

    /// See `Store`.
    public func count(_ lifecycle: String) async throws -> [StatusCount] { try await store.count(lifecycle) }

    /// See `Store`.
    public func liveCount(_ lifecycle: String) async throws -> [StatusCount] {
        try await store.liveCount(lifecycle)
    }

    /// See `Store`.
    public func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        try await store.feed(lifecycle, from: cursor, limit: limit)
    }

    /// See `Store`.
    public func activity(
        _ lifecycle: String, since: Timestamp, every: Duration
    ) async throws -> [ActivityBucket] {
        try await store.activity(lifecycle, since: since, every: every)
    }

    /// See `Store`.
    @discardableResult
    public func pause(
        _ lifecycle: String, status: String?, by actor: Actor, reason: String?
    ) async throws -> Pause { try await store.pause(lifecycle, status: status, by: actor, reason: reason) }

    /// See `Store`.
    @discardableResult
    public func resume(_ lifecycle: String, status: String?) async throws -> Pause? {
        try await store.resume(lifecycle, status: status)
    }

    /// See `Store`.
    public func pauses() async throws -> Pauses { try await store.pauses() }

    /// See `Store`.
    public func workers() async throws -> [WorkerRecord] { try await store.workers() }

    /// See `Store`.
    public func wakes() -> AsyncStream<Void> { store.wakes() }

    /// See `Store`.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result { try await store.transaction(body) }
}

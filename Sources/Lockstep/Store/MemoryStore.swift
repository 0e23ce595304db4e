import Synchronization

/// A store in memory: the model that the durable stores are compared with, and handy in unit tests.
///
/// It keeps the same promises but one: nothing survives the process.
public final class MemoryStore: Store {
    /// All that is in the store, with everything that is done to it: no lock, no clock, no task.
    package struct State: Sendable {
        package var definitions: [String: Definition] = [:]
        package var jobs: [JobID: JobRecord] = [:]
        package var history: [JobID: [HistoryEntry]] = [:]
        /// Every line of every history, in the order of writing; those of deleted jobs stay here as a name.
        var feed: [(job: JobID, number: Int64)] = []
        package var workers: [WorkerID: WorkerRecord] = [:]
        var sequence: Int64 = 0
        var pauses = Pauses.none
        /// Definitions that others took the place of.
        var replaced: Set<Definition> = []
        /// The last rollout of each lifecycle.
        var rollouts: [String: Rollout] = [:]

        package init() {}
    }

    /// The store's time.
    public let time: any TimeSource
    private let state = Mutex(State())
    private let hub = WakeHub()
    private let draw: @Sendable () -> Double

    /// Makes an empty store.
    /// - Parameter draw: gives numbers in 0..<1 for the jitter of retries.
    public init(
        time: any TimeSource = SystemTime(), draw: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.time = time
        self.draw = draw
    }

    /// See ``Store/install(_:)``.
    @discardableResult
    public func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        let audited = try definitions.map { try $0.audited() }
        return try state.withLock { state in
            var next = state
            let changes = try audited.map { definition -> DefinitionChange in
                guard let stored = next.definitions[definition.name] else {
                    next.install(definition)
                    return .compatible(["installed"])
                }
                if let rollout = next.rollouts[definition.name],
                    let change = try rollout.installing(definition, stored: stored)
                {
                    return change
                }
                if next.replaced.contains(definition), stored.covers(definition) { return .superseded }
                let change = DefinitionChange(from: stored, to: definition)
                if case .removes(let removed) = change {
                    let live = removed.map { status in
                        (
                            status,
                            next.jobs.values.count { $0.lifecycle == definition.name && $0.status == status }
                        )
                    }.filter { $0.1 > 0 }
                    if !live.isEmpty {
                        throw InstallRefusal(lifecycle: definition.name, jobsByRemovedStatus: live)
                    }
                }
                if change != .equal {
                    next.install(definition)
                    next.rollouts[definition.name] = nil
                }
                return change
            }
            state = next
            return changes
        }
    }

    /// See ``Store/rollOut(_:_:)``.
    @discardableResult
    public func rollOut(_ lifecycle: String, _ move: RolloutMove) async throws -> Rollout {
        if case .expand(let target) = move { _ = try target.audited() }
        let now = time.now()
        let rollout = try state.withLock { try $0.rollOut(lifecycle, move, now: now) }
        hub.wake()
        return rollout
    }

    /// See ``Store/rollouts()``.
    public func rollouts() async throws -> [Rollout] {
        state.withLock { $0.rollouts.values.sorted { $0.lifecycle < $1.lifecycle } }
    }

    /// See ``Store/definitions()``.
    public func definitions() async throws -> [Definition] {
        state.withLock { $0.definitions.values.sorted { $0.name < $1.name } }
    }

    /// See ``Store/start(_:)``.
    public func start(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        try await transaction { transaction in try jobs.map { try transaction.start($0) } }
    }

    /// See ``Store/claim(_:)``.
    public func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        let now = time.now()
        let claimed = state.withLock { $0.claim(request, now: now, draw: draw) }
        if !claimed.isEmpty { hub.wake() }
        return claimed
    }

    /// See ``Store/apply(_:)``.
    public func apply(_ commands: [Command]) async throws -> [Outcome] {
        let now = time.now()
        let outcomes = state.withLock { state in
            commands.map { command -> Outcome in
                let before = state
                let outcome = state.apply(command, now: now, draw: draw())
                guard case .refused = outcome else {
                    let transaction = MemoryTransaction(state: state, now: now, draw: draw)
                    do {
                        for write in command.also { try write(transaction) }
                        state = transaction.state
                        return outcome
                    } catch {
                        state = before
                        return .refused(.companionFailed(error))
                    }
                }
                return outcome
            }
        }
        hub.wake()
        return outcomes
    }

    /// See ``Store/beat(_:)``.
    public func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply {
        let now = time.now()
        return state.withLock { $0.beat(heartbeat, now: now) }
    }

    /// See ``Store/sweep(_:)``.
    public func sweep(_ request: SweepRequest) async throws -> SweepReport {
        let now = time.now()
        let report = state.withLock { $0.sweep(request, now: now, draw: draw) }
        if report != SweepReport() { hub.wake() }
        return report
    }

    /// See ``Store/find(_:)``.
    public func find(_ query: JobQuery) async throws -> [JobRecord] {
        let now = time.now()
        return try state.withLock { state in
            let definition = try state.definition(query.lifecycle)
            let found = state.jobs.values.filter { query.matches($0, definition: definition, now: now) }
                .sorted { query.newestFirst ? $0.id > $1.id : $0.id < $1.id }
            let wanted = found.prefix(max(0, query.limit))
            return query.withoutData ? wanted.map { $0.withoutData() } : Array(wanted)
        }
    }

    /// See ``Store/history(of:in:after:limit:)``.
    public func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        state.withLock { state in
            Array(state.history[job, default: []].lazy.filter { $0.number > number }.prefix(max(0, limit)))
        }
    }

    /// See ``Store/count(_:)``.
    public func count(_ lifecycle: String) async throws -> [StatusCount] {
        try state.withLock { state in
            let jobs = state.jobs.values.filter { $0.lifecycle == lifecycle }
            return try state.definition(lifecycle).names.map { status in
                let here = jobs.filter { $0.status == status }
                return StatusCount(
                    status: status, jobs: here.count, parked: here.count { $0.parkedAt != nil })
            }
        }
    }

    /// See ``Store/liveCount(_:)``.
    public func liveCount(_ lifecycle: String) async throws -> [StatusCount] {
        let counts = try await count(lifecycle)
        return try state.withLock { try $0.definition(lifecycle) }.liveStatusCounts(counts)
    }

    /// See ``Store/feed(_:from:limit:)``.
    public func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        try state.withLock { try $0.page(lifecycle, from: cursor, limit: max(1, limit)) }
    }

    /// See ``Store/activity(_:since:every:)``.
    public func activity(
        _ lifecycle: String, since: Timestamp, every: Duration
    ) async throws -> [ActivityBucket] {
        let slice = try ActivityBucket.slice(every)
        return try state.withLock { try $0.activity(lifecycle, since: since, slice: slice) }
    }

    /// See ``Store/pause(_:status:by:reason:)``.
    @discardableResult
    public func pause(
        _ lifecycle: String, status: String?, by actor: Actor, reason: String?
    ) async throws -> Pause {
        let wish = Pause(lifecycle, status: status, at: time.now(), by: actor, reason: reason)
        return try state.withLock { state in
            let (pause, isNew) = try state.pauses.adding(wish, in: try state.definition(lifecycle))
            if isNew { state.pauses = Pauses(state.pauses.all + [pause]) }
            return pause
        }
    }

    /// See ``Store/resume(_:status:)``.
    @discardableResult
    public func resume(_ lifecycle: String, status: String?) async throws -> Pause? {
        let lifted = try state.withLock { state in
            let lifted = try state.pauses.lifting(status, in: try state.definition(lifecycle))
            state.pauses = Pauses(state.pauses.all.filter { $0 != lifted })
            return lifted
        }
        if lifted != nil { hub.wake() }
        return lifted
    }

    /// See ``Store/pauses()``.
    public func pauses() async throws -> Pauses { state.withLock(\.pauses) }

    /// See ``Store/workers()``.
    public func workers() async throws -> [WorkerRecord] {
        state.withLock { $0.workers.values.sorted { $0.id.text < $1.id.text } }
    }

    /// See ``Store/wakes()``.
    public func wakes() -> AsyncStream<Void> { hub.wakes() }

    /// See ``Store/transaction(_:)``.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        let now = time.now()
        let result = try state.withLock { state in
            let transaction = MemoryTransaction(state: state, now: now, draw: draw)
            let result = try body(transaction)
            state = transaction.state
            return result
        }
        hub.wake()
        return result
    }
}

/// A transaction on a copy of the state, which replaces the state when it ends well.
private final class MemoryTransaction: StoreTransaction {
    var state: MemoryStore.State
    private let now: Timestamp
    private let draw: @Sendable () -> Double

    init(state: MemoryStore.State, now: Timestamp, draw: @escaping @Sendable () -> Double) {
        self.state = state
        self.now = now
        self.draw = draw
    }

    func start(_ job: NewJob) throws -> StartOutcome { state.start(job, now: now) }

    func apply(_ command: Command) throws -> Outcome {
        let before = state
        let outcome = state.apply(command, now: now, draw: draw())
        if case .refused = outcome { return outcome }
        do {
            for write in command.also { try write(self) }
        } catch {
            state = before
            return .refused(.companionFailed(error))
        }
        return outcome
    }
}

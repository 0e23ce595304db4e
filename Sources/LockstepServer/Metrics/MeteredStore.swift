import Lockstep

/// A store whose starts, moves, failures and sweeps are counted.
///
/// Starts and moves that join a transaction of the application's are not.
public struct MeteredStore: Store {
    private let store: any Store
    private let metrics: ServerMetrics

    /// Counts what is done to a store through this one.
    public init(_ store: any Store, metrics: ServerMetrics) {
        self.store = store
        self.metrics = metrics
    }

    /// The store's own time.
    public var time: any TimeSource { store.time }

    /// See `Store`.
    @discardableResult
    public func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        try await store.install(definitions)
    }

    /// See `Store`.
    public func definitions() async throws -> [Definition] { try await store.definitions() }

    /// See `Store`.
    public func start(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        let outcomes = try await store.start(jobs)
        for outcome in outcomes { count(outcome) }
        return outcomes
    }

    /// See `Store`.
    public func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        let records = try await store.claim(request)
        for record in records { metrics.claimed.add(1, record.lifecycle, record.status) }
        return records
    }

    /// See `Store`.
    public func apply(_ commands: [Command]) async throws -> [Outcome] {
        let outcomes = try await store.apply(commands)
        for (command, outcome) in zip(commands, outcomes) { count(command, outcome) }
        return outcomes
    }

    /// See `Store`.
    public func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply {
        try await store.beat(heartbeat)
    }

    /// See `Store`.
    public func sweep(_ request: SweepRequest) async throws -> SweepReport {
        let report = try await store.sweep(request)
        for (word, count) in [
            ("dead_worker", report.deadWorkers.count), ("lost", report.lost.count),
            ("expired", report.expired.count), ("retired", report.retired.count),
        ] where count > 0 { metrics.swept.add(count, word) }
        return report
    }

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

extension MeteredStore {
    /// Names that no store confirmed stand under `other`.
    private func count(_ outcome: StartOutcome) {
        switch outcome {
        case .started(let record): metrics.started.add(1, record.lifecycle, record.status, "started")
        case .reused(let record): metrics.started.add(1, record.lifecycle, record.status, "reused")
        case .refused(let refusal):
            metrics.started.add(1, MetricFamily.other, MetricFamily.other, "refused")
            metrics.refused.add(1, MetricFamily.other, Self.code(of: refusal))
        }
    }

    private func count(_ command: Command, _ outcome: Outcome) {
        switch outcome {
        case .deleted: break
        case .refused(let refusal):
            let isKnown = refusal.code != .unknownLifecycle
            metrics.refused.add(1, isKnown ? command.lifecycle : MetricFamily.other, Self.code(of: refusal))
        case .done(let record):
            switch command.change {
            case .fail(let failure): count(failure, record)
            case .move, .cancel, .reopen, .expire, .retire:
                metrics.moved.add(1, record.lifecycle, record.status)
            default: break
            }
        }
    }

    /// A retry keeps the number of the attempt; every move begins to count anew.
    private func count(_ failure: Failure, _ record: JobRecord) {
        metrics.failed.add(1, record.lifecycle, record.status, failure.audience.rawValue)
        if record.parkedAt != nil {
            metrics.parked.add(1, record.lifecycle, record.status)
        } else if record.attempt > 0 {
            metrics.retried.add(1, record.lifecycle, record.status)
        } else {
            metrics.moved.add(1, record.lifecycle, record.status)
        }
    }

    private static let codes: Set<Refusal.Code> = [
        .unknownLifecycle, .undeclaredStatus, .undeclaredMove, .notInitial, .notFound, .staleClaim,
        .unexpectedState, .notClaimable, .notApplicable, .keyTaken, .needsUnmet, .badValue, .companionFailed,
        .constraintViolated,
    ]

    private static func code(of refusal: Refusal) -> String {
        codes.contains(refusal.code) ? refusal.code.rawValue : MetricFamily.other
    }
}

import Lockstep

/// A store whose starts, moves, failures and sweeps are counted.
///
/// Starts and moves that join a transaction of the application's are not.
public struct MeteredStore: WrappingStore {
    /// What is counted.
    public let base: any Store
    private let metrics: ServerMetrics

    /// Counts what is done to a store through this one.
    public init(_ store: any Store, metrics: ServerMetrics) {
        base = store
        self.metrics = metrics
    }

    /// See `Store`.
    public func start(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        let outcomes = try await base.start(jobs)
        for outcome in outcomes { count(outcome) }
        return outcomes
    }

    /// See `Store`.
    public func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        let records = try await base.claim(request)
        for record in records { metrics.claimed.add(1, record.lifecycle, record.status) }
        return records
    }

    /// See `Store`.
    public func apply(_ commands: [Command]) async throws -> [Outcome] {
        let outcomes = try await base.apply(commands)
        for (command, outcome) in zip(commands, outcomes) { count(command, outcome) }
        return outcomes
    }

    /// See `Store`.
    public func sweep(_ request: SweepRequest) async throws -> SweepReport {
        let report = try await base.sweep(request)
        for (word, count) in [
            ("dead_worker", report.deadWorkers.count), ("lost", report.lost.count),
            ("expired", report.expired.count), ("retired", report.retired.count),
        ] where count > 0 { metrics.swept.add(count, word) }
        return report
    }
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

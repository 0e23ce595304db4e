import Lockstep
import Synchronization

/// A store with one seeded fault, around a sound one of any kind: the conformance suite must notice it.
package final class MutantStore: WrappingStore {
    package let base: any Store
    private let fault: SeededFault
    private let applied = Mutex(0)

    /// Puts the fault into a store.
    package init(_ fault: SeededFault, in base: any Store) {
        self.fault = fault
        self.base = base
    }

    package func start(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        try await base.start(
            jobs.map { job in
                var job = job
                if fault == .keyNotUnique { job.key = nil }
                return job
            })
    }

    package func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        if fault == .heldJobClaimed {
            for job in try await base.find(JobQuery("parcel")) where job.hold != nil {
                let release = Command(.release, job: job.id, of: "parcel", by: .operator("mutant"))
                _ = try await base.apply([release])
            }
        }
        let pauses = fault == .pauseIgnored ? try await base.pauses().all : []
        for pause in pauses { try await base.resume(pause.lifecycle, status: pause.status) }
        let claimed = try await base.claim(request)
        for pause in pauses {
            try await base.pause(
                pause.lifecycle, status: pause.status, by: pause.actor, reason: pause.reason)
        }
        return claimed
    }

    package func apply(_ commands: [Command]) async throws -> [Outcome] {
        switch fault {
        case .fenceIgnored: return try await base.apply(try await commands.asyncMap(withPresentClaim))
        case .commitDropped:
            let count = applied.withLock {
                $0 += 1; return $0
            }
            guard count.isMultiple(of: 2), commands.count == 1, let job = commands.first?.job else { break }
            var query = JobQuery("parcel")
            query.ids = [job]
            let found = try await base.find(query).first
            return [found.map(Outcome.done) ?? .refused(.notFound(job, in: "parcel"))]
        case .doubleMove:
            let outcomes = try await base.apply(commands)
            for case .done(let record) in outcomes where record.status == "lost" {
                _ = try await base.apply([
                    Command(.reopen, job: record.id, of: "parcel", by: .operator("mutant"))
                ])
                let again = Command(
                    .fail(.userFixable("again")), job: record.id, of: "parcel", by: .operator("m"))
                _ = try await base.apply([again])
            }
            return outcomes
        case .progressFalls:
            return try await base.apply(commands).map { outcome in
                guard case .done(var record) = outcome,
                    case .report(let progress, _)? = commands.first?.change
                else { return outcome }
                record.progress = min(100, max(0, progress))
                return .done(record)
            }
        case .shutdownCounts:
            return try await base.apply(
                commands.map { command in
                    guard case .yield = command.change else { return command }
                    var failed = command
                    failed.change = .fail(.temporary("shutdown"))
                    return failed
                })
        default: break
        }
        return try await base.apply(commands)
    }

    /// A worker's command with the claim that the job has now, whatever the worker was given.
    private func withPresentClaim(_ command: Command) async throws -> Command {
        var query = JobQuery(command.lifecycle)
        query.ids = [command.job]
        guard command.claim != nil, let job = try await base.find(query).first, let holder = job.claimedBy
        else {
            return command
        }
        var command = command
        command.claim = Claim(worker: holder, fence: job.fence)
        return command
    }

    package func sweep(_ request: SweepRequest) async throws -> SweepReport {
        switch fault {
        case .sweepSkips:
            for worker in try await base.workers() where worker.leaseEnds <= time.now() {
                var heartbeat = Heartbeat(
                    worker: worker.id, lease: .seconds(60), statuses: [:], host: "mutant")
                heartbeat.isFirst = true
                _ = try await base.beat(heartbeat)
            }
            return try await base.sweep(request)
        case .deadlineIgnored: return SweepReport()
        default: return try await base.sweep(request)
        }
    }

    package func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        let history = try await base.history(of: job, in: lifecycle, after: number, limit: limit)
        return fault == .historyOutOfOrder ? history.reversed() : history
    }

    // MARK: What notices it

    /// The checks of the conformance suite that a store with the fault does not pass.
    /// - Parameters:
    ///   - enough: after so many no further one is tried.
    ///   - make: makes a sound store.
    /// - Throws: what else goes wrong than a check; see ``Conformance/Violation``.
    package static func checksThatNotice(
        _ fault: SeededFault, atMost enough: Int = .max, in make: @escaping Conformance.MakeStore
    ) async throws -> [String] {
        var caught: [String] = []
        // A watcher on a store that loses commits would wait for ever; it has a test of its own.
        for check in Conformance.checks where check.description != "a watcher sees the end" {
            if caught.count >= enough { break }
            do {
                try await check.run { time in MutantStore(fault, in: try await make(time)) }
            } catch is Conformance.Violation {
                caught.append(check.description)
            } catch is Refusal {
                // The mutant refused what every store must accept.
                caught.append(check.description)
            }
        }
        return caught
    }
}

import Lockstep

/// The in-memory store's pure state, with one seeded fault at most.
struct SimulatedStore {
    var state = MemoryStore.State()
    let fault: SeededFault?
    private let lifecycle: String
    private var random: SeededGenerator
    private var commits = 0

    init(_ definition: Definition, fault: SeededFault?, seed: UInt64) {
        self.fault = fault
        lifecycle = definition.name
        random = SeededGenerator(seed: seed)
        state.install(definition)
    }

    mutating func start(_ job: NewJob, now: Timestamp) -> StartOutcome {
        var job = job
        if fault == .keyNotUnique { job.key = nil }
        return state.start(job, now: now)
    }

    mutating func claim(_ request: ClaimRequest, now: Timestamp) -> [JobRecord] {
        var held: [JobID: String] = [:]
        if fault == .heldJobClaimed {
            for (job, record) in state.jobs {
                held[job] = record.hold
                state.jobs[job]?.hold = nil
            }
        }
        let claimed = state.claim(request, now: now, draw: { 0.5 })
        for (job, hold) in held where !claimed.contains(where: { $0.id == job }) {
            state.jobs[job]?.hold = hold
        }
        return claimed
    }

    mutating func apply(_ command: Command, now: Timestamp) -> Outcome {
        commits += 1
        var command = command
        let before = fault == .commitDropped && commits.isMultiple(of: 7) ? state : nil
        if fault == .fenceIgnored, command.claim != nil, let record = state.jobs[command.job],
            let holder = record.claimedBy
        {
            command.claim = Claim(worker: holder, fence: record.fence)
        }
        if fault == .shutdownCounts, command.change == .yield {
            command.change = .fail(.temporary("shutdown"))
        }
        let outcome = state.apply(command, now: now, draw: random.fraction())
        if let before { state = before }
        if fault == .doubleMove, case .done(let record) = outcome, record.status == "lost",
            command.change != .annotate
        {
            let again = [
                Command(.reopen, job: command.job, of: lifecycle, by: .operator("mutant")),
                Command(
                    .fail(.userFixable("again")), job: command.job, of: lifecycle, by: .operator("mutant")),
            ]
            for command in again { _ = state.apply(command, now: now, draw: 0.5) }
        }
        if fault == .progressFalls, case .report(let progress, _) = command.change,
            case .done(var record) = outcome
        {
            record.progress = min(100, max(0, progress))
            state.jobs[record.id]?.progress = record.progress
            return .done(record)
        }
        return outcome
    }

    mutating func beat(_ heartbeat: Heartbeat, now: Timestamp) -> HeartbeatReply {
        state.beat(heartbeat, now: now)
    }

    mutating func sweep(_ request: SweepRequest, now: Timestamp) -> SweepReport {
        if fault == .sweepSkips {
            for (worker, record) in state.workers where record.leaseEnds <= now {
                state.workers[worker]?.leaseEnds = now + .seconds(60)
            }
        }
        var deadlines: [JobID: Timestamp] = [:]
        if fault == .deadlineIgnored {
            for (job, record) in state.jobs {
                deadlines[job] = record.deadline
                state.jobs[job]?.deadline = nil
            }
        }
        let report = state.sweep(request, now: now, draw: { 0.5 })
        for (job, deadline) in deadlines where state.jobs[job]?.deadline == nil {
            state.jobs[job]?.deadline = deadline
        }
        return report
    }

    func history(of job: JobID) -> [HistoryEntry] {
        let history = state.history[job] ?? []
        return fault == .historyOutOfOrder ? history.reversed() : history
    }
}

extension SeededGenerator {
    /// A number from 0 up to, not including, `bound`.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
    }

    /// Whether something happens that does so once in so many times.
    mutating func oneIn(_ times: Int) -> Bool { below(times) == 0 }

    /// A number in 0..<1.
    mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// One of several.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// A span between two, in milliseconds.
    mutating func span(_ shortest: Int, _ longest: Int) -> Duration {
        .microseconds(1000 * shortest + below(1000 * (longest - shortest) + 1))
    }
}

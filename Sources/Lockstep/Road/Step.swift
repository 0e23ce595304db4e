/// One run of the road: the record being changed, and everything the decision depends on.
struct Step {
    var record: JobRecord
    let before: JobRecord
    let command: Command
    let definition: Definition
    let now: Timestamp
    let draw: Double
    let pauses: Pauses

    init(
        record: JobRecord, command: Command, definition: Definition, now: Timestamp, draw: Double,
        pauses: Pauses
    ) {
        self.record = record
        before = record
        self.command = command
        self.definition = definition
        self.now = now
        self.draw = draw
        self.pauses = pauses
    }

    mutating func run() throws(Refusal) -> Decision {
        try checkGuards()
        if let output = command.output { try leave(output) }
        for patch in command.patches { try merge(patch) }
        switch command.change {
        case .claim(let worker): return try claim(worker)
        case .move(let status): return try move(to: status)
        case .fail(let failure): return try fail(failure)
        case .cancel: return try cancel()
        case .hold(let name): return try hold(name)
        case .release: return try release()
        case .retry: return try retry()
        case .reopen: return try reopen()
        case .report(let progress, let detail): return report(progress, detail)
        case .annotate: return .update(record)
        case .note:
            guard command.reason != nil else {
                throw Refusal(.badValue, "a note in the history of job \(record.id) needs a reason")
            }
            return note(.noted)
        case .meet(let token): return try meet(token)
        case .yield: return giveBack(.yielded)
        case .lose: return lose()
        case .expire: return try expire()
        case .retire: return try retire()
        case .postpone(let pause):
            record.deadline = now.adding(pause)
            return .update(record)
        case .erase: return try erase()
        case .raiseFence(let fence): return try raiseFence(to: fence)
        }
    }

    // MARK: Guards

    private func checkGuards() throws(Refusal) {
        if let owner = command.ownedBy, !Owner.isSame(record.owner, owner) {
            throw .notFound(record.id, in: definition.name)
        }
        if let expected = command.expecting, expected != record.status {
            var refusal = Refusal(
                .unexpectedState,
                "job \(record.id) is in '\(record.status)', not in '\(expected)'; read it again and decide anew"
            )
            refusal.from = record.status
            throw refusal
        }
        if let version = command.expectingVersion, version != record.version {
            throw Refusal(
                .unexpectedState,
                "job \(record.id) is at version \(record.version), not at \(version); "
                    + "read it again and decide anew")
        }
        try checkClaim()
    }

    /// A worker writes under its claim, and what only a claim's holder may do is refused without one.
    private func checkClaim() throws(Refusal) {
        if let claim = command.claim {
            guard record.claimedBy == claim.worker, record.fence == claim.fence else {
                throw Refusal(
                    .staleClaim,
                    "worker \(claim.worker) no longer holds job \(record.id): its fence is \(claim.fence), "
                        + "the job's is \(record.fence); stop working on it")
            }
            return
        }
        switch command.change {
        case .report, .yield:
            throw Refusal(
                .staleClaim, "only the worker that holds job \(record.id) may do this; claim it first")
        case .claim, .lose, .expire, .retire, .postpone, .raiseFence:
            let kind: Actor.Kind = if case .claim = command.change { .worker } else { .engine }
            guard command.actor.kind == kind else {
                throw Refusal(
                    .notApplicable, "only the \(kind.rawValue) may do this to job \(record.id)")
            }
        default:
            // Whatever else a worker writes, it writes under its claim: a late one must not slip through.
            if command.actor.kind == .worker {
                throw Refusal(
                    .staleClaim, "a worker changes job \(record.id) only under its claim; claim it first")
            }
        }
    }

    func currentRule() throws(Refusal) -> StatusRule {
        guard let rule = definition.rule(for: record.status) else {
            throw .undeclared(record.status, in: definition)
        }
        return rule
    }

    private mutating func leave(_ output: String) throws(Refusal) {
        guard output.utf8.count <= NewJob.longestInput else {
            throw Refusal(
                .badValue,
                "the output of job \(record.id) has \(output.utf8.count) bytes; \(NewJob.longestInput) are "
                    + "allowed: store it elsewhere and leave its name")
        }
        record.output = output
    }

    private mutating func merge(_ patch: String) throws(Refusal) {
        let change = try JSONValue.object(parsing: patch)
        let merged = try JSONValue.object(parsing: record.metadata).merging(change).compactText()
        guard merged.utf8.count <= NewJob.longestMetadata else {
            throw Refusal(
                .badValue, "the metadata of job \(record.id) would exceed \(NewJob.longestMetadata) bytes")
        }
        record.metadata = merged
    }

    // MARK: Writing

    /// Closes the step with a line of history.
    mutating func note(_ kind: HistoryEntry.Kind, failure: Failure? = nil, reason: String? = nil) -> Decision
    {
        record.version.countUp()
        record.updatedAt = now
        let reason = (command.reason ?? reason).map { Failure.shortened($0) }
        let entry = HistoryEntry(
            job: record.id, number: record.version, kind: kind, from: before.status, to: record.status,
            actor: command.actor, reason: reason, failure: failure, fence: record.fence,
            attempt: record.attempt, at: now)
        return .write(record, entry)
    }

    /// Enters a status: everything that a status change resets is reset here and nowhere else.
    /// - Parameter byClaim: a claim enters nothing from outside: what the job needed was looked at when it
    ///   entered the queue (or before the need was declared).
    mutating func enter(
        _ rule: StatusRule, holding hold: String? = nil, byClaim: Bool = false
    ) throws(Refusal) {
        if !byClaim { try Road.requireNeeds(of: rule, met: record.met, definition: definition) }
        record.status = rule.name
        record.enteredAt = now
        record.availableAt = now
        record.attempt = 0
        record.claimedBy = nil
        record.hold = hold
        record.parkedAt = nil
        record.progressDetail = nil
        let limit = hold.flatMap { rule.hold(named: $0)?.limit } ?? rule.limit
        record.deadline = now.adding(limit)
        record.endedAt = rule.kind.isEnd ? (record.endedAt ?? now) : nil
        switch rule.kind {
        case .queue, .wait: record.progress = 0
        case .success: record.progress = 100
        case .work, .failure, .closed, .retired: break
        }
    }

    /// Makes a declared move.
    mutating func enter(
        _ status: String, because cause: Edge.Cause, failure: Failure? = nil, reason: String? = nil
    ) throws(Refusal) -> Decision {
        guard let rule = definition.declaredRule(for: status) else {
            throw .undeclared(status, in: definition)
        }
        guard let edge = definition.edge(from: record.status, to: status),
            edge.causes[cause]?.contains(command.actor.kind) ?? false
        else {
            throw .move(from: record.status, to: status, by: command.actor.kind, in: definition)
        }
        try enter(rule)
        record.failure = failure
        return note(.moved, failure: failure, reason: reason)
    }
}

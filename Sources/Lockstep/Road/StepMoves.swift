/// What each change does to a record.
extension Step {
    // MARK: Claims

    mutating func claim(_ worker: WorkerID) throws(Refusal) -> Decision {
        let rule = try currentRule()
        if let obstacle = record.claimObstacle(rule: rule, now: now) {
            throw Refusal(.notClaimable, "job \(record.id) cannot be claimed: \(obstacle)")
        }
        if let pause = pauses.onClaims(from: record.status, in: definition) {
            throw Refusal(.notClaimable, "job \(record.id) cannot be claimed: \(pause)")
        }
        var kind = HistoryEntry.Kind.claimed
        if let target = rule.claimedAs {
            guard let work = definition.rule(for: target) else { throw .undeclared(target, in: definition) }
            try enter(work, byClaim: true)
            record.failure = nil
            kind = .moved
        }
        record.fence.countUp()
        record.attempt.countUp()
        record.claimedBy = worker
        return note(kind)
    }

    mutating func giveBack(_ kind: HistoryEntry.Kind) -> Decision {
        record.claimedBy = nil
        record.attempt = max(1, record.attempt) - 1
        record.availableAt = now
        return note(kind)
    }

    // MARK: Moves

    mutating func move(to status: String) throws(Refusal) -> Decision {
        guard let rule = definition.declaredRule(for: status) else {
            throw .undeclared(status, in: definition)
        }
        guard let edge = definition.edge(from: record.status, to: status),
            edge.actors.contains(command.actor.kind)
        else {
            throw .move(from: record.status, to: status, by: command.actor.kind, in: definition)
        }
        // Whoever moves an ended job back reopens it, whatever word is used: its counters begin anew, and it
        // stays ended once its time of keeping is over.
        if !record.isLive, edge.causes[.reopening]?.contains(command.actor.kind) ?? false {
            return try reopen()
        }
        let declared = try currentRule().move(to: status)
        if let limit = declared?.atMost {
            let token = "\(record.status)>\(status)"
            guard record.spent[token, default: 0] < limit else {
                return try fail(
                    .userFixable(
                        "the move from '\(record.status)' to '\(status)' was made \(limit) times, "
                            + "which is all that is allowed", code: "moves_used_up"))
            }
            record.spent[token, default: 0].countUp()
        }
        try enter(rule, holding: declared?.holding)
        record.failure = nil
        if command.keepsClaim, rule.kind == .work, let claim = command.claim,
            pauses.onClaims(from: status, in: definition) == nil
        {
            // Finishing one stage and claiming the next is one move: the fence rises as for any claim. Where
            // nothing is claimed, the move alone is made, and the job waits there for the end of the pause.
            record.claimedBy = claim.worker
            record.fence.countUp()
            record.attempt = 1
        }
        return note(.moved)
    }

    mutating func cancel() throws(Refusal) -> Decision {
        guard record.isLive else { throw notApplicable("it has ended and cannot be cancelled") }
        guard let target = try currentRule().cancellation else {
            throw notApplicable("cancelling is not declared for '\(record.status)'")
        }
        return try enter(target, because: .cancellation, reason: "cancelled")
    }

    mutating func reopen() throws(Refusal) -> Decision {
        guard let target = try currentRule().reopens else {
            throw notApplicable("reopening is not declared for '\(record.status)'")
        }
        if let deadline = record.deadline, deadline <= now {
            throw notApplicable("its time of keeping is over, and what belongs to it may be gone")
        }
        record.spent = [:]
        record.progress = 0
        return try enter(target, because: .reopening, reason: "reopened")
    }

    mutating func retry() throws(Refusal) -> Decision {
        guard command.actor.kind == .operator || command.actor.kind == .owner else {
            throw notApplicable("only its owner or an operator may retry it")
        }
        if !record.isLive { return try reopen() }
        guard record.parkedAt != nil || record.availableAt > now else {
            throw notApplicable("it is neither parked nor waiting for its next attempt")
        }
        if record.parkedAt != nil, record.failure?.audience == .adminRequired,
            command.actor.kind != .operator
        {
            throw notApplicable("it is parked until an administrator acts")
        }
        record.parkedAt = nil
        record.availableAt = now
        record.attempt = 0
        record.failure = nil
        return note(.resumed)
    }

    // MARK: Holds and needs

    mutating func hold(_ name: String) throws(Refusal) -> Decision {
        let rule = try currentRule()
        guard let hold = rule.hold(named: name) else {
            throw notApplicable("'\(record.status)' declares no hold '\(name)'")
        }
        let actors = hold.source.actors.union([.operator])
        guard actors.contains(command.actor.kind) else {
            throw notApplicable("the hold '\(name)' is not put by the \(command.actor.kind.rawValue)")
        }
        guard record.hold == nil else { throw notApplicable("it is held already by '\(record.hold ?? "")'") }
        record.hold = name
        record.deadline = now.adding(hold.limit)
        return note(.held)
    }

    mutating func release() throws(Refusal) -> Decision {
        let rule = try currentRule()
        guard let name = record.hold else { throw notApplicable("it is not held") }
        let source = rule.hold(named: name)?.source ?? .anyone
        guard source.actors.contains(command.actor.kind) else {
            throw notApplicable(
                "the hold '\(name)' is released by a \(source.rawValue), not by the "
                    + command.actor.kind.rawValue)
        }
        record.hold = nil
        // A delay that was asked for at the start outlasts a hold.
        record.availableAt = max(record.availableAt, now)
        record.deadline = record.availableAt.adding(rule.limit)
        return note(.released)
    }

    mutating func meet(_ token: String) throws(Refusal) -> Decision {
        guard definition.statuses.contains(where: { $0.needs.contains { $0.token == token } }) else {
            throw notApplicable("lifecycle '\(definition.name)' needs no '\(token)'")
        }
        let mayComeBack = try currentRule().reopens != nil
        guard record.isLive || mayComeBack else {
            throw notApplicable("it has ended and needs nothing")
        }
        guard record.met.insert(token).inserted else { return .update(record) }
        return note(.met, reason: token)
    }

    mutating func report(_ progress: Int, _ detail: String?) -> Decision {
        record.progress = max(record.progress, min(100, max(0, progress)))
        if let detail { record.progressDetail = Failure.shortened(detail) }
        return .update(record)
    }

    // MARK: Failures

    mutating func fail(_ failure: Failure) throws(Refusal) -> Decision {
        guard record.isLive else { throw notApplicable("it has ended and cannot fail") }
        var failure = failure
        failure.message = Failure.shortened(failure.message)
        guard command.actor.kind == .worker else {
            // What the store cannot carry out stays where it is, until an administrator has seen to it.
            if command.actor.kind == .engine, failure.audience == .adminRequired { return park(failure) }
            return try enterFailure(failure)
        }
        switch failure.audience {
        case .userFixable: return try enterFailure(failure)
        case .adminRequired: return park(failure)
        case .temporary: return try tryAgain(after: failure, noting: .retried)
        }
    }

    private mutating func enterFailure(_ failure: Failure) throws(Refusal) -> Decision {
        guard let target = try currentRule().failure else {
            guard command.actor.kind == .worker || command.actor.kind == .engine else {
                throw notApplicable("'\(record.status)' declares no failure")
            }
            return park(failure)
        }
        return try enter(target, because: .failure, failure: failure, reason: failure.message)
    }

    private mutating func park(_ failure: Failure) -> Decision {
        record.claimedBy = nil
        record.parkedAt = now
        record.failure = failure
        return note(.parked, failure: failure, reason: failure.message)
    }

    private mutating func tryAgain(
        after failure: Failure, noting kind: HistoryEntry.Kind
    ) throws(Refusal) -> Decision {
        let policy = try currentRule().retryPolicy
        guard record.attempt < policy.attempts else {
            var last = failure
            last.message = "all \(policy.attempts) attempts failed; the last one: \(failure.message)"
            return try enterFailure(last)
        }
        record.claimedBy = nil
        record.failure = failure
        let pause =
            kind == .lost ? 0 : policy.backoff.delayMicroseconds(afterAttempt: record.attempt, draw: draw)
        let asked = failure.retryAfter?.microseconds ?? 0
        record.availableAt = Timestamp(microseconds: now.microseconds.clampedSum(max(pause, asked)))
        return note(kind, failure: failure, reason: failure.message)
    }

    // MARK: The sweep

    mutating func lose() -> Decision {
        guard let worker = record.claimedBy else {
            return .refuse(notApplicable("nobody holds it"))
        }
        let failure = Failure.temporary("worker \(worker) is gone", code: "worker_lost")
        do {
            return try tryAgain(after: failure, noting: .lost)
        } catch {
            return .refuse(error)
        }
    }

    mutating func expire() throws(Refusal) -> Decision {
        guard let deadline = record.deadline, deadline <= now, record.isLive else {
            throw notApplicable("its deadline has not passed")
        }
        let rule = try currentRule()
        let what = record.hold.map { "held by '\($0)' in" } ?? "in"
        // A wait or a hold that ran out was for the user to end; work and queues are the operators' business.
        let forUser = rule.kind == .wait || record.hold != nil
        let failure = Failure(
            forUser ? .userFixable : .adminRequired, code: "deadline",
            message: "the job was \(what) '\(record.status)' longer than its time limit")
        let late =
            record.hold.flatMap { rule.hold(named: $0)?.late } ?? (record.hold == nil ? rule.late : nil)
        if let late { return try enter(late, because: .deadline, reason: failure.message) }
        return try enterFailure(failure)
    }

    mutating func retire() throws(Refusal) -> Decision {
        guard let deadline = record.deadline, deadline <= now, !record.isLive else {
            throw notApplicable("it is still kept")
        }
        guard let next = try currentRule().then else { return .delete(record) }
        return try enter(next, because: .retention, failure: record.failure, reason: "kept long enough")
    }

    // MARK: Looking after the store

    func erase() throws(Refusal) -> Decision {
        guard command.actor.kind == .operator || command.actor.kind == .owner else {
            throw notApplicable("only its owner or an operator may erase it")
        }
        guard !record.isLive else { throw notApplicable("it has not ended; let it end before it is erased") }
        return .delete(record)
    }

    mutating func raiseFence(to fence: Int64) throws(Refusal) -> Decision {
        if let worker = record.claimedBy {
            throw notApplicable("worker \(worker) holds it; its claim must be taken back first")
        }
        record.fence = max(record.fence, fence)
        return .update(record)
    }

    private func notApplicable(_ words: String) -> Refusal {
        var refusal = Refusal(.notApplicable, "job \(record.id) in '\(record.status)': \(words)")
        refusal.from = record.status
        refusal.allowed = definition.allowed(from: record.status, by: command.actor.kind)
        return refusal
    }
}

extension JobRecord {
    /// Why the job cannot be claimed at this time; `nil` when it can.
    public func claimObstacle(rule: StatusRule, now: Timestamp) -> String? {
        if rule.kind != .queue && rule.kind != .work { return "no worker works on '\(status)'" }
        if let claimedBy { return "worker \(claimedBy) holds it" }
        if parkedAt != nil { return "it is parked until an administrator acts" }
        if let hold { return "it is held by '\(hold)'" }
        if availableAt > now { return "it is not available before \(availableAt)" }
        if let deadline, deadline <= now { return "its deadline has passed" }
        return nil
    }
}

import Lockstep

/// Which moves are declared, for whom and why, and what entering a status does to a job.
extension Oracle {
    func judgeMove(
        _ entry: HistoryEntry, after command: Command, on place: Int, now: Timestamp
    ) {
        let before = accounts[place]
        let id = before.id
        guard let target = declared[entry.to], target.kind != .retired else {
            require(false, "I4: job \(id) was moved to '\(entry.to)', which is not declared")
            return
        }
        require(
            isDeclared(entry, after: command, from: before, now: now),
            "I4: job \(id) was moved from '\(before.status)' to '\(entry.to)' by '\(command.change)' of "
                + "\(command.actor), which is not declared")
        enter(target, place: place, entry: entry, command: command, now: now)
    }

    private func isDeclared(
        _ entry: HistoryEntry, after command: Command, from before: Account, now: Timestamp
    ) -> Bool {
        let rule = before.declared.rule
        let to = entry.to
        let kind = command.actor.kind
        let isDue = before.deadline.map { $0 <= now } ?? false
        switch command.change {
        case .claim: return rule.kind == .queue && to == rule.claimedAs && kind == .worker
        case .move(let wanted):
            guard let move = rule.move(to: wanted) else {
                // What may be done by another word may be done by this one, under the same conditions.
                let isPerson = kind == .owner || kind == .operator
                if !before.isLive { return isPerson && to == rule.reopens && !isDue }
                return (to == rule.cancellation && isPerson)
                    || (to == rule.failure && mayFail(kind, in: before.declared.kind))
            }
            let isHolders = rule.kind == .work && command.claim != nil
            let isAwaited = rule.kind == .wait && (rule.source ?? .anyone).actors.contains(kind)
            guard isHolders || isAwaited else { return false }
            if let most = move.atMost, before.counted["\(before.status)>\(wanted)", default: 0] >= most {
                return to == rule.failure && entry.failure != nil
            }
            return to == wanted
        case .fail(let failure):
            guard to == rule.failure, entry.failure != nil, before.isLive else { return false }
            switch kind {
            case .worker:
                let isLast = before.failures + 1 >= before.declared.attempts
                return failure.audience == .userFixable || (failure.audience == .temporary && isLast)
            default: return mayFail(kind, in: rule.kind)
            }
        case .cancel: return before.isLive && to == rule.cancellation && (kind == .owner || kind == .operator)
        case .retry, .reopen:
            return !before.isLive && to == rule.reopens && !isDue && (kind == .owner || kind == .operator)
        case .expire:
            let late = before.hold.map { rule.hold(named: $0)?.late } ?? rule.late
            return before.isLive && isDue && to == (late ?? rule.failure)
        case .lose:
            return before.holder.map { !lives($0, at: now) } ?? false && to == rule.failure
                && before.failures + 1 >= before.declared.attempts
        case .retire: return !before.isLive && isDue && to == rule.then
        default: return false
        }
    }

    private func mayFail(_ actor: Actor.Kind, in kind: StatusRule.Kind) -> Bool {
        switch actor {
        case .worker: kind == .work
        case .event: kind == .wait
        case .owner, .operator, .engine: true
        }
    }

    private func enter(
        _ target: Declared, place: Int, entry: HistoryEntry, command: Command, now: Timestamp
    ) {
        let before = accounts[place]
        let id = before.id
        let rule = target.rule
        if target.kind.isEnd == false, !before.isLive {
            let rival = accounts.contains {
                $0.id != id && $0.isLive && $0.key != nil && $0.key == before.key
            }
            require(!rival, "I6: job \(id) runs again although a live job has its key")
            accounts[place].counted = [:]
            witnessed.note(.reopened)
        }
        if case .claim = command.change {
            // Whatever it needs was looked at when it entered the queue.
        } else {
            require(
                rule.needs.allSatisfy { before.met.contains($0.token) },
                "I7: job \(id) entered '\(rule.name)' without what it needs")
        }
        var hold: String?
        if case .move(let wanted) = command.change, wanted == rule.name,
            let move = before.declared.rule.move(to: wanted)
        {
            hold = move.holding
            if move.atMost != nil { accounts[place].counted["\(before.status)>\(wanted)", default: 0] += 1 }
        }
        accounts[place].status = rule.name
        accounts[place].declared = target
        accounts[place].holder = nil
        accounts[place].failures = 0
        accounts[place].hold = hold
        accounts[place].isParked = false
        accounts[place].availableAt = now
        accounts[place].deadline = now.adding(hold.flatMap { rule.hold(named: $0)?.limit } ?? rule.limit)
        switch rule.kind {
        case .queue, .wait: accounts[place].progress = 0
        case .success: accounts[place].progress = 100
        case .work, .failure, .closed, .retired: break
        }
        if case .claim(let worker) = command.change {
            accounts[place].holder = worker
            witnessed.note(.claimed)
        } else if command.keepsClaim, let claim = command.claim, rule.kind == .work, rule.name == entry.to,
            case .move(let wanted) = command.change, wanted == rule.name
        {
            accounts[place].holder = claim.worker
            witnessed.note(.claimKept)
        }
        let fence = before.fence + (accounts[place].holder == nil ? 0 : 1)
        require(
            entry.fence == fence, "I2: the fence of job \(id) went from \(before.fence) to \(entry.fence)")
        accounts[place].fence = fence
        if command.change == .expire { witnessed.note(.expired) }
        if command.change == .retire { witnessed.note(.retired) }
        if command.change == .cancel { witnessed.note(.cancelled) }
        if hold != nil { witnessed.note(.held) }
    }
}

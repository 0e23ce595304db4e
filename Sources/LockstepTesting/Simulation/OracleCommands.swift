import Lockstep

/// What became of commands and sweeps.
extension Oracle {
    func judge(
        _ command: Command, _ outcome: Outcome, in state: MemoryStore.State, now: Timestamp
    ) {
        guard let place = places[command.job] else {
            if case .refused = outcome { return }
            require(false, "a command on job \(command.job), which is not there, was not refused")
            return
        }
        switch outcome {
        case .refused(let refusal): judge(refusal, of: command, on: accounts[place], now: now)
        case .deleted:
            require(command.change == .retire, "job \(command.job) was deleted by '\(command.change)'")
            judgeDeletion(of: place, now: now)
            require(state.jobs[command.job] == nil, "job \(command.job) is there although it was deleted")
        case .done(let record):
            require(
                state.jobs[command.job] == record,
                "I1: what was answered about job \(command.job) is not what is stored")
            judgeClaim(of: command, on: accounts[place])
            switch command.change {
            case .report(let progress, _):
                let reached = max(accounts[place].progress, min(100, max(0, progress)))
                accounts[place].progress = reached
                if reached != min(100, max(0, progress)) { witnessed.note(.lowerProgress) }
            case .annotate: break
            case .postpone(let pause):
                require(command.actor.kind == .engine, "a deadline was postponed by \(command.actor)")
                accounts[place].deadline = now.adding(pause)
            case .meet: readLines(of: place, after: command, expecting: 0...1, in: state, now: now)
            default: readLines(of: place, after: command, expecting: 1...1, in: state, now: now)
            }
        }
        settle(state)
    }

    /// A worker's write counts only under the claim that the job has now.
    private func judgeClaim(of command: Command, on account: Account) {
        if let claim = command.claim {
            require(
                account.holder == claim.worker && account.fence == claim.fence,
                "I3: a stale write was accepted: '\(command.change)' on job \(account.id) "
                    + "by \(claim.worker) under fence \(claim.fence), "
                    + "while \(account.holder?.text ?? "nobody") holds it under \(account.fence)")
        } else {
            require(
                command.actor.kind != .worker, "I3: a worker's write without a claim was accepted")
        }
    }

    /// Nothing sound is refused.
    private func judge(
        _ refusal: Refusal, of command: Command, on account: Account, now: Timestamp
    ) {
        var isSound = false
        if let claim = command.claim {
            let holds = account.holder == claim.worker && account.fence == claim.fence
            if !holds { witnessed.note(.staleRefused) }
            switch command.change {
            case .report, .yield, .fail: isSound = holds
            case .move(let status):
                let needs = declared[status]?.rule.needs ?? []
                isSound =
                    holds && account.declared.rule.moves.contains { $0.to == status }
                    && needs.allSatisfy { account.met.contains($0.token) }
            default: break
            }
        } else if command.change == .cancel {
            let mayCancel = command.actor.kind == .owner || command.actor.kind == .operator
            isSound = mayCancel && account.isLive && account.declared.rule.cancellation != nil
        } else if command.change == .retire {
            isSound = !account.isLive && account.deadline.map { $0 <= now } ?? false
        }
        require(!isSound, "a sound command on job \(account.id) was refused: \(refusal)")
    }

    private func judgeDeletion(of place: Int, now: Timestamp) {
        let account = accounts[place]
        require(
            !account.isLive && account.declared.rule.then == nil
                && account.deadline.map { $0 <= now } ?? false,
            "I1: job \(account.id) was deleted in '\(account.status)' before its time")
        witnessed.note(.deleted)
        deleted.insert(account.id)
        accounts.remove(at: place)
        places = [:]
        for (place, account) in accounts.enumerated() { places[account.id] = place }
    }

    // MARK: Lines of history

    /// Reads what a change added to a job's history, and judges each line.
    func readLines(
        of place: Int, after command: Command, expecting count: ClosedRange<Int>,
        in state: MemoryStore.State, now: Timestamp
    ) {
        let known = accounts[place].lines.count
        let history = state.history[command.job] ?? []
        let fresh = history.count - known
        require(
            count.contains(fresh),
            "I4: '\(command.change)' left \(fresh) lines in the history of job \(command.job)")
        guard fresh > 0 else { return }
        for entry in history[known...] {
            require(
                entry.actor == command.actor, "I4: the history names \(entry.actor), not \(command.actor)")
            judge(entry, after: command, on: place, record: state.jobs[command.job], now: now)
        }
    }

    func judge(_ report: SweepReport, in state: MemoryStore.State, now: Timestamp) {
        for place in accounts.indices.reversed() {
            let account = accounts[place]
            guard state.jobs[account.id] != nil else {
                require(report.retired.contains(account.id), "job \(account.id) was deleted without a word")
                judgeDeletion(of: place, now: now)
                continue
            }
            let history = state.history[account.id] ?? []
            for entry in history.dropFirst(account.lines.count) {
                require(entry.actor.kind == .engine, "I4: the sweep wrote as \(entry.actor)")
                let cause = sweepCause(of: entry, on: accounts[place], now: now)
                let command = Command(cause, job: account.id, of: definition.name, by: entry.actor)
                judge(entry, after: command, on: place, record: state.jobs[account.id], now: now)
            }
        }
        for worker in report.deadWorkers {
            require(!lives(worker, at: now), "I2: worker \(worker) was swept although its lease runs")
            leases[worker] = nil
            witnessed.note(.workerSwept)
        }
        settle(state)
        guard !report.hasMore else { return }
        for account in accounts {
            if let holder = account.holder {
                require(
                    lives(holder, at: now),
                    "I5: a sweep left job \(account.id) with worker \(holder), whose lease is over")
            }
            if account.isLive, let deadline = account.deadline {
                require(
                    deadline > now,
                    "I5: a sweep left job \(account.id) in '\(account.status)' after its deadline")
            }
        }
    }

    /// Why the sweep wrote a line: the deadline, the end of retention, or a dead worker.
    private func sweepCause(
        of entry: HistoryEntry, on account: Account, now: Timestamp
    ) -> Command.Change {
        if !account.isLive { return .retire }
        if entry.kind == .lost { return .lose }
        let isLate = account.deadline.map { $0 <= now } ?? false
        let isLost =
            account.holder.map { !lives($0, at: now) } ?? false
            && account.failures + 1 >= account.declared.attempts
        return isLate && !(isLost && entry.failure?.code == "worker_lost") ? .expire : .lose
    }
}

import Lockstep

/// What each line of history may say, and what it means for the job's account.
extension Oracle {
    func judge(
        _ entry: HistoryEntry, after command: Command, on place: Int, record: JobRecord?, now: Timestamp
    ) {
        let before = accounts[place]
        let id = before.id
        require(
            entry.number == Int64(before.lines.count) + 1 && entry.job == id,
            "I4: line \(entry.number) follows line \(before.lines.count) in the history of job \(id)")
        require(entry.at == now, "I4: a line of job \(id) is dated \(entry.at), written at \(now)")
        require(
            entry.from == before.status,
            "I4: the history of job \(id) says '\(entry.from ?? "")', it was in '\(before.status)'")
        require(
            (entry.kind == .moved) == (entry.to != before.status),
            "I4: a line '\(entry.kind.rawValue)' of job \(id) goes from '\(before.status)' to '\(entry.to)'")
        accounts[place].lines.append(.init(entry))
        switch entry.kind {
        case .moved: judgeMove(entry, after: command, on: place, now: now)
        case .claimed:
            require(before.declared.kind == .work, "job \(id) was claimed in place in '\(before.status)'")
            take(place, by: command, line: entry, now: now)
        case .retried, .lost: judgeAttempt(entry, after: command, on: place, record: record, now: now)
        case .yielded:
            require(command.change == .yield, "'\(command.change)' gave job \(id) back")
            accounts[place].holder = nil
            accounts[place].availableAt = now
            witnessed.note(.yielded)
        case .parked:
            let isAdmin =
                if case .fail(let failure) = command.change {
                    failure.audience == .adminRequired
                } else { false }
            require(
                isAdmin && before.holder != nil && entry.failure != nil,
                "job \(id) was parked by '\(command.change)'")
            accounts[place].holder = nil
            accounts[place].failures += 1
            accounts[place].isParked = true
            witnessed.note(.parked)
        case .resumed:
            let may = command.actor.kind == .operator || command.actor.kind == .owner
            require(
                may && command.change == .retry && before.holder == nil
                    && (before.isParked || before.availableAt > now),
                "job \(id) was resumed by '\(command.change)' of \(command.actor)")
            accounts[place].isParked = false
            accounts[place].failures = 0
            accounts[place].availableAt = now
            witnessed.note(.resumed)
        case .held, .released: judgeHold(entry, after: command, on: place, now: now)
        case .met:
            guard case .meet(let token) = command.change, accounts[place].met.insert(token).inserted else {
                require(false, "I7: job \(id) was said to have met a need by '\(command.change)'")
                return
            }
        case .noted:
            require(command.change == .note, "'\(command.change)' was noted in the history of job \(id)")
        case .started, .imported:
            require(false, "I4: job \(id) was '\(entry.kind.rawValue)' a second time")
        }
    }

    /// A claim: in place or out of a queue.
    private func take(_ place: Int, by command: Command, line: HistoryEntry, now: Timestamp) {
        guard case .claim(let worker) = command.change else {
            require(false, "job \(accounts[place].id) was claimed by '\(command.change)'")
            return
        }
        require(
            line.fence == accounts[place].fence + 1,
            "I2: the fence of job \(accounts[place].id) went from \(accounts[place].fence) to \(line.fence)")
        accounts[place].fence += 1
        accounts[place].holder = worker
        witnessed.note(.claimed)
    }

    private func judgeAttempt(
        _ entry: HistoryEntry, after command: Command, on place: Int, record: JobRecord?, now: Timestamp
    ) {
        let before = accounts[place]
        let id = before.id
        require(before.holder != nil, "an attempt of job \(id) failed that nobody made")
        require(
            before.failures + 1 < before.declared.attempts,
            "I5: attempt \(before.failures + 1) of job \(id) failed, \(before.declared.attempts) are allowed")
        switch (entry.kind, command.change) {
        case (.lost, .lose):
            require(
                before.holder.map { !lives($0, at: now) } ?? false,
                "I2: job \(id) was taken from \(before.holder?.text ?? "nobody"), whose lease runs")
            witnessed.note(.lost)
        case (.retried, .fail(let failure)):
            require(failure.audience == .temporary, "job \(id) is tried again after: \(failure)")
            witnessed.note(.retried)
        default: require(false, "'\(command.change)' counted an attempt of job \(id)")
        }
        let available = record?.availableAt ?? now
        require(available >= now, "job \(id) became available in the past")
        accounts[place].availableAt = available
        accounts[place].holder = nil
        accounts[place].failures += 1
    }

    private func judgeHold(
        _ entry: HistoryEntry, after command: Command, on place: Int, now: Timestamp
    ) {
        let before = accounts[place]
        let rule = before.declared.rule
        let kind = command.actor.kind
        switch (entry.kind, command.change) {
        case (.held, .hold(let name)):
            let hold = rule.hold(named: name)
            require(
                before.hold == nil && hold != nil
                    && (kind == .operator || hold?.source.actors.contains(kind) ?? false),
                "job \(before.id) was held in '\(before.status)' by \(command.actor)")
            accounts[place].hold = name
            accounts[place].deadline = hold.flatMap { now.adding($0.limit) }
            witnessed.note(.held)
        case (.released, .release):
            let hold = before.hold.flatMap { rule.hold(named: $0) }
            require(
                hold?.source.actors.contains(kind) ?? false,
                "job \(before.id) was released in '\(before.status)' by \(command.actor)")
            accounts[place].hold = nil
            accounts[place].availableAt = max(before.availableAt, now)
            accounts[place].deadline = accounts[place].availableAt.adding(rule.limit)
            witnessed.note(.released)
        default: require(false, "'\(command.change)' wrote '\(entry.kind.rawValue)' on job \(before.id)")
        }
    }
}

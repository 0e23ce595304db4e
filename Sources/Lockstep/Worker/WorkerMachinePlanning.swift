/// What the machine does next, after whatever event: it claims, writes, beats, sweeps, and stops.
extension WorkerMachine {
    /// The clock may have been set back: what was to come then comes as soon as it would have, and not later by the step.
    mutating func follow(_ now: Timestamp) {
        let step = now - latest
        latest = now
        guard step < .zero else { return }
        nextBeat = nextBeat + step
        nextPoll = nextPoll + step
        nextSweep = nextSweep + step
        nextReport = nextReport + step
        retryApplyAt = retryApplyAt.map { $0 + step }
        lastBeat = lastBeat.map { $0 + step }
        switch phase {
        case .stopping(let until): phase = .stopping(until: until + step)
        case .cancelling(let until): phase = .cancelling(until: until + step)
        case .closing(let until): phase = .closing(until: until + step)
        case .starting, .working, .sayingGoodbye, .ended: break
        }
    }

    mutating func plan(_ now: Timestamp, _ actions: inout [Action]) {
        planApply(now, &actions)
        switch phase {
        case .starting:
            planBeat(now, &actions)
        case .working:
            planBeat(now, &actions)
            planClaim(now, &actions)
            if !isSweeping, nextSweep <= now {
                isSweeping = true
                actions.append(.sweep)
            }
        case .stopping(let until):
            planBeat(now, &actions)
            if until <= now { startCancelling(now, &actions) }
            planGoodbye(&actions)
        case .cancelling(let until):
            planBeat(now, &actions)
            if until <= now { startClosing(now, &actions) }
            planGoodbye(&actions)
        case .closing(let until):
            planBeat(now, &actions)
            planGoodbye(&actions)
            if until <= now, phase != .sayingGoodbye, phase != .ended {
                // The store does not take the last writes. The lease ends by itself, and the fence keeps what
                // another worker does with the jobs from whatever still arrives.
                end(&actions)
            }
        case .sayingGoodbye, .ended: break
        }
    }

    private mutating func startCancelling(_ now: Timestamp, _ actions: inout [Action]) {
        phase = .cancelling(until: now + Self.lastCall)
        for job in running.keys.sorted() { actions.append(.cancel(job, why: .shutdown)) }
    }

    private mutating func startClosing(_ now: Timestamp, _ actions: inout [Action]) {
        phase = .closing(until: now + Self.lastCall)
        for (job, fence) in running.sorted(by: { $0.key < $1.key }) {
            // These handlers ignore their cancellation; their claims are given back all the same, and the
            // fence refuses whatever they still write through Lockstep.
            if let lifecycle = lifecycles[job] { giveBack(job, of: lifecycle, fence: fence) }
            forget(job)
        }
        planApply(now, &actions)
    }

    mutating func end(_ actions: inout [Action]) {
        phase = .ended
        actions.append(.end)
    }

    private mutating func planApply(_ now: Timestamp, _ actions: inout [Action]) {
        guard !isApplying, retryApplyAt.map({ $0 <= now }) ?? true else { return }
        retryApplyAt = nil
        var batch = Array(pending.prefix(alone > 0 ? 1 : options.batch))
        pending.removeFirst(batch.count)
        if alone > 0 {
            alone -= 1
        } else if !reports.isEmpty, nextReport <= now || !batch.isEmpty {
            batch = reports.values.sorted { $0.job < $1.job } + batch
            reports = [:]
            nextReport = now + options.reports
        }
        guard !batch.isEmpty else { return }
        isApplying = true
        applying = Set(batch.lazy.filter(\.change.isFinal).map(\.job))
        actions.append(.apply(batch))
    }

    private mutating func planBeat(_ now: Timestamp, _ actions: inout [Action]) {
        guard mayBeat, nextBeat <= now else { return }
        beatCovers = running
        lastBeat = now
        actions.append(.beat(heartbeat(isFirst: phase == .starting)))
    }

    private mutating func planClaim(_ now: Timestamp, _ actions: inout [Action]) {
        guard !isClaiming else { return }
        if nextPoll <= now { wantsClaim = true }
        let limit = min(options.batch, free)
        guard wantsClaim, limit > 0 else { return }
        wantsClaim = false
        isClaiming = true
        nextPoll = now + options.poll
        actions.append(.claim(ClaimRequest(worker: worker, statuses: statuses, limit: limit)))
    }

    private mutating func planGoodbye(_ actions: inout [Action]) {
        let isQuiet = running.isEmpty && pending.isEmpty && !isApplying && !isClaiming && beatCovers == nil
        guard isQuiet, phase != .sayingGoodbye, phase != .ended else { return }
        if isTakenForDead {
            end(&actions)
            return
        }
        phase = .sayingGoodbye
        beatCovers = [:]
        var last = heartbeat(isFirst: false)
        last.isLast = true
        actions.append(.beat(last))
    }

    private func heartbeat(isFirst: Bool) -> Heartbeat {
        var heartbeat = Heartbeat(worker: worker, lease: options.lease, statuses: statuses, host: host)
        heartbeat.isFirst = isFirst
        if isFirst { heartbeat.knows = knows }
        return heartbeat
    }
}

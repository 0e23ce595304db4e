import Lockstep

/// The end of a run: nothing breaks any more, and everything must come to an end.
extension SimulationRun {
    /// How long a run may stay calm.
    private static let longest = Duration.seconds(120)
    /// What requests, answers and turns may take.
    private static let slack = Duration.seconds(2)

    func becomeCalm() {
        note(40, 0, "calm")
        isCalm = true
        outOfReachUntil = now
        for place in workers.indices { workers[place].pausedUntil = min(workers[place].pausedUntil, now) }
        // One worker goes on; where it was about to end, it is killed instead.
        if workers[0].stoppedAt != nil { bury(0) }
        giveBirth(to: 0)
        for place in workers.indices.dropFirst() { stop(place) }
    }

    /// Looks whether all is as it must be by now, and whether the run is over.
    func lookAround() {
        let calmFor = now - calmAt
        checkStops(calmFor)
        checkDeadlines()
        checkOrphans()
        oracle.require(
            calmFor < Self.longest,
            "I5: after \(calmFor) without troubles, not everything has ended or waits: \(open)")
        guard !isOver, workers.dropFirst().allSatisfy({ $0.machine == nil }),
            clients.allSatisfy({ $0.asked == nil }),
            oracle.accounts.allSatisfy({ $0.deadline == nil && $0.holder == nil })
        else { return }
        isOver = true
        note(41, 0, "all has ended or waits")
        for account in oracle.accounts {
            oracle.judge(history: store.history(of: account.id), of: account.id)
            oracle.require(
                store.history(of: account.id).count == account.lines.count,
                "I4: the history of job \(account.id) is not complete")
        }
    }

    private var open: String {
        let workers = workers.dropFirst().filter { $0.machine != nil }.map { "worker \($0.name)" }
        let jobs = oracle.accounts.filter { $0.deadline != nil || $0.holder != nil }
            .map { "job \($0.id) in '\($0.status)'" }
        return (workers + jobs).joined(separator: ", ")
    }

    /// A worker that is to stop ends after its grace and two last calls.
    private func checkStops(_ calmFor: Duration) {
        for worker in workers {
            guard let stoppedAt = worker.stoppedAt, worker.machine != nil else { continue }
            let longest = worker.options.grace + .seconds(10) + Self.slack + .seconds(2)
            oracle.require(
                now - max(stoppedAt, calmAt) < longest,
                "worker \(worker.name) has not ended \(now - stoppedAt) after it was told to stop")
        }
    }

    private func checkDeadlines() {
        let twoSweeps = workers[0].options.sweep + workers[0].options.sweep + Self.slack
        for account in oracle.accounts {
            guard let deadline = account.deadline, account.isLive else { continue }
            oracle.require(
                now - max(deadline, calmAt) < twoSweeps,
                "I5: job \(account.id) is in '\(account.status)' longer than its time plus two sweeps")
        }
    }

    /// No claim stays with a worker that does not work on the job.
    private func checkOrphans() {
        // Its worker's lease has to end and be noticed, or two of its heartbeats have to tell of it.
        let leases = workers.map(\.options.lease).max() ?? .zero
        let longest = leases + max(workers[0].options.sweep, workers[0].options.poll) + Self.slack
        for account in oracle.accounts {
            let isWorkedOn = workers.contains {
                $0.machine?.worker == account.holder && $0.machine?.running[account.id] == account.fence
            }
            guard account.holder != nil, !isWorkedOn else {
                orphans[account.id] = nil
                continue
            }
            if orphans[account.id]?.fence != account.fence { orphans[account.id] = (account.fence, now) }
            let since = orphans[account.id]?.since ?? now
            oracle.require(
                now - since < longest,
                "I2: nobody has worked on job \(account.id) for \(now - since), and "
                    + "\(account.holder?.text ?? "nobody") holds it under fence \(account.fence)")
        }
    }
}

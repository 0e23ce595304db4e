import Lockstep

/// Handlers, and what the shell does to them.
extension SimulationRun {
    func start(_ record: JobRecord, at place: Int) {
        guard let worker = record.claimedBy else { return }
        // A job that was deleted after its time and started again under its id counts its fences anew.
        let last = workers[place].lastRun[record.id]
        let earlier = last?.createdAt == record.createdAt ? last : nil
        oracle.require(
            earlier.map { $0.fence < record.fence } ?? true,
            "worker \(workers[place].name) runs job \(record.id) under fence \(record.fence) after it ran it "
                + "under \(earlier?.fence ?? 0)")
        oracle.require(
            workers[place].tasks[record.id] == nil,
            "worker \(workers[place].name) runs job \(record.id) beside an earlier handler of it")
        workers[place].lastRun[record.id] = record
        workers[place].runCount += 1
        let number = workers[place].runCount
        let reports = random.oneIn(2) ? 0 : 1 + random.below(2)
        let length =
            switch isCalm ? 0 : random.below(10) {
            case 0...6: random.span(20, 600)
            case 7, 8: random.span(600, 4_000)
            default: random.span(4_000, 28_000)
            }
        workers[place].runs[number] = SimulatedWorker.Run(
            record: record, claim: Claim(worker: worker, fence: record.fence), reports: reports,
            isDeaf: random.oneIn(5), pace: length / (reports + 1))
        workers[place].tasks[record.id] = SimulatedWorker.Task(fence: record.fence, run: number)
        schedule.put(
            .handler(worker: place, life: workers[place].life, run: number), at: now + length / (reports + 1))
    }

    func cancel(_ job: JobID, _ why: WorkerMachine.Cancellation, at place: Int) {
        oracle.witnessed.note(.runCancelled)
        guard workers[place].tasks[job] != nil else { return }
        workers[place].tasks[job]?.cancellation = why
        let task = why == .lost ? workers[place].tasks.removeValue(forKey: job) : workers[place].tasks[job]
        guard let number = task?.run, let run = workers[place].runs[number] else { return }
        if run.isDeaf {
            oracle.witnessed.note(.deafHandler)
            return
        }
        schedule.put(
            .cancelled(worker: place, life: workers[place].life, run: number), at: now + random.span(0, 300))
    }

    /// A handler reports, or comes to its end.
    func goOn(with number: Int, of place: Int) {
        guard let run = workers[place].runs[number] else { return }
        guard run.reports > 0 else { return end(number, of: place, by: ending(of: run)) }
        workers[place].runs[number]?.reports -= 1
        let progress = random.below(130) - 10
        note(9, place, "handler of \(run.record.id) under \(run.claim.fence) reports \(progress)")
        schedule.put(.handler(worker: place, life: workers[place].life, run: number), at: now + run.pace)
        post(.reported(command(.report(progress: progress, detail: nil), of: run)), to: place)
    }

    func notice(cancellationOf number: Int, of place: Int) {
        guard let run = workers[place].runs[number] else { return }
        switch random.below(6) {
        case 0: end(number, of: place, by: command(.fail(.temporary("cut short")), of: run))
        case 1: end(number, of: place, by: ending(of: run))
        default: end(number, of: place, by: command(.yield, of: run))
        }
    }

    private func end(_ number: Int, of place: Int, by command: Command) {
        guard let run = workers[place].runs.removeValue(forKey: number) else { return }
        let record = run.record
        var cancellation: WorkerMachine.Cancellation? = .lost
        if workers[place].tasks[record.id]?.fence == record.fence {
            cancellation = workers[place].tasks.removeValue(forKey: record.id)?.cancellation
        }
        let said: WorkerMachine.Cancellation? =
            simulation.shellFault == .failureAtShutdown && cancellation == .shutdown ? .lost : cancellation
        let last = WorkerMachine.closing(command, cancellation: said, statuses: workers[place].statuses)
        if cancellation == .shutdown, case .fail = last.change {
            oracle.require(false, "a failure of job \(record.id) at the shutdown counts an attempt")
        }
        note(10, place, "handler of \(record.id) under \(record.fence) ends: \(last.change)")
        post(.finished(last), to: place)
    }

    private func command(_ change: Command.Change, of run: SimulatedWorker.Run) -> Command {
        var command = Command(
            change, job: run.record.id, of: run.record.lifecycle, by: .worker(run.claim.worker.text))
        command.claim = run.claim
        return command
    }

    /// Why no database takes a write.
    static let unwritable = "no database takes this"

    private func ending(of run: SimulatedWorker.Run) -> Command {
        let isPacking = run.record.status == "packing"
        if isCalm {
            // Once there is no trouble any more, the work gets done.
            let next = isPacking ? random.pick(["labelling", "review"]) : "delivered"
            return command(.move(to: next), of: run)
        }
        let next = random.pick(
            isPacking ? ["labelling", "labelling", "review", "queued"] : ["delivered", "packing"])
        switch random.below(24) {
        case 0: return command(.move(to: "nowhere"), of: run)
        case 1: return command(.move(to: isPacking ? "delivered" : "queued"), of: run)
        case 2, 3: return command(.fail(.temporary("no")), of: run)
        case 4: return command(.fail(.temporary("later", retryAfter: .seconds(3))), of: run)
        case 5: return command(.fail(.userFixable("no")), of: run)
        case 6: return command(.fail(.adminRequired("no")), of: run)
        case 7: return command(.yield, of: run)
        case 8:
            var unwritable = command(.move(to: next), of: run)
            unwritable.reason = Self.unwritable
            return unwritable
        default: return command(.move(to: next), of: run)
        }
    }
}

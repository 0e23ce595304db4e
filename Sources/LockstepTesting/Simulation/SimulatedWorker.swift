import Lockstep

/// A worker process: a machine, and all that its shell keeps.
final class SimulatedWorker {
    /// A handler that runs.
    struct Run {
        let record: JobRecord
        let claim: Claim
        /// Reports that it still makes.
        var reports: Int
        /// It does not notice that it is cancelled.
        let isDeaf: Bool
        var pace: Duration
    }

    /// What the shell keeps of a running handler.
    struct Task {
        var fence: Int64
        var run: Int
        var cancellation: WorkerMachine.Cancellation?
    }

    let place: Int
    /// Counts births and crashes.
    var life = 0
    var machine: WorkerMachine?
    var options: WorkerOptions
    let statuses: [String: [String]]
    let hasCleanUp: Bool
    /// How far its clock is from the store's.
    var clock: Duration
    var mail: [WorkerMachine.Event] = []
    var hasTurn = false
    var timer: (at: Timestamp, number: Int)?
    var timers = 0
    /// How often in a row the timer was set to a time that has passed.
    var spins = 0
    var tasks: [JobID: Task] = [:]
    var runs: [Int: Run] = [:]
    var runCount = 0
    /// The claim under which each job was run last.
    var lastRun: [JobID: JobRecord] = [:]
    var pausedUntil: Timestamp
    var stoppedAt: Timestamp?
    /// Clean-ups under way.
    var cleaning = 0
    var claimsUnderWay = 0
    var writesUnderWay = 0
    var beatsUnderWay = 0
    var sweepsUnderWay = 0
    /// What the store answered to the last heartbeat.
    var told: HeartbeatReply?

    var name: String { machine?.worker.text ?? "\(place)" }

    init(place: Int, using random: inout SeededGenerator) {
        self.place = place
        // The first worker can do everything: whatever happens to the others, the work can be done.
        let abilities = place == 0 ? 0 : random.below(3)
        statuses = [
            "shipment": [["packing", "labelling"], ["packing"], ["labelling"]][abilities]
        ]
        hasCleanUp = random.oneIn(3)
        clock = random.span(0, 2_000) - .seconds(1)
        pausedUntil = Timestamp(microseconds: 0)
        options = WorkerOptions(
            concurrency: 1 + random.below(3), batch: 1 + random.below(4), lease: random.span(4_000, 7_000),
            poll: random.span(1_500, 3_500), sweep: random.span(2_000, 5_000), grace: random.span(0, 4_000),
            reports: .milliseconds(200))
    }
}

extension SimulationRun {
    func giveBirth(to place: Int) {
        guard workers[place].machine == nil, !isCalm || place == 0 else { return }
        workers[place].life += 1
        let worker = WorkerID("w\(place).\(workers[place].life)")
        workers[place].machine = WorkerMachine(
            options: workers[place].options, statuses: workers[place].statuses, worker: worker, host: "here",
            now: now + workers[place].clock)
        note(6, place, "worker \(worker) begins")
        post(.tick, to: place)
    }

    /// The process is gone with all it knew; what it sent is still on its way.
    func bury(_ place: Int) {
        workers[place].life += 1
        workers[place].machine = nil
        workers[place].mail = []
        workers[place].hasTurn = false
        workers[place].timer = nil
        workers[place].spins = 0
        workers[place].tasks = [:]
        workers[place].runs = [:]
        workers[place].lastRun = [:]
        workers[place].stoppedAt = nil
        workers[place].cleaning = 0
        workers[place].claimsUnderWay = 0
        workers[place].writesUnderWay = 0
        workers[place].beatsUnderWay = 0
        workers[place].sweepsUnderWay = 0
        workers[place].told = nil
    }

    // MARK: The loop

    func post(_ event: WorkerMachine.Event, to place: Int) {
        workers[place].mail.append(event)
        guard !workers[place].hasTurn else { return }
        if workers[place].pausedUntil <= now, !random.oneIn(4) {
            turn(of: place)
        } else {
            // What comes until then is taken together.
            workers[place].hasTurn = true
            schedule.put(.turn(worker: place, life: workers[place].life), at: now + random.span(0, 30))
        }
    }

    func turn(of place: Int) {
        workers[place].hasTurn = false
        let worker = workers[place]
        let local = now + worker.clock
        let mail = worker.mail
        worker.mail = []
        let nameBefore = worker.machine?.worker
        var actions: [WorkerMachine.Action] = []
        for event in mail {
            note(7, place, "  \(worker.name) ← \(event.words)")
            let covered =
                if case .beaten = event { worker.machine?.beatCovers } else { nil as [JobID: Int64]? }
            let next = worker.machine?.handle(event, at: local) ?? []
            if actions.isEmpty { actions = next } else { actions += next }
            if let covered { checkLosses(covered, of: worker) }
        }
        if worker.machine?.worker != nameBefore { oracle.witnessed.note(.renamed) }
        for action in actions where !perform(action, as: place) { return }
        checkAccount(of: worker)
        arm(place, local)
    }

    private func arm(_ place: Int, _ local: Timestamp) {
        guard let next = workers[place].machine?.nextTick else {
            workers[place].timer = nil
            return
        }
        guard workers[place].timer?.at != next else { return }
        workers[place].spins = next <= local ? workers[place].spins + 1 : 0
        oracle.require(
            workers[place].spins < 20,
            "worker \(workers[place].name) sets its timer to the past again and again")
        workers[place].timers += 1
        let timer = workers[place].timers
        workers[place].timer = (next, timer)
        let rest = max(next - local, .zero)
        schedule.put(
            .tick(worker: place, life: workers[place].life, timer: timer), at: now + rest + random.span(0, 2))
    }

    /// - Returns: `false` once the worker has ended.
    private func perform(_ action: WorkerMachine.Action, as place: Int) -> Bool {
        note(8, place, "  \(workers[place].name) → \(action.words)")
        switch action {
        case .claim(var request):
            workers[place].claimsUnderWay += 1
            if simulation.shellFault == .claimsTooMuch { request.limit += 1 }
            send(.claim(request), from: place)
        case .apply(let commands):
            workers[place].writesUnderWay += 1
            for command in commands where command.change == .yield {
                let isKnown = workers[place].lastRun[command.job]?.fence == command.claim?.fence
                if !isKnown { oracle.witnessed.note(.strayGivenBack) }
            }
            send(.apply(commands), from: place)
        case .beat(let heartbeat):
            workers[place].beatsUnderWay += 1
            send(.beat(heartbeat), from: place)
        case .sweep:
            workers[place].sweepsUnderWay += 1
            let served = [definition.name]
            send(
                .sweep(
                    SweepRequest(
                        retain: workers[place].hasCleanUp ? [] : served,
                        report: workers[place].hasCleanUp ? served : [])),
                from: place)
        case .run(let record): start(record, at: place)
        case .cancel(let job, let why): cancel(job, why, at: place)
        case .end:
            bury(place)
            if isCalm ? place == 0 : true {
                schedule.put(.birth(worker: place), at: now + random.span(50, isCalm ? 60 : 5_000))
            }
            return false
        }
        return true
    }

    private func checkAccount(of worker: SimulatedWorker) {
        let running = worker.machine?.running.count ?? 0
        // The order of these looks does not matter: one that fails ends the run.
        oracle.require(
            running <= worker.options.concurrency,
            "worker \(worker.name) runs \(running) jobs, \(worker.options.concurrency) are allowed")
        oracle.require(
            worker.claimsUnderWay <= 1 && worker.writesUnderWay <= 1 && worker.beatsUnderWay <= 1
                && worker.sweepsUnderWay <= 1,
            "worker \(worker.name) has two requests of one kind under way")
        guard let machine = worker.machine else { return }
        for (job, fence) in machine.running {
            oracle.require(
                worker.tasks[job]?.fence == fence,
                "worker \(worker.name) waits for a handler of job \(job) that does not run")
        }
        for (job, task) in worker.tasks where task.cancellation == nil {
            oracle.require(
                machine.running[job] == task.fence,
                "worker \(worker.name) has forgotten a handler of job \(job), which was not cancelled")
        }
    }

    /// Whether the machine left the claims of which a heartbeat's answer told that they are lost.
    private func checkLosses(_ covered: [JobID: Int64], of worker: SimulatedWorker) {
        guard let told = worker.told else { return }
        for (job, fence) in covered where !told.isAlive || told.held[job] != fence {
            oracle.require(
                worker.machine?.running[job] != fence,
                "I2: worker \(worker.name) works on although it was told that it lost a job")
        }
    }

    // MARK: What comes back

    func take(_ mail: Shelled, at place: Int) {
        switch mail {
        case .event(var event):
            switch event {
            case .claimed: workers[place].claimsUnderWay -= 1
            case .applied: workers[place].writesUnderWay -= 1
            case .beaten(let reply):
                workers[place].beatsUnderWay -= 1
                workers[place].told = reply
                event = .beaten(reply.map { seeded($0, at: place) })
            default: break
            }
            post(event, to: place)
        case .swept(let report):
            workers[place].sweepsUnderWay -= 1
            if let report { cleanUp(report.toCleanUp, at: place) }
            post(.swept(hasMore: report?.hasMore ?? false), to: place)
        case .cleanedUp: workers[place].cleaning -= 1
        }
    }

    /// A heartbeat's answer as a faulty shell would understand it.
    private func seeded(_ reply: HeartbeatReply, at place: Int) -> HeartbeatReply {
        guard let running = workers[place].machine?.running, reply.isAlive else { return reply }
        var reply = reply
        switch simulation.shellFault {
        case .strayKept: reply.held = reply.held.filter { running[$0.key] != nil }
        case .lossUnnoticed: reply.held.merge(running) { $1 }
        default: break
        }
        return reply
    }

    private func cleanUp(_ due: [JobRecord], at place: Int) {
        guard !due.isEmpty, workers[place].cleaning == 0 else { return }
        workers[place].cleaning = due.count
        var moment = now
        for record in due {
            moment = moment + random.span(1, isCalm ? 20 : 1_500)
            // What could not be cleaned up comes up again later.
            let change: Command.Change = isCalm || !random.oneIn(4) ? .retire : .postpone(.seconds(3))
            let command = Command(change, job: record.id, of: record.lifecycle, by: .engine)
            oracle.witnessed.note(.cleanedUp)
            schedule.put(
                .arrival(
                    Message(sender: .cleanUp(place, life: workers[place].life), request: .apply([command]))),
                at: moment)
        }
    }
}

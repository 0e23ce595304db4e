import Lockstep

/// The state of a run and its loop.
final class SimulationRun {
    let simulation: Simulation
    let definition: Definition
    let isTracing: Bool
    var random: SeededGenerator
    var schedule = Schedule()
    var now: Timestamp
    let began: Timestamp
    /// When the troubles end.
    let calmAt: Timestamp
    var isCalm = false
    var outOfReachUntil: Timestamp
    var store: SimulatedStore
    var oracle: Oracle
    var workers: [SimulatedWorker] = []
    var clients: [SimulatedClient] = []
    /// All claims that were ever given out: a zombie may write under any of them.
    var given: [(job: JobID, claim: Claim)] = []
    /// Claims of live workers that no handler works on, and since when.
    var orphans: [JobID: (fence: Int64, since: Timestamp)] = [:]
    var isOver = false
    /// How many jobs the clients have thought of.
    var started = 0

    var steps = 0
    var commits = 0
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    var trace: [String] = []

    private init(_ simulation: Simulation, on definition: Definition, tracing: Bool) {
        self.simulation = simulation
        self.definition = definition
        isTracing = tracing
        random = SeededGenerator(seed: simulation.seed)
        began = Timestamp(microseconds: 1_767_225_600_000_000)
        now = began
        calmAt = began + random.span(6_000, 18_000)
        outOfReachUntil = began
        store = SimulatedStore(definition, fault: simulation.fault, seed: random.next())
        oracle = Oracle(definition)
    }

    static func result(
        of simulation: Simulation, on definition: Definition, tracing: Bool
    ) -> Simulation.Result {
        let run = SimulationRun(simulation, on: definition, tracing: tracing)
        run.begin()
        while !run.isOver, run.oracle.violation == nil, let next = run.schedule.next() {
            run.now = max(run.now, next.at)
            run.steps += 1
            run.step(next.happening)
        }
        run.oracle.require(run.isOver, "nothing is left to happen, and the run has not come to its end")
        return Simulation.Result(
            steps: run.steps, commits: run.commits,
            microseconds: run.now.microseconds - run.began.microseconds,
            violation: run.oracle.violation, digest: run.digest, witnessed: run.oracle.witnessed,
            trace: run.trace)
    }

    private func begin() {
        for place in 0..<(2 + random.below(2)) {
            workers.append(SimulatedWorker(place: place, using: &random))
            schedule.put(.birth(worker: place), at: now + random.span(0, 500))
        }
        for place in 0..<2 {
            clients.append(SimulatedClient())
            schedule.put(.client(place), at: now + random.span(0, 200))
        }
        schedule.put(.trouble, at: now + random.span(500, 4_000))
        schedule.put(.calm, at: calmAt)
    }

    private func step(_ happening: Happening) {
        switch happening {
        case .turn(let place, let life): onTime(happening, place, life) { $0.turn(of: place) }
        case .tick(let place, let life, let timer):
            onTime(happening, place, life) { run in
                guard run.workers[place].timer?.number == timer else { return }
                run.workers[place].timer = nil
                run.post(.tick, to: place)
            }
        case .handler(let place, let life, let number):
            onTime(happening, place, life) { $0.goOn(with: number, of: place) }
        case .cancelled(let place, let life, let number):
            onTime(happening, place, life) { $0.notice(cancellationOf: number, of: place) }
        case .mail(let place, let life, let mail):
            onTime(happening, place, life) { $0.take(mail, at: place) }
        case .birth(let place): giveBirth(to: place)
        case .arrival(let message): arrive(message)
        case .client(let place): act(asClient: place)
        case .reply(let place, let request, let reply): hear(reply, to: request, asClient: place)
        case .trouble: makeTrouble()
        case .calm: becomeCalm()
        }
    }

    /// What happens in a worker's process happens later while it stands still, and never after it crashed.
    private func onTime(
        _ happening: Happening, _ place: Int, _ life: Int, _ body: (SimulationRun) -> Void
    ) {
        guard workers[place].life == life, workers[place].machine != nil else { return }
        if workers[place].pausedUntil > now {
            schedule.put(happening, at: workers[place].pausedUntil + random.span(0, 20))
            return
        }
        body(self)
    }

    // MARK: Troubles

    private func makeTrouble() {
        guard !isCalm else { return }
        schedule.put(.trouble, at: now + random.span(300, 5_000))
        let place = random.below(workers.count)
        switch random.below(10) {
        case 0, 1:
            guard workers[place].machine != nil else { return }
            note(1, place, "worker \(workers[place].name) crashes")
            oracle.witnessed.note(.crashed)
            bury(place)
            schedule.put(.birth(worker: place), at: now + random.span(100, 6_000))
        case 2, 3, 4:
            let until = min(now + random.span(300, 14_000), calmAt)
            note(2, place, "worker \(workers[place].name) stands still until \(clock(until))")
            oracle.witnessed.note(.paused)
            workers[place].pausedUntil = until
        case 5, 6: stop(place)
        case 7, 8:
            outOfReachUntil = min(now + random.span(200, 6_000), calmAt)
            note(4, place, "the store is out of reach until \(clock(outOfReachUntil))")
            oracle.witnessed.note(.outOfReach)
        default:
            let jump = random.span(0, 4_000) - .seconds(2)
            workers[place].clock += jump
            note(5, place, "the clock of worker \(workers[place].name) jumps by \(jump)")
            oracle.witnessed.note(.clockStepped)
        }
    }

    func stop(_ place: Int) {
        guard workers[place].machine != nil, workers[place].stoppedAt == nil else { return }
        note(3, place, "worker \(workers[place].name) is to stop")
        oracle.witnessed.note(.stopped)
        workers[place].stoppedAt = now
        if simulation.shellFault != .stopIgnored { post(.stop, to: place) }
    }

    // MARK: The trace

    /// Adds a step to the digest, and to the trace when one is kept.
    func note(_ tag: UInt64, _ place: Int, _ words: @autoclosure () -> String) {
        fold(tag)
        fold(UInt64(bitPattern: now.microseconds))
        fold(UInt64(place))
        if isTracing { trace.append("\(clock(now)) \(words())") }
    }

    func fold(_ number: UInt64) {
        digest = (digest ^ number) &* 0x0000_0100_0000_01B3
        digest ^= digest >> 29
    }

    func fold(_ record: JobRecord) {
        fold(record.id.text)
        fold(record.status)
        fold(UInt64(bitPattern: record.fence))
        fold(UInt64(bitPattern: record.version))
        fold(UInt64(record.progress))
    }

    func fold(_ text: String) {
        for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    /// Seconds since the beginning.
    func clock(_ moment: Timestamp) -> String {
        let microseconds = moment.microseconds - began.microseconds
        let digits = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
        return "\(microseconds / 1_000_000).\(digits)"
    }
}

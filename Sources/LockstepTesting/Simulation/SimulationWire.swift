import Lockstep

/// The wire between processes and the store: requests and answers are late, lost, or overtake each other.
extension SimulationRun {
    func send(_ request: Request, from place: Int) {
        send(Message(sender: .worker(place, life: workers[place].life), request: request))
    }

    func send(_ message: Message) {
        var message = message
        guard !isCalm else {
            schedule.put(.arrival(message), at: now + random.span(1, 10))
            return
        }
        let arrival = now + delay()
        switch random.below(50) {
        case 0, 1:
            oracle.witnessed.note(.requestLost)
            answer(message, nil, at: arrival)
            return
        case 2, 3, 4:
            oracle.witnessed.note(.answerLost)
            message.losesAnswer = true
        case 5:
            // The sender gives up, and the request arrives all the same.
            oracle.witnessed.note(.lateArrival)
            answer(message, nil, at: arrival)
            message.isGivenUp = true
            schedule.put(.arrival(message), at: min(arrival + random.span(100, 9_000), max(calmAt, arrival)))
            return
        default: break
        }
        schedule.put(.arrival(message), at: arrival)
    }

    /// Mostly short, at times as long as a lease; nothing is on its way for long once the troubles have ended.
    private func delay() -> Duration {
        let length =
            switch random.below(40) {
            case 0: random.span(3_000, 9_000)
            case 1, 2: random.span(100, 3_000)
            default: random.span(1, 30)
            }
        return min(length, max(calmAt - now, .milliseconds(30)))
    }

    // MARK: At the store

    func arrive(_ message: Message) {
        let sender = message.sender
        guard outOfReachUntil <= now else {
            note(
                20, sender.number,
                "\(sender.words(self)): the store is out of reach of \(message.request.words)")
            if !message.isGivenUp { answer(message, nil, at: now + random.span(1, 30)) }
            return
        }
        commits += 1
        let reply = perform(message.request, for: sender)
        if !message.isGivenUp {
            answer(
                message, message.losesAnswer ? nil : reply, at: now + (isCalm ? random.span(1, 10) : delay()))
        }
        if isCalm { lookAround() }
    }

    private func perform(_ request: Request, for sender: Message.Sender) -> Reply? {
        note(21, sender.number, "\(sender.words(self)): the store gets \(request.words)")
        switch request {
        case .claim(let request):
            let records = store.claim(request, now: now)
            oracle.judge(request, records, in: store.state, now: now)
            for record in records { learn(record) }
            if !records.isEmpty { wake() }
            return .claim(records)
        case .apply(let commands):
            if commands.contains(where: { $0.reason == Self.unwritable }) {
                oracle.witnessed.note(.unwritable)
                return .failed(.adminRequired(Self.unwritable))
            }
            let outcomes = commands.map { command -> Outcome in
                let outcome = store.apply(command, now: now)
                oracle.judge(command, outcome, in: store.state, now: now)
                learn(outcome, of: command)
                return outcome
            }
            wake()
            return .apply(outcomes)
        case .beat(let heartbeat):
            let reply = store.beat(heartbeat, now: now)
            oracle.judge(heartbeat, reply, now: now)
            fold(reply.isAlive ? UInt64(1 + reply.held.count) : 0)
            return .beat(reply)
        case .sweep(let request):
            let report = store.sweep(request, now: now)
            oracle.judge(report, in: store.state, now: now)
            for job in report.lost + report.expired + report.retired { fold(job.text) }
            if report != SweepReport() { wake() }
            return .sweep(report)
        case .start(let job):
            let outcome = store.start(job, now: now)
            oracle.judge(job, outcome, in: store.state, now: now)
            if case .started(let record) = outcome { learn(record) }
            wake()
            return .start(outcome)
        case .history(let job):
            let entries = store.history(of: job)
            oracle.judge(history: entries, of: job)
            return .history(entries)
        }
    }

    private func learn(_ outcome: Outcome, of command: Command) {
        switch outcome {
        case .done(let record):
            learn(record)
            if isTracing { trace.append("    \(command.job): \(command.change) done, now \(record.words)") }
        case .deleted(let record):
            fold(record.id.text)
            if isTracing { trace.append("    \(command.job): deleted") }
        case .refused(let refusal):
            fold(refusal.code.rawValue)
            if isTracing { trace.append("    \(command.job): \(command.change) refused: \(refusal)") }
        }
    }

    private func learn(_ record: JobRecord) {
        fold(record)
        guard let worker = record.claimedBy, given.last?.claim.fence != record.fence else { return }
        given.append((record.id, Claim(worker: worker, fence: record.fence)))
    }

    /// Hints reach some, and not at once.
    private func wake() {
        for place in workers.indices where workers[place].machine != nil && random.oneIn(4) {
            schedule.put(
                .mail(worker: place, life: workers[place].life, .event(.woke)), at: now + random.span(1, 20))
        }
    }

    // MARK: Back

    private func answer(_ message: Message, _ reply: Reply?, at moment: Timestamp) {
        switch message.sender {
        case .worker(let place, let life):
            schedule.put(.mail(worker: place, life: life, shelled(reply, to: message.request)), at: moment)
        case .cleanUp(let place, let life):
            schedule.put(.mail(worker: place, life: life, .cleanedUp), at: moment)
        case .client(let place):
            schedule.put(.reply(client: place, message.request, reply), at: moment)
        }
    }

    /// What the worker's shell makes of an answer, or of the lack of one.
    private func shelled(_ reply: Reply?, to request: Request) -> Shelled {
        switch (request, reply) {
        case (.claim, .claim(let records)?): .event(.claimed(records))
        case (.claim, _): .event(.claimed(nil))
        case (.apply(let commands), .apply(let outcomes)?): .event(.applied(commands, outcomes))
        case (.apply(let commands), .failed(let failure)?):
            .event(.applied(commands, WorkerMachine.outcomes(of: commands, failingWith: failure)))
        case (.apply(let commands), _): .event(.applied(commands, nil))
        case (.beat, .beat(let reply)?): .event(.beaten(reply))
        case (.beat, _): .event(.beaten(nil))
        case (_, .sweep(let report)?): .swept(report)
        default: .swept(nil)
        }
    }
}

extension Message.Sender {
    var number: Int {
        switch self {
        case .worker(let place, _), .cleanUp(let place, _): place
        case .client(let place): 100 + place
        }
    }

    func words(_ run: SimulationRun) -> String {
        switch self {
        case .worker(let place, let life): "worker \(place), life \(life)"
        case .cleanUp(let place, _): "clean-up of worker \(place)"
        case .client(let place): "client \(place)"
        }
    }
}

import Lockstep

/// A client: it starts jobs, repeats a start until it knows what became of it, and interferes.
struct SimulatedClient {
    /// The start whose outcome it does not know.
    var asked: NewJob?
}

extension SimulationRun {
    /// All jobs of a run, over both clients.
    private static let mostJobs = 5

    func act(asClient place: Int) {
        if let asked = clients[place].asked {
            note(30, place, "client \(place) asks again for \(asked.id?.text ?? "")")
            return send(Message(sender: .client(place), request: .start(asked)))
        }
        guard !isCalm else { return }
        let isNew = oracle.accounts.isEmpty || (started < Self.mostJobs && random.below(5) < 3)
        if isNew {
            let job = newJob(place)
            clients[place].asked = job
            note(
                31, place,
                "client \(place) starts \(job.id?.text ?? "") in \(job.status ?? "-"), key \(job.key ?? "-")")
            return send(Message(sender: .client(place), request: .start(job)))
        }
        schedule.put(.client(place), at: now + random.span(100, 4_000))
        let job = random.pick(oracle.accounts).id
        let request =
            random.oneIn(8)
            ? Request.history(job) : .apply((0..<(1 + random.below(2))).map { _ in command(on: job) })
        send(Message(sender: .client(place), request: request))
    }

    func hear(_ reply: Reply?, to request: Request, asClient place: Int) {
        guard case .start(let job) = request, clients[place].asked?.id == job.id else { return }
        // What is unknown is asked again; what is known must stay true.
        if case .start(let outcome)? = reply {
            clients[place].asked = nil
            note(32, place, "client \(place) knows what became of \(job.id?.text ?? "")")
            if case .started(let record) = outcome {
                oracle.require(
                    oracle.places[record.id] != nil || oracle.deleted.contains(record.id),
                    "I1: job \(record.id), whose start was acknowledged, is not there")
            }
        }
        schedule.put(.client(place), at: now + random.span(20, isCalm ? 100 : 2_000))
    }

    private func newJob(_ place: Int) -> NewJob {
        started += 1
        var job = NewJob(lifecycle: definition.name)
        job.id = JobID(stored: "j\(started)")
        job.status = random.pick(["queued", "queued", "queued", "labelling", "awaiting", "packing"])
        job.key = random.pick([nil, nil, "a", "b"])
        job.priority = random.below(3) - 1
        if random.oneIn(6) { job.delay = .seconds(2) }
        if !random.oneIn(6) { job.met = ["upload:papers"] }
        return job
    }

    private func command(on job: JobID) -> Command {
        let actor = random.pick([.event, .owner("anna"), .operator("otto"), .operator("otto")] as [Actor])
        func asked(_ change: Command.Change, by actor: Actor) -> Command {
            Command(change, job: job, of: definition.name, by: actor)
        }
        switch random.below(20) {
        case 0, 1: return asked(.cancel, by: actor)
        case 2, 3: return asked(.hold("address"), by: actor)
        case 4, 5: return asked(.release, by: actor)
        case 6, 7: return asked(.retry, by: actor)
        case 8: return asked(.reopen, by: actor)
        case 9, 10: return asked(.move(to: "queued"), by: actor)
        case 11: return asked(.move(to: random.pick(["delivered", "packing", "lost", "pending"])), by: actor)
        case 12, 13: return asked(.meet("upload:papers"), by: actor)
        case 14: return asked(.fail(.userFixable("broken")), by: actor)
        case 15: return asked(random.pick([.expire, .retire]), by: .engine)
        case 16:
            // A worker's write without a claim.
            return asked(.move(to: "delivered"), by: .worker("somebody"))
        case 17, 18: return zombie(on: job)
        default:
            var annotation = asked(.annotate, by: actor)
            annotation.metadata = "{\"n\":\(random.below(9))}"
            return annotation
        }
    }

    /// Somebody writes under a claim that was given out at some time.
    private func zombie(on job: JobID) -> Command {
        guard let (job, claim) = given.isEmpty ? nil : random.pick(given) else {
            return Command(.annotate, job: job, of: definition.name, by: .event)
        }
        let change: Command.Change = random.pick([
            .move(to: "labelling"), .move(to: "delivered"), .fail(.temporary("late")),
            .report(progress: random.below(100), detail: nil),
        ])
        var command = Command(change, job: job, of: definition.name, by: .worker(claim.worker.text))
        // The present claim is its holder's business.
        let account = oracle.places[job].map { oracle.accounts[$0] }
        let isPresent = account?.holder == claim.worker && account?.fence == claim.fence
        command.claim = isPresent ? Claim(worker: claim.worker, fence: claim.fence - 1) : claim
        return command
    }
}

import Lockstep
import LockstepTesting

/// A client of the crew: does to errands whatever a client may do, one call after the other.
struct Client {
    let errands: Jobs<Errand>
    let name: String
    let seed: UInt64

    func run(until orders: Orders) async {
        var random = SeededGenerator(seed: seed)
        var known: [Job<Errand>] = []
        var calls = 0
        while !orders.isOver {
            do {
                if calls.isMultiple(of: 8) {
                    known = try await errands.find { $0.limit = 40 }
                }
                calls += 1
                // A breath between two calls keeps the logs of a long campaign readable.
                await pause(.microseconds(.random(in: 0...3000, using: &random)))
                try await call(known, &random)
            } catch is Refusal {
                // The log has it.
            } catch {
                // Nobody knows what became of it; the log says so. The store may need a moment.
                say("trouble \(Failure(error).code)")
                await pause(.milliseconds(20))
            }
        }
    }

    private func pause(_ duration: Duration) async {
        do {
            try await SystemTime().sleep(until: SystemTime().now() + duration)
        } catch {
            // A client is never cancelled.
        }
    }

    private func call(_ known: [Job<Errand>], _ random: inout SeededGenerator) async throws {
        guard let job = known.randomElement(using: &random), Int.random(in: 0..<100, using: &random) >= 35
        else {
            return try await start(&random)
        }
        let fitting = fitting(job, &random)
        if Int.random(in: 0..<12, using: &random) == 0 {
            // Several commands share a call; each is answered for itself.
            let others = known.shuffled(using: &random).prefix(2).map { self.fitting($0, &random) }
            _ = try await errands.store.apply([fitting] + others)
        } else {
            _ = try await errands.store.apply([fitting])
        }
    }

    private func start(_ random: inout SeededGenerator) async throws {
        let status = [Errand.announced, .queued, .queued, .sorting].randomElement(using: &random)
        let key =
            Int.random(in: 0..<3, using: &random) == 0 ? "key-\(Int.random(in: 0..<15, using: &random))" : nil
        let isLate = Int.random(in: 0..<8, using: &random) == 0
        let job = try errands.new(
            ["n": .random(in: 0..<1000, using: &random)], in: status, key: key, owner: "anna",
            priority: .random(in: -1...1, using: &random), delay: isLate ? .milliseconds(150) : .seconds(0))
        _ = try await errands.store.start([job])
    }

    /// What somebody might want of a job in this state, and now and then what nobody should.
    private func fitting(_ job: Job<Errand>, _ random: inout SeededGenerator) -> Command {
        func command(_ change: Command.Change, _ actor: Actor) -> Command {
            Command(change, job: job.id, of: Errand.name, by: actor)
        }
        let operating = Actor.operator(name)
        if Int.random(in: 0..<8, using: &random) == 0 {
            var mark = command(.annotate, operating)
            mark.metadata = "{\"\(name)-\(UInt32.random(in: 0 ... .max, using: &random))\": true}"
            return mark
        }
        if Int.random(in: 0..<10, using: &random) == 0 {
            let misfits: [Command.Change] = [
                .cancel, .hold("question"), .release, .retry, .reopen, .move(to: "done"),
                .fail(.userFixable("no longer wanted")),
            ]
            return command(misfits.randomElement(using: &random) ?? .cancel, operating)
        }
        if job.record.parkedAt != nil { return command(.retry, operating) }
        switch Errand(rawValue: job.record.status) {
        case .announced: return command(.move(to: Errand.queued.rawValue), .event(name))
        case .queued where job.record.hold != nil: return command(.release, .owner("anna"))
        case .queued: return command(.hold("question"), .owner("anna"))
        case .asking:
            let next = Bool.random(using: &random) ? Errand.queued : .done
            return command(.move(to: next.rawValue), .owner("anna"))
        case .failed: return command(.reopen, operating)
        case .done where Int.random(in: 0..<3, using: &random) == 0: return command(.erase, operating)
        default:
            if Int.random(in: 0..<4, using: &random) == 0 { return command(.cancel, operating) }
            var expecting = command(.annotate, operating)
            expecting.metadata = "{\"seen-by-\(name)\": true}"
            return expecting
        }
    }
}

import Lockstep

extension Conformance {
    static let startChecks: [Check] = [
        Check("a delay may be as long as a number can say") { bench in
            let started = try await bench.parcels.start(
                [:], in: .queued, delay: TimeLimit(microseconds: .max))
            let last = Timestamp(microseconds: .max)
            try bench.equal(started.job.record.availableAt, last, "when it becomes available")
            try bench.equal(started.job.record.deadline, last, "its deadline")
            try bench.equal(try await bench.claim(), [], "claims")
            try bench.equal(try await bench.store.sweep(SweepRequest()), SweepReport(), "the sweep")
            try bench.equal(try await bench.parcels.find { $0.isStuck = true }, [], "stuck jobs")
        },
        Check("a started job is found as it was started") { bench in
            let started = try await bench.parcels.start(
                ["to": "Ålesund"], in: .queued, key: "k", owner: "anna", priority: 3,
                metadata: ["colour": "red"], reason: "ordered")
            let record = try await bench.record(started.id)
            try bench.equal(started.reused, false, "reused")
            try bench.equal(record.status, "queued", "status")
            try bench.equal(record.owner, "anna", "owner")
            try bench.equal(record.priority, 3, "priority")
            try bench.equal(try Job<Parcel>(record).input(), ["to": "Ålesund"], "input")
            try bench.equal(try Job<Parcel>(record).metadata()["colour"], "red", "metadata")
            let history = try await bench.parcels.history(of: started.id)
            try bench.equal(history.map(\.kind), [.started], "history")
            try bench.equal(history.first?.actor, .owner("anna"), "actor")
            try bench.equal(history.first?.reason, "ordered", "reason")
        },
        Check("one live job per key, and the key is free again after the end") { bench in
            let first = try await bench.parcels.start([:], in: .queued, key: "k")
            let second = try await bench.parcels.start([:], in: .queued, key: "k")
            try bench.equal(second.id, first.id, "the job of the key")
            try bench.equal(second.reused, true, "reused")
            try await bench.parcels.cancel(first.id, by: .operator("op"))
            let third = try await bench.parcels.start([:], in: .queued, key: "k")
            try bench.require(third.id != first.id && !third.reused, "the key of an ended job was not free")
        },
        Check("fifty starts at once with one key make one job") { bench in
            let ids = try await withThrowingTaskGroup(of: (JobID, Bool).self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let started = try await bench.parcels.start([:], in: .queued, key: "same")
                        return (started.id, started.reused)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try bench.equal(Set(ids.map(\.0)).count, 1, "jobs")
            try bench.equal(ids.count(where: \.1), 49, "answers that say reused")
        },
        Check("starting the same id again changes nothing") { bench in
            var job = try bench.parcels.new([:], in: .queued)
            job.id = JobID(at: bench.time.now())
            let outcomes = try await bench.store.start([job, job])
            try bench.equal(try outcomes.map { try $0.get().reused }, [false, true], "reused")
            try bench.equal(try await bench.parcels.find().count, 1, "jobs")
        },
        Check("jobs start in initial statuses only") { bench in
            let refusal = try await bench.refused(.notInitial, "a start in packing") {
                _ = try await bench.parcels.start([:], in: .packing)
            }
            try bench.equal(refusal.allowed, ["announced", "queued", "labelling"], "allowed")
            _ = try await bench.refused(.notInitial, "a start without a status") {
                _ = try await bench.parcels.start([:])
            }
            _ = try await bench.refused(.notInitial, "a start under a retired name") {
                _ = try await bench.parcels.start([:], in: .pending)
            }
            var job = NewJob(lifecycle: "parcel")
            job.status = "in_progress"
            let bad = job
            let undeclared = try await bench.refused(.undeclaredStatus, "a start in in_progress") {
                _ = try await bench.store.start([bad]).first().get()
            }
            try bench.equal(undeclared.allowed, bench.parcels.definition.names, "accepted statuses")
        },
        Check("an unknown lifecycle is refused and known ones are named") { bench in
            let refusal = try await bench.refused(.unknownLifecycle, "a start of no lifecycle") {
                _ = try await bench.store.start([NewJob(lifecycle: "nothing")]).first().get()
            }
            try bench.equal(refusal.allowed, ["parcel"], "known lifecycles")
        },
        Check("a refused start of a batch does not undo the others") { bench in
            let good = try bench.parcels.new([:], in: .queued)
            let bad = try bench.parcels.new([:], in: .delivered)
            let outcomes = try await bench.store.start([good, bad, good])
            let accepted = outcomes.map { if case .started = $0 { true } else { false } }
            try bench.equal(accepted, [true, false, true], "accepted")
            try bench.equal(try await bench.parcels.find().count, 2, "jobs")
        },
        Check("what a job needs must be there before it enters") { bench in
            let footage = try await Jobs<Footage>(on: bench.store)
            let started = try await footage.start(NoValue())
            _ = try await bench.refused(.needsUnmet, "a move without the upload") {
                try await footage.move(started.id, to: .queued)
            }
            try await footage.apply(.meet("upload:video"), to: started.id, by: .event)
            try await footage.move(started.id, to: .queued)
            try bench.equal(
                try await footage.history(of: started.id).map(\.kind), [.started, .met, .moved], "history")
        },
        Check("a note is a line of the history and leaves the job as it is") { bench in
            let footage = try await Jobs<Footage>(on: bench.store)
            let id = try await footage.start(NoValue(), owner: "anna").id
            _ = try await bench.refused(.badValue, "a note without words") {
                try await footage.apply(.note, to: id, by: .owner("anna"))
            }
            for status in [Footage.awaiting, .failed] {
                if status == .failed {
                    try await footage.fail(id, with: .userFixable("no upload"), by: .owner("anna"))
                }
                guard var before = try await footage.find(id)?.record else {
                    throw Conformance.Violation(description: "the job is gone")
                }
                let after = try await footage.apply(.note, to: id, by: .owner("anna")) {
                    $0.reason = "still nothing"
                }.record
                before.version += 1
                before.updatedAt = after.updatedAt
                try bench.equal(after, before, "the job in \(status)")
                let line = try await footage.history(of: id).last
                try bench.equal(line?.kind, .noted, "kind")
                try bench.equal(line?.reason, "still nothing", "reason")
                try bench.equal([line?.from, line?.to], [status.rawValue, status.rawValue], "statuses")
            }
        },
        Check("an upload that comes after the failure lets the job run again") { bench in
            let footage = try await Jobs<Footage>(on: bench.store)
            let id = try await footage.start(NoValue(), owner: "anna").id
            try await footage.fail(id, with: .userFixable("no upload"), by: .owner("anna"))
            _ = try await bench.refused(.needsUnmet, "reopening without the upload") {
                try await footage.reopen(id, by: .owner("anna"))
            }
            try await footage.apply(.meet("upload:video"), to: id, by: .owner("anna"))
            let again = try await footage.reopen(id, by: .owner("anna"))
            try bench.equal(again.record.status, "queued", "status")
        },
        Check("jobs that were queued before a need was declared remain claimable") { bench in
            let needy = Definition(Footage.self)
            var statuses = needy.statuses
            for index in statuses.indices { statuses[index].needs = [] }
            let before = Definition(name: "footage", statuses: statuses, initial: ["awaiting", "queued"])
            _ = try await bench.store.install([before])
            var job = NewJob(lifecycle: "footage")
            job.status = "queued"
            let id = try await bench.store.start([job]).first().get().record.id
            _ = try await bench.store.install([needy])
            _ = try await bench.beat()
            let request = ClaimRequest(worker: bench.worker, statuses: ["footage": ["running"]], limit: 1)
            try bench.equal(try await bench.store.claim(request).map(\.id), [id], "claimed")
        },
        Check("malformed metadata is refused at the start") { bench in
            for bad in ["nope", "[1]", "7"] {
                var job = NewJob(lifecycle: "parcel")
                job.status = "queued"
                job.metadata = bad
                let start = job
                _ = try await bench.refused(.badValue, bad) {
                    _ = try await bench.store.start([start]).first().get()
                }
            }
        },
    ]
}

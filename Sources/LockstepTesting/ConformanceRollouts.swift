import Lockstep

extension Conformance {
    static let rolloutChecks: [Check] = [
        Check("a lifecycle expands, activates and contracts, and each step changes what it says and no more")
        {
            bench in
            let (old, next) = (bench.parcels.definition, bench.parcels.definition.next)
            let announced = try await bench.parcels.start([:], in: .announced).id
            let reviewed = try await bench.reviewed()
            let returning = Command(.move(to: "returned"), job: reviewed, of: "parcel", by: .operator("op"))
            try bench.equal(try await bench.roll(.expand(to: next)), .expanded, "the first step")
            try bench.equal(try await bench.roll(.expand(to: next)), .expanded, "the first step again")
            let early = try await bench.refused(.undeclaredMove, "a move into a status to come") {
                _ = try await bench.store.apply([returning]).first().get()
            }
            try bench.equal(
                early.allowed ?? [], ["queued", "delivered", "withdrawn"], "what is allowed before")
            try bench.equal(try await bench.store.install([next]), [.coming], "a process to come")
            try bench.equal(try await bench.store.install([old]), [.equal], "a process of before")
            _ = try await bench.rollRefused(.notActivated, .contract)
            try bench.equal(try await bench.roll(.activate()), .activated, "the second step")
            try bench.equal(try await bench.roll(.activate()), .activated, "the second step again")
            try bench.equal(
                try await bench.store.apply([returning]).first().get().status, "returned", "the new status")
            _ = try await bench.refused(.notInitial, "a start in a status that goes") {
                _ = try await bench.parcels.start([:], in: .announced)
            }
            let full = try await bench.rollRefused(.jobsInTheWay, .contract)
            try bench.equal(full.jobs, ["announced": 1], "the jobs in the way")
            try bench.require(full.description.contains("'announced' (1 job)"), full.description)
            try await bench.parcels.move(announced, to: .queued)
            try bench.equal(try await bench.roll(.contract), .contracted, "the last step")
            try bench.equal(try await bench.roll(.contract), .contracted, "the last step again")
            try bench.equal(try await bench.store.definitions(), [next], "the definition in the end")
            try bench.equal(try await bench.store.rollouts().map(\.phase), [.contracted], "the rollouts")
            try bench.equal(try await bench.store.install([next]), [.equal], "the new process in the end")
        },
        Check("activation is refused while a live worker does not know a status, and names the worker") {
            bench in
            let (old, next) = (bench.parcels.definition, bench.parcels.definition.next)
            _ = try await bench.roll(.expand(to: next))
            try await bench.announce("silent", knows: nil)
            try await bench.announce("old", knows: old)
            try await bench.announce("new", knows: next)
            let both = try await bench.rollRefused(.unknowingWorkers, .activate())
            try bench.equal(Set(both.workers.map(\.text)), ["silent", "old"], "the workers in the way")
            try bench.require(
                both.description.contains("worker 'old' (test) does not know 'returned'"), both.description)
            try bench.equal(
                try await bench.store.definitions().map(\.initial), [old.initial], "where jobs start still")
            _ = try await bench.rollRefused(.unknowingWorkers, .activate(despite: [WorkerID("old")]))
            bench.time.advance(by: .seconds(16))
            try await bench.announce("newer", knows: next)
            try bench.equal(try await bench.roll(.activate()), .activated, "when the others' leases ended")
        },
        Check(
            "activation is refused while a worker may still make a move that goes, unless it is passed over"
        ) {
            bench in
            let next = bench.parcels.definition.without(move: "delivered", from: "labelling")
            _ = try await bench.roll(.expand(to: next))
            try await bench.announce("old", knows: bench.parcels.definition)
            let refusal = try await bench.rollRefused(.unknowingWorkers, .activate())
            try bench.equal(refusal.workers, [WorkerID("old")], "the workers in the way")
            try bench.equal(
                try await bench.roll(.activate(despite: [WorkerID("old")])), .activated, "passed over")
        },
        Check("what is expanded can be turned back and leaves nothing") { bench in
            let old = bench.parcels.definition
            _ = try await bench.roll(.expand(to: old.next))
            try bench.equal(try await bench.roll(.turnBack), .activated, "turned back")
            try bench.equal(try await bench.roll(.contract), .contracted, "contracted")
            try bench.equal(try await bench.store.definitions(), [old], "the definition in the end")
            try bench.equal(try await bench.store.install([old]), [.equal], "the process of before")
        },
        Check("what is activated can be turned back by the same steps") { bench in
            let old = bench.parcels.definition
            let id = try await bench.reviewed()
            _ = try await bench.roll(.expand(to: old.next))
            _ = try await bench.roll(.activate())
            let returning = Command(.move(to: "returned"), job: id, of: "parcel", by: .operator("op"))
            _ = try await bench.store.apply([returning]).first().get()
            try bench.equal(try await bench.roll(.turnBack), .expanded, "turned back")
            try bench.equal(
                try await bench.store.definitions().first().initial, old.next.initial, "still the new rules")
            _ = try await bench.roll(.activate())
            _ = try await bench.parcels.start([:], in: .announced)
            let full = try await bench.rollRefused(.jobsInTheWay, .contract)
            try bench.equal(full.jobs, ["returned": 1], "the jobs in the way")
            let erase = Command(.erase, job: id, of: "parcel", by: .operator("op"))
            _ = try await bench.store.apply([erase]).first().get()
            _ = try await bench.roll(.contract)
            try bench.equal(try await bench.store.definitions(), [old], "the definition in the end")
        },
        Check("on the way from one version to the next no third one comes in, and the one before not back") {
            bench in
            let old = bench.parcels.definition
            let third = old.adding(end: "shredded", after: "review")
            _ = try await bench.rollRefused(.notBegun, .activate())
            _ = try await bench.roll(.expand(to: old.next))
            _ = try await bench.rollRefused(.underWay, .expand(to: third))
            try await bench.refusedToInstall(third, .underWay)
            _ = try await bench.roll(.activate())
            try await bench.refusedToInstall(old, .pastVersion)
            _ = try await bench.roll(.contract)
            try await bench.refusedToInstall(old, .pastVersion)
            _ = try await bench.store.install([third])
            try bench.equal(try await bench.store.definitions(), [third], "a third one in the end")
            try bench.equal(try await bench.store.rollouts(), [], "the rollouts after that")
        },
        Check("a status that becomes an end is not activated while jobs are in it") { bench in
            let id = try await bench.reviewed()
            let next = bench.parcels.definition.ending("review")
            _ = try await bench.roll(.expand(to: next))
            let full = try await bench.rollRefused(.jobsInTheWay, .activate())
            try bench.equal(full.jobs, ["review": 1], "the jobs in the way")
            try await bench.parcels.move(id, to: .delivered, by: .operator("op"))
            _ = try await bench.roll(.activate())
        },
    ]
}

extension Bench {
    /// Makes a step, for a process that dies and is asked again in between.
    fileprivate func roll(_ move: RolloutMove) async throws -> Rollout.Phase {
        do {
            return try await store.rollOut("parcel", move).phase
        } catch let refusal as RolloutRefusal {
            throw Conformance.Violation(description: "\(move) was refused: \(refusal)")
        }
    }

    fileprivate func rollRefused(
        _ reason: RolloutRefusal.Reason, _ move: RolloutMove
    ) async throws -> RolloutRefusal {
        do {
            let rollout = try await store.rollOut("parcel", move)
            throw Conformance.Violation(description: "\(move) was made: \(rollout.phase), wanted \(reason)")
        } catch let refusal as RolloutRefusal {
            try equal(refusal.reason, reason, refusal.description)
            return refusal
        }
    }

    fileprivate func refusedToInstall(
        _ definition: Definition, _ reason: RolloutRefusal.Reason
    ) async throws {
        do {
            let change = try await store.install([definition])
            throw Conformance.Violation(description: "\(change) was installed, wanted \(reason)")
        } catch let refusal as RolloutRefusal {
            try equal(refusal.reason, reason, refusal.description)
        }
    }

    /// A worker that says what it knows.
    fileprivate func announce(_ name: String, knows definition: Definition?) async throws {
        var heartbeat = Heartbeat(
            worker: WorkerID(name), lease: .seconds(15), statuses: statuses, host: "test")
        heartbeat.isFirst = true
        if let definition { heartbeat.knows = ["parcel": try KnownLifecycle(definition)] }
        _ = try await store.beat(heartbeat)
    }

    /// A job in `review`, and no live worker.
    fileprivate func reviewed() async throws -> JobID {
        let record = try await claimed()
        try await apply(.move(to: "review"), record)
        var goodbye = Heartbeat(worker: worker, lease: .seconds(15), statuses: statuses, host: "test")
        goodbye.isLast = true
        _ = try await store.beat(goodbye)
        return record.id
    }
}

extension Definition {
    /// A next version of parcels: nothing is announced any more, and what was reviewed may be returned.
    fileprivate var next: Definition {
        let larger = adding(end: "returned", after: "review")
        return Definition(
            name: name, statuses: larger.statuses.filter { $0.name != "announced" },
            initial: ["queued", "labelling"])
    }

    fileprivate func without(move to: String, from status: String) -> Definition {
        var statuses = statuses
        for index in statuses.indices where statuses[index].name == status {
            statuses[index].moves = statuses[index].moves.filter { $0.to != to }
        }
        return Definition(name: name, statuses: statuses, initial: initial)
    }

    fileprivate func ending(_ status: String) -> Definition {
        Definition(
            name: name,
            statuses: statuses.map {
                $0.name == status ? StatusRule(name: status, kind: .closed, limit: .days(1)) : $0
            }, initial: initial)
    }
}

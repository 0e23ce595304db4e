import Lockstep

extension Conformance {
    static let moveChecks: [Check] = [
        Check("an undeclared move is refused with from, to and allowed") { bench in
            let started = try await bench.parcels.start([:], in: .announced)
            let refusal = try await bench.refused(.undeclaredMove, "announced to delivered") {
                try await bench.parcels.move(started.id, to: .delivered)
            }
            try bench.equal(refusal.from, "announced", "from")
            try bench.equal(refusal.to, "delivered", "to")
            try bench.equal(refusal.allowed, ["queued", "lost"], "allowed")
            _ = try await bench.refused(.undeclaredMove, "a system's event raised by the owner") {
                try await bench.parcels.move(started.id, to: .queued, by: .owner("anna"))
            }
            try bench.equal(try await bench.kinds(started.id), [.started], "history")
            try await bench.parcels.move(started.id, to: .queued)
        },
        Check("a returned status that is not declared is refused") { bench in
            let record = try await bench.claimed()
            _ = try await bench.refused(.undeclaredStatus, "packing to nowhere") {
                try await bench.apply(.move(to: "nowhere"), record)
            }
            _ = try await bench.refused(.undeclaredMove, "packing to delivered") {
                try await bench.apply(.move(to: "delivered"), record)
            }
        },
        Check("a move can put a hold, which a person lifts, and whose deadline leads where it says") {
            bench in
            let record = try await bench.claimed()
            var back = bench.command(.move(to: "queued"), record)
            back.metadata = "{\"question\": \"where to?\"}"
            let held = try await bench.store.apply([back]).first().get()
            try bench.equal(held.hold, "address", "hold")
            try bench.equal(try await bench.claim(), [], "claims of a held job")
            _ = try await bench.refused(.notApplicable, "a release by a program") {
                try await bench.parcels.release(held.id, by: .event)
            }
            try await bench.parcels.release(held.id, by: .owner("anna"), metadata: ["answer": "home"])
            let again = try await bench.claim()
            try bench.equal(again.map(\.id), [record.id], "the released job")
            try bench.equal(
                try Job<Parcel>(again.first()).metadata(), ["question": "where to?", "answer": "home"],
                "metadata")
            try await bench.apply(.move(to: "queued"), again.first())
            bench.time.advance(by: .days(3))
            _ = try await bench.store.sweep(SweepRequest())
            try bench.equal(
                try await bench.record(record.id).status, "withdrawn", "after the hold's deadline")
        },
        Check("a counted move is made as often as allowed, and then the job fails") { bench in
            let started = try await bench.parcels.start([:], in: .labelling)
            for _ in 0..<2 {
                let labelling = try await bench.claim().first()
                try await bench.apply(.move(to: "packing"), labelling)
                let packing = try await bench.claim().first()
                try await bench.apply(.move(to: "labelling"), packing)
            }
            let last = try await bench.apply(.move(to: "packing"), try await bench.claim().first())
            try bench.equal(last.status, "lost", "status")
            try bench.equal(last.failure?.code, "moves_used_up", "failure")
            try bench.equal(try await bench.record(started.id).spent, ["labelling>packing": 2], "counter")
        },
        Check("progress only rises, is reset by a queue or a wait, and is 100 at a good end") { bench in
            let record = try await bench.claimed()
            for (report, seen) in [(30, 30), (20, 30), (150, 100), (-5, 100)] {
                let after = try await bench.apply(.report(progress: report, detail: "folding"), record)
                try bench.equal(after.progress, seen, "progress after a report of \(report)")
            }
            let waiting = try await bench.apply(.move(to: "review"), record)
            try bench.equal(waiting.progress, 0, "progress in a wait")
            let done = try await bench.parcels.move(record.id, to: .delivered, by: .owner("anna"))
            try bench.equal(done.progress, 100, "progress at the end")
        },
        Check("an ended job reopens, unless another one has its key") { bench in
            let first = try await bench.parcels.start([:], in: .queued, key: "k")
            try await bench.parcels.fail(first.id, with: .userFixable("x"), by: .operator("op"))
            let second = try await bench.parcels.start([:], in: .queued, key: "k")
            _ = try await bench.refused(.keyTaken, "reopening while the key is taken") {
                try await bench.parcels.reopen(first.id, by: .operator("op"))
            }
            try await bench.parcels.cancel(second.id, by: .operator("op"))
            let again = try await bench.parcels.retry(first.id, by: .owner("anna"))
            try bench.require(again.status == Parcel.queued, "reopened into \(again.status)")
            try bench.require(again.isLive && again.failure == nil, "the reopened job is not alive")
        },
        Check("an ended job does not reopen once its time of keeping is over") { bench in
            let id = try await bench.parcels.start([:], in: .queued).id
            try await bench.parcels.fail(id, with: .userFixable("x"), by: .operator("op"))
            bench.time.advance(by: .days(8))
            _ = try await bench.refused(.notApplicable, "reopening") {
                try await bench.parcels.reopen(id, by: .operator("op"))
            }
            _ = try await bench.refused(.notApplicable, "moving it to where it would reopen") {
                try await bench.parcels.move(id, to: .queued, by: .operator("op"))
            }
        },
        Check("a move back from an end is a reopening, with fresh counters and only in time") { bench in
            let id = try await bench.parcels.start([:], in: .labelling).id
            for _ in 0..<2 {
                try await bench.apply(.move(to: "packing"), try await bench.claim().first())
                try await bench.apply(.move(to: "labelling"), try await bench.claim().first())
            }
            try await bench.apply(.move(to: "packing"), try await bench.claim().first())
            try bench.equal(try await bench.record(id).status, "lost", "status")
            let again = try await bench.parcels.move(id, to: .queued, by: .owner("anna"))
            try bench.equal(again.record.spent, [:], "counters")
            try await bench.parcels.fail(id, with: .userFixable("x"), by: .operator("op"))
            bench.time.advance(by: .days(8))
            _ = try await bench.refused(.notApplicable, "a move back after the time of keeping") {
                try await bench.parcels.move(id, to: .queued, by: .operator("op"))
            }
        },
        Check("patches of metadata are applied in order") { bench in
            let record = try await bench.claimed()
            var move = bench.command(.move(to: "review"), record)
            move.patches = [
                "{\"k\": {\"b\": 9007199254740993}}", "{\"k\": null}", "{\"k\": {\"a\": 9007199254740993}}",
            ]
            let after = try await bench.store.apply([move]).first().get()
            try bench.equal(after.metadata, "{\"k\":{\"a\":9007199254740993}}", "metadata")
        },
        Check("expectations are checked before anything is done") { bench in
            let started = try await bench.parcels.start([:], in: .announced)
            _ = try await bench.refused(.unexpectedState, "expecting another status") {
                try await bench.parcels.move(started.id, to: .queued, expecting: .review)
            }
            _ = try await bench.refused(.unexpectedState, "expecting another version") {
                try await bench.parcels.apply(.move(to: "queued"), to: started.id, by: .event) {
                    $0.expectingVersion = 7
                }
            }
            _ = try await bench.refused(.notFound, "another owner") {
                try await bench.parcels.move(started.id, to: .queued, ownedBy: "eve")
            }
        },
        Check("an owner who is only written alike is another one") { bench in
            let (composed, decomposed) = ("andr\u{E9}", "andre\u{301}")
            let id = try await bench.parcels.start([:], in: .announced, owner: composed).id
            _ = try await bench.refused(.notFound, "a move") {
                try await bench.parcels.move(id, to: .queued, ownedBy: decomposed)
            }
            for (owner, count) in [(composed, 1), (decomposed, 0)] {
                var query = JobQuery("parcel")
                query.owner = owner
                try bench.equal(try await bench.store.find(query).count, count, "jobs of an owner")
                query.ids = [id]
                try bench.equal(try await bench.store.find(query).count, count, "the job by its id")
            }
        },
        Check("a refused command of a batch does not undo the others") { bench in
            let ids = try await [0, 1].asyncMap { _ in try await bench.parcels.start([:], in: .announced).id }
            func move(_ id: JobID, _ status: String) -> Command {
                Command(.move(to: status), job: id, of: "parcel", by: .event)
            }
            let outcomes = try await bench.store.apply([
                move(ids[0], "delivered"), move(ids[1], "queued"), move(ids[1], "queued"),
                move(JobID(at: bench.time.now()), "queued"),
            ])
            let codes = outcomes.map {
                if case .refused(let refusal) = $0 { refusal.code.rawValue } else { "done" }
            }
            try bench.equal(codes, ["undeclared_move", "done", "undeclared_move", "not_found"], "outcomes")
        },
        Check("starts and moves join a transaction, and are undone with it") { bench in
            struct Undo: Error {}
            let started = try await bench.parcels.start([:], in: .announced)
            let job = try bench.parcels.new([:], in: .queued, key: "in")
            let move = Command(.move(to: "queued"), job: started.id, of: "parcel", by: .event)
            do {
                try await bench.store.transaction { transaction in
                    _ = try transaction.start(job).get()
                    _ = try transaction.apply(move).get()
                    throw Undo()
                }
            } catch is Undo {}
            try bench.equal(
                try await bench.record(started.id).status, "announced", "after the undone transaction")
            try bench.equal(try await bench.parcels.find().count, 1, "jobs")
            try await bench.store.transaction { transaction in
                _ = try transaction.start(job).get()
                _ = try transaction.apply(move).get()
            }
            try bench.equal(try await bench.record(started.id).status, "queued", "after the transaction")
            try bench.equal(try await bench.parcels.find().count, 2, "jobs")
        },
    ]
}

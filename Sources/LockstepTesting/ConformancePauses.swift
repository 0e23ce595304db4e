import Lockstep

extension Conformance {
    static let pauseChecks: [Check] = [
        Check("nothing is claimed from a paused queue, and everything else is, until it is resumed") {
            bench in
            let queued = try await bench.parcels.start([:], in: .queued).id
            let other = try await bench.parcels.start([:], in: .labelling).id
            try await bench.parcels.pause(.queued, by: .operator("op"))
            try bench.equal(try await bench.claim().map(\.id), [other], "claimed beside the pause")
            try bench.equal(try await bench.record(queued).status, "queued", "the waiting job's status")
            try await bench.parcels.resume(.queued)
            try bench.equal(try await bench.claim().map(\.id), [queued], "claimed after the pause")
        },
        Check("no work begins in a paused working status: neither in place nor from its queue") { bench in
            let queued = try await bench.parcels.start([:], in: .queued).id
            let other = try await bench.parcels.start([:], in: .labelling).id
            let given = try await bench.claim(1)
            try bench.equal(given.map(\.id), [queued], "claimed first")
            try await bench.apply(.yield, try given.first())
            try await bench.parcels.pause(.packing, by: .operator("op"))
            let late = try await bench.parcels.start([:], in: .queued).id
            try bench.equal(try await bench.claim().map(\.id), [other], "claimed beside the pause")
            try await bench.parcels.resume(.packing)
            try bench.equal(Set(try await bench.claim().map(\.id)), [queued, late], "claimed after it")
        },
        Check("in a paused lifecycle nothing is claimed, and starts, moves and what runs go on") { bench in
            let running = try await bench.claimed()
            try await bench.parcels.pause(by: .operator("op"))
            let announced = try await bench.parcels.start([:], in: .announced).id
            try await bench.parcels.move(announced, to: .queued)
            _ = try await bench.parcels.start([:], in: .labelling)
            try bench.equal(try await bench.claim(), [], "claims")
            try await bench.apply(.report(progress: 50, detail: "half"), running)
            let moved = try await bench.apply(.move(to: "review"), running)
            try bench.equal(moved.status, "review", "the running job's status")
            try await bench.parcels.move(moved.id, to: .delivered, by: .operator("op"))
            try await bench.parcels.resume()
            try bench.equal(try await bench.claim().count, 2, "claims after the pause")
        },
        Check("other lifecycles go on") { bench in
            let footage = try await Jobs<Footage>(on: bench.store)
            try await footage.pause(by: .operator("op"))
            _ = try await bench.claimed()
        },
        Check("a move into a paused working status does not keep the claim") { bench in
            let record = try await bench.claimed()
            try await bench.parcels.pause(.labelling, by: .operator("op"))
            var move = bench.command(.move(to: "labelling"), record)
            move.keepsClaim = true
            let next = try await bench.store.apply([move]).first().get()
            try bench.equal(next.status, "labelling", "status")
            try bench.equal(next.claimedBy, nil, "claimed by")
            try bench.equal(next.attempt, 0, "attempt")
            _ = try await bench.refused(.staleClaim, "a write of the worker that had the claim") {
                try await bench.apply(.report(progress: 5, detail: nil), record)
            }
            try bench.equal(try await bench.claim(), [], "claims")
            try await bench.parcels.resume(.labelling)
            try bench.equal(try await bench.claim().map(\.id), [record.id], "claimed after the pause")
        },
        Check("a claim by command is refused with the pause's reason") { bench in
            let id = try await bench.parcels.start([:], in: .queued).id
            try await bench.parcels.pause(.queued, by: .operator("op"), reason: "the scales are away")
            let command = Command(.claim(bench.worker), job: id, of: "parcel", by: .worker(bench.worker.text))
            let refusal = try await bench.refused(.notClaimable, "the claim") {
                _ = try await bench.store.apply([command]).first().get()
            }
            try bench.require(refusal.message.contains("the scales are away"), refusal.message)
        },
        Check("time limits run on during a pause") { bench in
            let id = try await bench.parcels.start([:], in: .queued).id
            try await bench.parcels.pause(.queued, by: .operator("op"))
            bench.time.advance(by: .minutes(61))
            try bench.equal(try await bench.store.sweep(SweepRequest()).expired, [id], "expired")
            try bench.equal(try await bench.record(id).status, "lost", "status")
        },
        Check("what is paused is told with who, when and why; pausing and resuming again change nothing") {
            bench in
            let first = try await bench.parcels.pause(.queued, by: .operator("anna"), reason: "stocktaking")
            try bench.equal(first.pausedAt, bench.time.now(), "since")
            bench.time.advance(by: .minutes(1))
            let again = try await bench.parcels.pause(.queued, by: .operator("ben"))
            try bench.equal(again, first, "the pause when asked for again")
            let byOldName = try await bench.parcels.pause(.pending, by: .operator("ben"))
            try bench.equal(byOldName, first, "the pause by the queue's old name")
            let whole = try await bench.parcels.pause(by: .operator("ben"))
            try bench.equal(try await bench.store.pauses().all, [whole, first], "the list")
            try bench.equal(try await bench.parcels.resume(), whole, "the lifted pause")
            try bench.equal(try await bench.store.pauses().all, [first], "the list after that")
            try bench.equal(try await bench.parcels.resume(.queued), first, "the lifted pause of the queue")
            try bench.equal(try await bench.parcels.resume(.queued), nil, "resuming once more")
            try bench.equal(try await bench.store.pauses(), .none, "the list at the end")
        },
        Check("what is not there, or is never claimed from, cannot be paused or resumed") { bench in
            let cases: [(String, String?, Refusal.Code, String)] = [
                ("letter", nil, .unknownLifecycle, "there is no lifecycle 'letter'"),
                ("parcel", "nowhere", .undeclaredStatus, "'nowhere' is no status of lifecycle 'parcel'"),
                (
                    "parcel", "review", .notApplicable,
                    "no job of lifecycle 'parcel' is claimed from 'review'; pause 'queued', 'packing', "
                        + "'labelling', or the whole lifecycle"
                ),
            ]
            for (lifecycle, status, code, words) in cases {
                let paused = try await bench.refused(code, "pausing \(lifecycle) \(status ?? "")") {
                    try await bench.store.pause(lifecycle, status: status, by: .operator("op"), reason: nil)
                }
                let resumed = try await bench.refused(code, "resuming \(lifecycle) \(status ?? "")") {
                    try await bench.store.resume(lifecycle, status: status)
                }
                for message in [paused.message, resumed.message] {
                    try bench.require(message.contains(words), message)
                }
            }
        },
        Check("a pause survives a change of the definition, and a rename of its status") { bench in
            let store = bench.store
            try await store.pause("parcel", status: "queued", by: .operator("op"), reason: nil)
            let before = try Definition(Parcel.self).audited()
            var statuses = before.statuses
            for index in statuses.indices {
                statuses[index] = statuses[index].renaming("queued", to: "ready")
            }
            var old = StatusRule(name: "queued", kind: .retired, limit: .forever)
            old.retiredAs = "ready"
            for index in statuses.indices where statuses[index].name == "pending" {
                statuses[index].retiredAs = "ready"
            }
            try await store.install([
                Definition(
                    name: "parcel", statuses: statuses + [old], initial: ["announced", "ready", "labelling"])
            ])
            var job = NewJob(lifecycle: "parcel", input: "{}")
            job.status = "ready"
            _ = try await store.start([job])
            try bench.equal(try await bench.claim(), [], "claims under the new name")
            try bench.require(try await store.resume("parcel", status: "ready") != nil, "was not lifted")
            try bench.equal(try await bench.claim().count, 1, "claims after the pause")
        },
    ]
}

extension StatusRule {
    /// The rule after a status got another name.
    fileprivate func renaming(_ old: String, to new: String) -> StatusRule {
        var rule = self
        func renamed(_ name: String?) -> String? { name == old ? new : name }
        if name == old { rule.name = new }
        rule.moves = moves.map { move in
            var move = move
            if move.to == old { move.to = new }
            return move
        }
        rule.late = renamed(late)
        rule.reopens = renamed(reopens)
        rule.then = renamed(then)
        return rule
    }
}

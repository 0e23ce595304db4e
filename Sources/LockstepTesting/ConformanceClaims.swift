import Lockstep

extension Conformance {
    static let claimChecks: [Check] = [
        Check("a claim moves a queued job, raises the fence and counts the attempt") { bench in
            let record = try await bench.claimed()
            try bench.equal(record.status, "packing", "status")
            try bench.equal(record.fence, 1, "fence")
            try bench.equal(record.attempt, 1, "attempt")
            try bench.equal(record.claimedBy, bench.worker, "claimed by")
            try bench.equal(try await bench.record(record.id), record, "the stored record")
            try bench.equal(try await bench.claim(), [], "a second claim")
        },
        Check("a job that starts in a working status is claimed in place") { bench in
            let started = try await bench.parcels.start([:], in: .labelling)
            let record = try await bench.claim().first
            try bench.equal(record?.id, started.id, "the claimed job")
            try bench.equal(record?.status, "labelling", "status")
            try bench.equal(try await bench.kinds(started.id), [.started, .claimed], "history")
        },
        Check("claims go by priority, then by the time of availability, then by the order of starts") {
            bench in
            var ids: [String: JobID] = [:]
            for (name, priority, delay) in [
                ("late", 0, 5), ("a", 0, 0), ("b", 0, 0), ("first", 7, 0), ("last", -7, 0),
            ] {
                ids[name] = try await bench.parcels.start(
                    [:], in: .queued, priority: priority, delay: .seconds(delay)
                ).id
            }
            try bench.equal(
                try await bench.claim().map(\.id), ["first", "a", "b", "last"].compactMap { ids[$0] }, "order"
            )
            bench.time.advance(by: .seconds(5))
            try bench.equal(
                try await bench.claim().map(\.id), [ids["late"]].compactMap { $0 }, "the delayed job")
        },
        Check("a claim never exceeds its limit, nor gives a job twice") { bench in
            for _ in 0..<9 { _ = try await bench.parcels.start([:], in: .queued) }
            _ = try await bench.beat(WorkerID("w2"))
            let claims = try await withThrowingTaskGroup(of: [JobRecord].self) { group in
                for number in 0..<8 {
                    group.addTask { try await bench.claim(2, by: WorkerID("w\(number)")) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try bench.require(claims.allSatisfy { $0.count <= 2 }, "a claim exceeded its limit")
            let all = claims.flatMap { $0.map(\.id) }
            try bench.equal(Set(all).count, all.count, "different jobs")
            try bench.equal(all.count, 9, "claimed jobs")
        },
        Check("a job whose deadline has passed hides none behind it") { bench in
            _ = try await bench.parcels.start([:], in: .queued)
            bench.time.advance(by: .minutes(61))
            let fresh = try await bench.parcels.start([:], in: .queued)
            try bench.equal(try await bench.claim(1).map(\.id), [fresh.id], "claimed")
        },
        Check("what only the engine does is refused to others") { bench in
            let id = try await bench.parcels.start([:], in: .queued).id
            let changes: [Command.Change] = [
                .lose, .expire, .retire, .postpone(.days(1)), .claim(bench.worker),
            ]
            for change in changes {
                _ = try await bench.refused(.notApplicable, "\(change)") {
                    try await bench.parcels.apply(change, to: id, by: .owner("anna"))
                }
            }
        },
        Check("only a worker with a lease claims") { bench in
            _ = try await bench.parcels.start([:], in: .queued)
            let request = ClaimRequest(worker: WorkerID("nobody"), statuses: bench.statuses, limit: 1)
            try bench.equal(try await bench.store.claim(request), [], "an unknown worker's claim")
            _ = try await bench.beat()
            bench.time.advance(by: .seconds(16))
            let late = ClaimRequest(worker: bench.worker, statuses: bench.statuses, limit: 1)
            try bench.equal(try await bench.store.claim(late), [], "a claim after the lease")
        },
        Check("waits, ends, held and parked jobs are not claimed") { bench in
            _ = try await bench.parcels.start([:], in: .announced)
            let held = try await bench.parcels.start([:], in: .queued)
            try await bench.parcels.hold(held.id, for: "address", by: .operator("op"))
            try bench.equal(try await bench.claim(), [], "claims")
            try await bench.parcels.release(held.id, by: .operator("op"))
            let record = try await bench.claim().first
            try bench.equal(record?.id, held.id, "the released job")
            if let record { try await bench.apply(.fail(.adminRequired("broken")), record) }
            try bench.equal(try await bench.claim(), [], "a parked job")
        },
        Check("a move into a working status can keep the claim, and raises the fence") { bench in
            let record = try await bench.claimed()
            var move = bench.command(.move(to: "labelling"), record)
            move.keepsClaim = true
            let next = try await bench.store.apply([move]).first().get()
            try bench.equal(next.fence, record.fence + 1, "fence")
            try bench.equal(next.claimedBy, bench.worker, "claimed by")
            try bench.equal(next.attempt, 1, "attempt")
            _ = try await bench.refused(.staleClaim, "a write under the old fence") {
                try await bench.apply(.report(progress: 5, detail: nil), record)
            }
            try await bench.apply(.move(to: "delivered"), next)
        },
        Check("a heartbeat tells which claims are held, and a swept worker that it counts as dead") { bench in
            let record = try await bench.claimed()
            try bench.equal(
                try await bench.beat(isFirst: false),
                HeartbeatReply(isAlive: true, held: [record.id: 1], lifecycles: [record.id: "parcel"]),
                "reply")
            bench.time.advance(by: .seconds(20))
            _ = try await bench.store.sweep(SweepRequest())
            try bench.equal(try await bench.beat(isFirst: false).isAlive, false, "alive after the sweep")
        },
    ]

    static let fenceChecks: [Check] = [
        Check("every write under a lost claim is refused") { bench in
            let stale = try await bench.claimed()
            bench.time.advance(by: .seconds(20))
            let report = try await bench.store.sweep(SweepRequest())
            try bench.equal(report.lost, [stale.id], "lost claims")
            let fresh = try await bench.claim(1, by: WorkerID("w2"))
            try bench.equal(fresh.map(\.fence), [2], "the new fence")
            let changes: [Command.Change] = [
                .move(to: "labelling"), .fail(.temporary("x")), .fail(.userFixable("x")),
                .fail(.adminRequired("x")), .report(progress: 50, detail: "x"), .yield, .annotate,
            ]
            for change in changes {
                var command = bench.command(change, stale)
                command.output = "\"stale\""
                command.metadata = "{\"stale\": true}"
                let late = command
                _ = try await bench.refused(.staleClaim, "\(change)") {
                    _ = try await bench.store.apply([late]).first().get()
                }
            }
            try bench.equal(
                try await bench.record(stale.id), fresh.first(), "the record after the late writes")
        },
        Check("a worker without a claim changes nothing") { bench in
            let started = try await bench.parcels.start([:], in: .labelling)
            for change in [
                Command.Change.move(to: "delivered"), .fail(.temporary("x")),
                .report(progress: 1, detail: nil), .yield,
            ] {
                let command = Command(change, job: started.id, of: "parcel", by: .worker("w9"))
                _ = try await bench.refused(.staleClaim, "\(change)") {
                    _ = try await bench.store.apply([command]).first().get()
                }
            }
        },
        Check("cancelling takes the claim away") { bench in
            let record = try await bench.claimed()
            try await bench.parcels.cancel(record.id, by: .owner("anna"), reason: "changed my mind")
            _ = try await bench.refused(.staleClaim, "the worker's result") {
                try await bench.apply(.move(to: "labelling"), record)
            }
            let entry = try await bench.parcels.history(of: record.id).last
            try bench.equal(entry?.to, "withdrawn", "status")
            try bench.equal(entry?.reason, "changed my mind", "reason")
        },
    ]
}

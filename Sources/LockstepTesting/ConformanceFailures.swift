import Lockstep

extension Conformance {
    static let failureChecks: [Check] = [
        Check("a temporary failure is tried again after its pause, as often as declared") { bench in
            var record = try await bench.claimed()
            for attempt in 1...3 {
                try bench.equal(record.attempt, attempt, "attempt")
                let failed = try await bench.apply(.fail(.temporary("no answer")), record)
                if attempt == 3 {
                    try bench.equal(failed.status, "lost", "status after the last attempt")
                    try bench.require(
                        failed.failure?.message.contains("all 3 attempts failed") ?? false,
                        "failure: \(failed)")
                    break
                }
                try bench.equal(failed.status, "packing", "status between attempts")
                try bench.equal(try await bench.claim(), [], "a claim during the pause")
                bench.time.advance(by: .seconds(10))
                let again = try await bench.claim()
                try bench.equal(again.map(\.id), [record.id], "the next attempt")
                record = try again.first()
            }
            try bench.equal(
                try await bench.kinds(record.id),
                [.started, .moved, .retried, .claimed, .retried, .claimed, .moved], "history")
        },
        Check("a failure for the user ends the job at once") { bench in
            let record = try await bench.claimed()
            let failed = try await bench.apply(.fail(.userFixable("the address is missing")), record)
            try bench.equal(failed.status, "lost", "status")
            try bench.equal(failed.failure?.audience, .userFixable, "audience")
        },
        Check("a failure for an administrator parks the job where it is, until somebody acts") { bench in
            let record = try await bench.claimed()
            let parked = try await bench.apply(.fail(.adminRequired("the printer is gone")), record)
            try bench.equal(parked.status, "packing", "status")
            try bench.require(parked.parkedAt != nil, "the job is not parked")
            try bench.equal(try await bench.claim(), [], "claims of a parked job")
            let stuck = try await bench.parcels.find { $0.isStuck = true }
            try bench.equal(stuck.map(\.id), [record.id], "stuck jobs")
            _ = try await bench.refused(.notApplicable, "a retry by the owner") {
                try await bench.parcels.retry(record.id, by: .owner("anna"))
            }
            try await bench.parcels.retry(record.id, by: .operator("op"))
            let again = try await bench.claim()
            try bench.equal(again.map(\.attempt), [1], "attempts start anew")
            try bench.equal(
                try await bench.kinds(record.id), [.started, .moved, .parked, .resumed, .claimed], "history")
        },
        Check("giving a job back counts no attempt") { bench in
            let record = try await bench.claimed()
            try await bench.apply(.yield, record)
            let again = try await bench.claim()
            try bench.equal(again.map(\.attempt), [1], "attempt")
            try bench.equal(again.map(\.fence), [2], "fence")
        },
        Check("Retry-After lengthens the pause") { bench in
            let record = try await bench.claimed()
            try await bench.apply(.fail(.temporary("slow down", retryAfter: .seconds(60))), record)
            bench.time.advance(by: .seconds(59))
            try bench.equal(try await bench.claim(), [], "a claim before the time")
            bench.time.advance(by: .seconds(1))
            try bench.equal(try await bench.claim().count, 1, "claims after it")
        },
        Check("a violated promise of a companion write refuses the move and leaves the claim") { bench in
            let record = try await bench.claimed()
            var move = bench.command(.move(to: "labelling"), record)
            move.also = [{ _ in throw Failure.adminRequired("the table is gone", code: "gone") }]
            let command = move
            let refusal = try await bench.refused(.companionFailed, "the move") {
                _ = try await bench.store.apply([command]).first().get()
            }
            try bench.equal(refusal.failure.audience, .adminRequired, "audience")
            try bench.equal(try await bench.record(record.id), record, "the record")
        },
    ]

    static let sweepChecks: [Check] = [
        Check("a dead worker's jobs are taken back, and its attempts are counted") { bench in
            var record = try await bench.claimed()
            for attempt in 1...3 {
                bench.time.advance(by: .seconds(16))
                let report = try await bench.store.sweep(SweepRequest())
                try bench.equal(report.lost, [record.id], "lost jobs")
                try bench.equal(report.deadWorkers, [bench.worker], "dead workers")
                if attempt == 3 { break }
                let again = try await bench.claim()
                try bench.equal(again.map(\.attempt), [attempt + 1], "attempt")
                record = try again.first()
            }
            try bench.equal(try await bench.record(record.id).status, "lost", "status after the last attempt")
            try bench.equal(
                try await bench.kinds(record.id),
                [.started, .moved, .lost, .claimed, .lost, .claimed, .moved],
                "history")
        },
        Check("a living worker keeps its jobs through any number of sweeps") { bench in
            let record = try await bench.claimed()
            for _ in 0..<10 {
                bench.time.advance(by: .seconds(10))
                _ = try await bench.beat(isFirst: false)
                try bench.equal(try await bench.store.sweep(SweepRequest()), SweepReport(), "report")
            }
            try await bench.apply(.move(to: "labelling"), record)
        },
        Check("a deadline leads to the failure status, or where its else says") { bench in
            let waiting = try await bench.parcels.start([:], in: .announced)
            let labelled = try await bench.parcels.start([:], in: .labelling)
            bench.time.advance(by: .minutes(4))
            try bench.equal(try await bench.store.sweep(SweepRequest()), SweepReport(), "an early sweep")
            bench.time.advance(by: .minutes(2))
            try bench.equal(
                try await bench.parcels.find { $0.isStuck = true }.map(\.id), [waiting.id],
                "stuck after 5 minutes")
            bench.time.advance(by: .minutes(4))
            let report = try await bench.store.sweep(SweepRequest())
            try bench.equal(Set(report.expired), [waiting.id, labelled.id], "expired jobs")
            try bench.equal(try await bench.record(waiting.id).status, "lost", "the wait")
            try bench.equal(try await bench.record(waiting.id).failure?.code, "deadline", "its failure")
            try bench.equal(try await bench.record(labelled.id).status, "review", "the work with an else")
        },
        Check("a worker's result is refused after the deadline moved the job") { bench in
            let record = try await bench.claimed()
            for _ in 0..<4 {
                bench.time.advance(by: .minutes(10))
                _ = try await bench.beat(isFirst: true)
            }
            _ = try await bench.store.sweep(SweepRequest())
            try bench.equal(try await bench.record(record.id).status, "lost", "status")
            _ = try await bench.refused(.staleClaim, "the late result") {
                try await bench.apply(.move(to: "labelling"), record)
            }
        },
        Check("a delayed job's deadline counts from when it becomes available") { bench in
            let started = try await bench.parcels.start([:], in: .queued, delay: .days(3))
            bench.time.advance(by: .hours(71))
            try bench.equal(try await bench.store.sweep(SweepRequest()).expired, [], "expired early")
            bench.time.advance(by: .hours(3))
            try bench.equal(try await bench.store.sweep(SweepRequest()).expired, [started.id], "expired")
        },
        Check("retention deletes, or moves on, and only where it was asked to") { bench in
            let good = try await bench.parcels.start([:], in: .labelling)
            let record = try await bench.claim().first()
            try await bench.apply(.move(to: "delivered"), record)
            let bad = try await bench.parcels.start([:], in: .queued)
            try await bench.parcels.fail(bad.id, with: .userFixable("x"), by: .operator("op"))
            bench.time.advance(by: .days(40))
            try bench.equal(try await bench.store.sweep(SweepRequest()).retired, [], "without being asked")
            let reported = try await bench.store.sweep(SweepRequest(report: ["parcel"]))
            try bench.equal(Set(reported.toCleanUp.map(\.id)), [good.id, bad.id], "jobs to clean up after")
            let report = try await bench.store.sweep(SweepRequest(retain: ["parcel"]))
            try bench.equal(Set(report.retired), [good.id, bad.id], "retired")
            try bench.equal(try await bench.parcels.find(good.id), nil, "the deleted job")
            try bench.equal(try await bench.parcels.history(of: good.id), [], "its history")
            try bench.equal(try await bench.record(bad.id).status, "archived", "the job that moved on")
        },
        Check("a sweep in small steps ends the same") { bench in
            for _ in 0..<7 { _ = try await bench.parcels.start([:], in: .announced) }
            bench.time.advance(by: .hours(1))
            var expired = 0
            var rounds = 0
            repeat {
                let report = try await bench.store.sweep(SweepRequest(limit: 2))
                expired += report.expired.count
                rounds += 1
                if !report.hasMore { break }
            } while rounds < 10
            _ = try await bench.store.sweep(SweepRequest(limit: 2))
            try bench.equal(expired, 7, "expired jobs")
        },
    ]
}

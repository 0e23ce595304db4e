import Lockstep
import LockstepSQL
import LockstepTesting

/// A worker of the crew.
struct Hands {
    let store: any Store
    let name: String
    let lease: Int

    private func worker(concurrency: Int, @HandlerBuilder handlers: () -> [Handler]) -> Worker {
        let options = WorkerOptions(
            name: name, concurrency: concurrency, lease: .milliseconds(lease), poll: .milliseconds(200),
            sweep: .milliseconds(200), grace: .seconds(2), reports: .milliseconds(10))
        return Worker(on: store, options: options, handlers: handlers)
    }

    /// Works until `stop`.
    func work(until orders: Orders) async throws {
        let worker = worker(concurrency: 8) {
            Handler(Errand.fetching) { work in
                try await Self.take(work, "fetching")
                return Int.random(in: 0..<8) == 0 ? .asking : .sorting
            }
            Handler(Errand.sorting) { work in
                try await Self.take(work, "sorting")
                if Int.random(in: 0..<10) == 0 { return .fetching }
                let (job, fence) = (work.id, work.job.record.fence)
                try work.output("sorted by the claim \(fence) of \(job)")
                work.alsoSQL { sql in
                    try sql.execute(
                        "INSERT INTO crew_deliveries (job, fence) VALUES (?1, ?2)", job.text, fence)
                }
                return .done
            }
        }
        async let running: Void = worker.run()
        while !orders.isOver { await orders.wait() }
        worker.stop()
        try await running
    }

    /// What a stage does: takes a moment, reports, leaves a mark, and fails now and then in every way.
    private static func take(_ work: Work<Errand>, _ stage: String) async throws {
        work.report(.random(in: 1...60), stage)
        work.annotate(.object(["\(stage)-\(work.job.record.fence)": .bool(true)]))
        // The claim must last a while for a kill to meet it.
        try await SystemTime().sleep(until: SystemTime().now() + .milliseconds(.random(in: 0...25)))
        work.report(.random(in: 60...99))
        switch Int.random(in: 0..<100) {
        case 0..<6: throw Failure.temporary("the road is busy")
        case 6..<8: throw Failure.temporary("come back later", retryAfter: .milliseconds(50))
        case 8..<10: throw Failure.userFixable("the address is wrong")
        case 10..<12: throw Failure.adminRequired("the key is missing")
        default: break
        }
    }

    /// Works on one errand, whose handler tells that it has it and then waits for `go`; then until `stop`.
    func workOnce(at orders: Orders) async throws {
        let worker = worker(concurrency: 1) {
            Handler(Errand.fetching) { work in
                say("claimed \(work.id) \(work.job.record.fence)")
                await orders.wait()
                work.report(90, "late")
                work.annotate(.object(["late-\(work.job.record.fence)": .bool(true)]))
                return .sorting
            }
        }
        async let running: Void = worker.run()
        while !orders.isOver { await orders.wait() }
        worker.stop()
        try await running
    }
}

import Lockstep
import LockstepSQL

/// The workloads, on any SQL store.
package struct Bench: Sendable {
    /// The store that is measured.
    package let store: any SQLStore
    /// How many jobs.
    package let count: Int

    /// Measures a store with so many jobs.
    package init(_ store: any SQLStore, count: Int) {
        self.store = store
        self.count = count
    }

    /// Puts jobs there, a thousand per call.
    package func fill<Status: Lifecycle>(_ lifecycle: Status.Type) async throws
    where Status.Input == Errand.Payload {
        let jobs = try await Jobs<Status>(on: store)
        for first in stride(from: 0, to: count, by: 1000) {
            try await start(first..<min(count, first + 1000), jobs)
        }
    }

    private func start<Status: Lifecycle>(_ numbers: Range<Int>, _ jobs: Jobs<Status>) async throws
    where Status.Input == Errand.Payload {
        let batch = try numbers.map { try jobs.new(Errand.Payload(i: $0)) }
        for result in try await jobs.start(many: batch) { _ = try result.get() }
    }

    // MARK: W1, W4, W5, W7

    /// Lets workers of this process work off what waits, and measures it.
    /// - Parameters:
    ///   - table: the table of jobs, as SQL names it.
    ///   - options: of every worker.
    package func drain<Status: Lifecycle>(
        _ lifecycle: Status.Type, from table: String, workers: Int, options: WorkerOptions,
        handlers: [Handler], tally: Tally
    ) async throws -> [String: Double] {
        _ = try await Jobs<Status>(on: store)
        let first = try await first(table)
        let processorBefore = Measure.processorTime()
        let crew = (0..<workers).map { _ in Worker(on: store, options: options) { handlers } }
        let seconds = try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in crew { group.addTask { await Self.run(worker) } }
            await tally.allBegun()
            // What is timed ends when the database shows every job ended.
            while try await ended(in: table, from: first) < count {
                try await Task.sleep(for: .milliseconds(2))
            }
            let elapsed = Measure.seconds(since: tally.first)
            for worker in crew { worker.stop() }
            try await group.waitForAll()
            return elapsed
        }
        let processor = Measure.processorTime() - processorBefore
        let memory = try Measure.memory()
        return [
            "jobs_per_s": Double(count) / seconds, "seconds": seconds,
            "processor_us_per_job": processor / Double(count) * 1e6, "rss_mb": memory.now,
            "peak_mb": memory.peak,
        ]
    }

    /// Lets a worker run; nothing is measured when it fails.
    package static func run(_ worker: Worker) async {
        do { try await worker.run() } catch { fatalError("a worker failed: \(error)") }
    }

    /// How many of the jobs that were there to be worked off have ended. Ids rise, so that others are not looked at:
    /// what is timed must not read through millions of them.
    private func ended(in table: String, from first: String) async throws -> Int {
        try await store.read { sql in
            let text =
                "SELECT count(*) AS n FROM \(table) WHERE status = 'done' AND ended_at IS NOT NULL AND id >= ?1"
            return try sql.query(text, first)[0]["n"].integer.map(Int.init) ?? 0
        }
    }

    /// The first of the jobs that wait.
    private func first(_ table: String) async throws -> String {
        try await store.read { sql in
            let free = "claimed_by IS NULL AND parked_at IS NULL AND hold IS NULL AND ended_at IS NULL"
            return try sql.query("SELECT min(id) AS first FROM \(table) WHERE \(free)")[0]["first"].text ?? ""
        }
    }

    // MARK: W2

    /// Starts one job per call by eight callers, then a thousand per call.
    /// - Returns: starts per second.
    package func starts() async throws -> (single: Double, batch: Double) {
        let jobs = try await Jobs<Errand>(on: store)
        let callers = 8
        let each = count / callers
        try await startOneByOne(jobs, callers: callers, each: 1)  // opens the connections
        var begin = Measure.now()
        try await startOneByOne(jobs, callers: callers, each: each)
        let single = Double(each * callers) / Measure.seconds(since: begin)
        let rounds = 20
        begin = Measure.now()
        for _ in 0..<rounds { try await start(0..<1000, jobs) }
        return (single, Double(rounds * 1000) / Measure.seconds(since: begin))
    }

    private func startOneByOne(_ jobs: Jobs<Errand>, callers: Int, each: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for i in 0..<each { _ = try await jobs.start(Errand.Payload(i: caller * each + i)) }
                }
            }
            try await group.waitForAll()
        }
    }

    // MARK: W3

    /// An idle worker, to which jobs come; ends when it has begun all of them.
    /// - Parameters:
    ///   - ready: called before it runs.
    ///   - begun: called by every handler with the number of its job and the moment.
    package func pickUp(
        ready: () -> Void, begun: @escaping @Sendable (Int, UInt64) -> Void
    ) async {
        let tally = Tally(count)
        let worker = Worker(on: store) {
            Handler(Errand.running) { work in
                begun(work.input.i, Measure.now())
                tally.hit()
                return .done
            }
        }
        async let running: Void = Self.run(worker)
        ready()
        await tally.allBegun()
        worker.stop()
        await running
    }

    /// Starts jobs 20 ms apart.
    /// - Parameter started: called with the number of the job, the moment of the call and that of its return.
    package func trickle(started: (Int, UInt64, UInt64) -> Void) async throws {
        let jobs = try await Jobs<Errand>(on: store)
        for i in 0..<count {
            let called = Measure.now()
            _ = try await jobs.start(Errand.Payload(i: i))
            started(i, called, Measure.now())
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

import Dispatch
import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import Synchronization

/// What one command measures, printed as one line of JSON.
struct Bench {
    let path: String
    let count: Int

    /// CLOCK_MONOTONIC in nanoseconds, which all processes of a machine share.
    static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

    static func seconds(since start: UInt64) -> Double { Double(now() - start) / 1e9 }

    /// The processor time that this process has used, all threads together, in seconds.
    static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The most memory that this process has had, in megabytes, and what it has now (Linux: /proc).
    static func memory() throws -> (now: Double, peak: Double) {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        func megabytes(_ name: String) -> Double {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
            let kilobytes = line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first
            return kilobytes.flatMap { Double($0) }.map { $0 * 1024 / 1e6 } ?? 0
        }
        return (megabytes("VmRSS:"), megabytes("VmHWM:"))
    }

    static func say(_ figures: [String: Double]) {
        let parts = figures.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        print("{\(parts.joined(separator: ", "))}")
    }

    /// Writes a line at once, whatever standard output is.
    static func line(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    func store() async throws -> SQLiteStore { try await SQLiteStore(path: path) }

    // MARK: Filling

    /// Puts jobs there, a thousand per call.
    func fill<Status: Lifecycle>(_ lifecycle: Status.Type) async throws
    where Status.Input == Errand.Payload {
        let jobs = try await Jobs<Status>(on: try await store())
        for first in stride(from: 0, to: count, by: 1000) {
            let batch = try (first..<min(count, first + 1000)).map { try jobs.new(Errand.Payload(i: $0)) }
            for result in try await jobs.start(many: batch) { _ = try result.get() }
        }
    }

    /// Puts ended jobs there, each with its three lines of history, as if they had been worked off.
    /// It writes plain SQL with the triggers taken off: ten million starts and moves would take half an hour,
    /// and it is only the mass of rows that is wanted.
    func age() async throws {
        let store = try await store()
        _ = try await Jobs<Errand>(on: store)
        let now = SystemTime().now().microseconds
        let triggers = try await store.read { sql in
            try sql.query("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'", []).map {
                ($0["name"].text ?? "", $0["sql"].text ?? "")
            }
        }
        try await store.write { sql in
            for (name, _) in triggers { _ = try sql.execute("DROP TRIGGER \(name)", []) }
        }
        for first in stride(from: 1, through: count, by: 200_000) {
            let last = min(count, first + 199_999)
            try await store.write { sql in
                let numbers = "WITH RECURSIVE c(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM c WHERE i < ?2)"
                _ = try sql.execute(
                    """
                    \(numbers) INSERT INTO errand_jobs (seq, id, status, input, fence, available_at, deadline,
                        entered_at, created_at, updated_at, ended_at, version, progress)
                    SELECT i, printf('00000000-0000-7000-8000-%012x', i), 'done',
                        '{"i":' || i || ',"pad":"\(String(repeating: "x", count: 80))"}', 1, ?3,
                        ?3 + 2592000000000 + i, ?3, ?3, ?3, ?3, 3, 100 FROM c
                    """, [first, last, now])
                for (n, from, to) in [
                    (1, "NULL", "queued"), (2, "'queued'", "running"), (3, "'running'", "done"),
                ] {
                    _ = try sql.execute(
                        """
                        \(numbers) INSERT INTO errand_history
                        SELECT i, \(n), 'moved', \(from), '\(to)', 'worker', 'worker-1', NULL, NULL, 1, 1, ?3 FROM c
                        """, [first, last, now])
                }
            }
        }
        try await store.write { sql in
            for (_, text) in triggers { _ = try sql.execute(text, []) }
        }
    }

    // MARK: W1, W4, W5, W7

    /// Lets workers of one process work off what waits.
    func drain<Status: Lifecycle>(
        _ lifecycle: Status.Type, workers: Int, _ handlers: [Handler], tally: Tally
    ) async throws {
        let store = try await store()
        let jobs = try await Jobs<Status>(on: store)
        let name = jobs.definition.name
        let last = try await Self.last(name, store)
        let options = WorkerOptions(concurrency: 1000, batch: Self.batch)
        let processorBefore = Self.processorTime()
        let crew = (0..<workers).map { _ in Worker(on: store, options: options) { handlers } }
        let first = await withTaskGroup(of: Void.self) { group in
            for worker in crew {
                group.addTask {
                    do { try await worker.run() } catch { fatalError("a worker failed: \(error)") }
                }
            }
            await tally.allStarted()
            // What is timed ends when the database shows every job ended.
            do {
                while try await Self.ended(name, after: last - Int64(count), store) < count {
                    try await Task.sleep(for: .milliseconds(2))
                }
            } catch { fatalError("counting failed: \(error)") }
            let elapsed = Self.seconds(since: tally.first)
            for worker in crew { worker.stop() }
            return elapsed
        }
        let processor = Self.processorTime() - processorBefore
        let memory = try Self.memory()
        Self.say([
            "jobs_per_s": Double(count) / first, "seconds": first,
            "processor_us_per_job": processor / Double(count) * 1e6, "rss_mb": memory.now,
            "peak_mb": memory.peak,
        ])
    }

    static var batch: Int { Int(ProcessInfo.processInfo.environment["BATCH"] ?? "") ?? 100 }

    /// How many of the jobs that were there to be worked off have ended; the others are not looked at.
    private static func ended(_ lifecycle: String, after: Int64, _ store: SQLiteStore) async throws -> Int {
        try await store.read { sql in
            let text = "SELECT count(*) AS n FROM \(lifecycle)_jobs WHERE seq > ?1 AND status = 'done'"
            return try sql.query(text, after)[0]["n"].integer.map(Int.init) ?? 0
        }
    }

    private static func last(_ lifecycle: String, _ store: SQLiteStore) async throws -> Int64 {
        try await store.read { sql in
            try sql.query("SELECT max(seq) AS last FROM \(lifecycle)_jobs")[0]["last"].integer ?? 0
        }
    }

    // MARK: W2

    /// Starts of one job per call by eight callers, then a thousand per call.
    func starts() async throws {
        let jobs = try await Jobs<Errand>(on: try await store())
        let callers = 8
        let each = count / callers
        var begin = Self.now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for i in 0..<each { _ = try await jobs.start(Errand.Payload(i: caller * each + i)) }
                }
            }
            try await group.waitForAll()
        }
        let single = Double(each * callers) / Self.seconds(since: begin)
        begin = Self.now()
        let rounds = 20
        for _ in 0..<rounds {
            let batch = try (0..<1000).map { try jobs.new(Errand.Payload(i: $0)) }
            for result in try await jobs.start(many: batch) { _ = try result.get() }
        }
        Self.say(["single_per_s": single, "batch_per_s": Double(rounds * 1000) / Self.seconds(since: begin)])
    }

    // MARK: W3

    /// An idle worker; jobs come 20 ms apart. Prints one line per handler: number and time.
    func pickUp() async throws {
        let store = try await store()
        let tally = Tally(count)
        let worker = Worker(on: store) {
            Handler(Errand.running) { work in
                let now = Self.now()
                Self.line("handler \(work.input.i) \(now)")
                tally.hit()
                return .done
            }
        }
        async let running: Void = worker.run()
        Self.line("ready")
        await tally.allStarted()
        worker.stop()
        try await running
    }

    /// The worker and the starts in one process.
    func pickUpHere() async throws {
        async let picking: Void = pickUp()
        try await trickle()
        try await picking
    }

    /// Starts jobs 20 ms apart. Prints one line per start: number and time of the acknowledgement.
    func trickle() async throws {
        let jobs = try await Jobs<Errand>(on: try await store())
        for i in 0..<count {
            _ = try await jobs.start(Errand.Payload(i: i))
            Self.line("started \(i) \(Self.now())")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// Counts handlers and says when all have begun.
final class Tally: Sendable {
    private let wanted: Int
    private let begun = Atomic(0)
    private let firstAt = Atomic<UInt64>(0)
    private let done: AsyncStream<Void>
    private let tell: AsyncStream<Void>.Continuation

    init(_ wanted: Int) {
        self.wanted = wanted
        (done, tell) = AsyncStream<Void>.makeStream()
    }

    var first: UInt64 { firstAt.load(ordering: .relaxed) }

    func begin() {
        if firstAt.load(ordering: .relaxed) == 0 {
            _ = firstAt.compareExchange(expected: 0, desired: Bench.now(), ordering: .relaxed)
        }
    }

    func hit() {
        begin()
        if begun.add(1, ordering: .relaxed).newValue == wanted { tell.finish() }
    }

    func allStarted() async { for await _ in done {} }
}

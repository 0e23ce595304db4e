import Lockstep
import LockstepTesting
import Synchronization

/// A small load in which everything happens once, on any store, with what it leaves behind for the checker.
struct CheckedLoad {
    private let time: TestTime
    private let store: LoggedStore
    private let log = CallLog(client: "load")

    /// What is left behind, to be judged or to be falsified.
    struct Evidence: Sendable {
        var ledger: HistoryChecker.Ledger
        var calls: [LoggedCall]
        /// The job that went the long way: claimed, failed, lost, taken over, labelled, delivered.
        var job: JobID
        /// Ended; its key was taken again afterwards, by `waiting`.
        var ended: JobID
        /// Waits, held.
        var waiting: JobID
        /// Was given back by its worker.
        var yielded: JobID
        /// Is held by a living worker.
        var held: JobID

        func violations() -> [HistoryChecker.Violation] {
            HistoryChecker(definitions: [Definition(Parcel.self)]).violations(in: ledger, calls: calls)
        }
    }

    /// Runs the load on a store.
    static func run(on make: (TestTime) -> any Store) async throws -> Evidence {
        let time = TestTime()
        return try await CheckedLoad(make(time), time).run()
    }

    private final class Rows: Sendable {
        let counts = Mutex<[String: Int]>([:])
    }
    private let written = Rows()

    private init(_ base: any Store, _ time: TestTime) {
        self.time = time
        let written = written
        store = LoggedStore(base, log: log) { tag in
            { _ in written.counts.withLock { $0[tag, default: 0] += 1 } }
        }
    }

    private func start(_ status: Parcel, key: String? = nil) async throws -> JobID {
        var job = NewJob(lifecycle: Parcel.name)
        job.status = status.rawValue
        job.key = key
        let id = JobID(at: time.now())
        job.id = id
        return try await store.start([job]).first?.get().record.id ?? id
    }

    private func beat(_ worker: String) async throws {
        var heartbeat = Heartbeat(
            worker: WorkerID(worker), lease: .seconds(15), statuses: statuses, host: "test")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
    }

    private let statuses = [Parcel.name: ["packing", "labelling"]]

    /// - Returns: the claim on this job, if the store gave it.
    private func claim(_ job: JobID, by worker: String) async throws -> Claim {
        try await beat(worker)
        let request = ClaimRequest(worker: WorkerID(worker), statuses: statuses, limit: 10)
        let record = try await store.claim(request).first { $0.id == job }
        return Claim(worker: WorkerID(worker), fence: record?.fence ?? 0)
    }

    private func apply(
        _ change: Command.Change, _ job: JobID, _ claim: Claim?, by actor: Actor = .operator("olga"),
        _ refine: (inout Command) -> Void = { _ in }
    ) async throws {
        var command = Command(
            change, job: job, of: Parcel.name, by: claim.map { .worker($0.worker.text) } ?? actor)
        command.claim = claim
        refine(&command)
        _ = try await store.apply([command])
    }

    private func run() async throws -> Evidence {
        try await store.install([Definition(Parcel.self)])
        let job = try await start(.queued, key: "a")
        _ = try await start(.queued, key: "a")
        let first = try await claim(job, by: "w1")
        try await apply(.report(progress: 10, detail: nil), job, first)
        try await apply(.fail(.temporary("busy")), job, first)
        time.advance(by: .seconds(11))
        let second = try await claim(job, by: "w1")
        time.advance(by: .seconds(20))
        _ = try await store.sweep(SweepRequest())
        let third = try await claim(job, by: "w2")
        try await apply(.report(progress: 99, detail: nil), job, second)
        try await apply(.annotate, job, second) {
            $0.metadata = "{\"late\":true}"
            $0.output = "\"late\""
        }
        try await apply(.move(to: "review"), job, second)
        try await apply(.move(to: "labelling"), job, third) {
            $0.keepsClaim = true
            $0.metadata = "{\"packed\":true}"
        }
        let fourth = Claim(worker: third.worker, fence: third.fence + 1)
        try await apply(.move(to: "delivered"), job, fourth) { $0.output = "\"here\"" }

        let ended = try await start(.announced, key: "b")
        time.advance(by: .seconds(1))
        try await apply(.cancel, ended, nil)
        time.advance(by: .seconds(1))
        let waiting = try await start(.queued, key: "b")
        try await apply(.hold("address"), waiting, nil)
        let yielded = try await start(.queued)
        try await apply(.yield, yielded, try await claim(yielded, by: "w2"))
        try await apply(.cancel, yielded, nil)
        let failed = try await start(.queued)
        try await apply(.fail(.userFixable("bad")), failed, try await claim(failed, by: "w2"))
        let late = try await start(.announced)
        time.advance(by: .minutes(10))
        _ = try await store.sweep(SweepRequest())
        time.advance(by: .minutes(1))
        try await apply(.cancel, late, nil)
        let held = try await start(.queued)
        _ = try await claim(held, by: "w3")

        var ledger = try await HistoryChecker.Ledger(of: store, [Definition(Parcel.self)])
        ledger.rows = written.counts.withLock { $0 }
        return Evidence(
            ledger: ledger, calls: log.calls, job: job, ended: ended, waiting: waiting, yielded: yielded,
            held: held)
    }
}

import GRDB
import Lockstep
import LockstepSQLite
import LockstepTesting
import Testing

/// What an application's constraint or trigger refuses for one job must not stand in the way of the others.
@Suite struct RefusedJobsTests {
    static let statuses = ["parcel": ["packing"]]
    let time = TestTime()
    let scratch: Scratch
    let store: SQLiteStore
    let parcels: Jobs<Parcel>
    let raw: DatabaseQueue

    init() async throws {
        scratch = try Scratch()
        store = try await SQLiteStore(path: scratch.database, time: time)
        parcels = try await Jobs<Parcel>(on: store)
        raw = try DatabaseQueue(path: scratch.database)
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(3600), statuses: Self.statuses, host: "t")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
    }

    private func execute(_ sql: String) async throws { try await raw.write { try $0.execute(sql: sql) } }

    private func claim() async throws -> [JobID] {
        try await store.claim(ClaimRequest(worker: WorkerID("w"), statuses: Self.statuses, limit: 2))
            .map(\.id)
    }

    /// Jobs whose priority lets the application refuse them, and that come first.
    private func start(_ count: Int, priority: Int) async throws -> [JobID] {
        var jobs: [JobID] = []
        for _ in 0..<count {
            jobs.append(try await parcels.start([:], in: .queued, priority: priority).id)
        }
        return jobs
    }

    @Test func aRefusedClaimIsParkedAndTheOthersAreClaimed() async throws {
        try await execute(
            """
            CREATE TRIGGER app_refuses BEFORE UPDATE ON parcel_jobs
            WHEN new.priority = 7 AND new.claimed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'app_refuses'); END
            """)
        let (refused, others) = (try await start(5, priority: 7), try await start(2, priority: 0))
        var claimed: [JobID] = []
        for _ in 0..<3 { claimed += try await claim() }
        #expect(claimed == others)
        for id in refused {
            let record = try #require(try await parcels.find(id)).record
            #expect(record.status == "queued" && record.parkedAt != nil && record.claimedBy == nil)
            #expect(record.failure?.audience == .adminRequired)
            #expect(record.failure?.message.contains("app_refuses") ?? false)
            #expect(try await parcels.history(of: id).map(\.kind) == [.started, .parked])
        }
        try await execute("DROP TRIGGER app_refuses")
        try await parcels.retry(refused[0], by: .operator("op"))
        #expect(try await claim() == [refused[0]])
    }

    @Test func aTriggerThatFailsDoesNotStopTheSweep() async throws {
        // An id is no JSON, which is an error and no violated constraint.
        try await execute(
            """
            CREATE TRIGGER app_fails BEFORE UPDATE ON parcel_jobs WHEN new.priority = 7
            BEGIN SELECT json(new.id || '-'); END
            """)
        let stuck = try await start(1, priority: 7)
        let others = try await start(2, priority: 0)
        time.advance(by: .hours(2))
        #expect(try await store.sweep(SweepRequest()).expired == others)
        #expect(try await parcels.find(stuck[0])?.record.status == "queued")
        try await execute("DROP TRIGGER app_fails")
        #expect(try await store.sweep(SweepRequest()).expired == stuck)
    }
}

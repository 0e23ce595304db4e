import Lockstep
import LockstepPostgres
import LockstepTesting
import PostgresSupport
import Testing

/// What an application's constraint or trigger refuses for one job must not stand in the way of the others.
@Suite struct RefusedJobsTests {
    static let statuses = ["parcel": ["packing"]]
    let time = TestTime()
    let database: FreshDatabase
    let store: PostgresStore
    let parcels: Jobs<Parcel>
    let plain: PlainConnection

    init() async throws {
        database = try await FreshDatabase()
        store = try await database.store(time)
        parcels = try await Jobs<Parcel>(on: store)
        plain = try await database.plain()
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(3600), statuses: Self.statuses, host: "t")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
    }

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
        try await plain.execute(
            "ALTER TABLE parcel_jobs ADD CONSTRAINT app_refuses CHECK (priority <> 7 OR claimed_by IS NULL)")
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
        try await plain.execute("ALTER TABLE parcel_jobs DROP CONSTRAINT app_refuses")
        try await parcels.retry(refused[0], by: .operator("op"))
        #expect(try await claim() == [refused[0]])
    }

    @Test func aTriggerThatFailsDoesNotStopTheSweep() async throws {
        try await plain.execute(
            """
            CREATE FUNCTION app_fails() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM 1 FROM nothing_there; RETURN new; END $$
            """)
        try await plain.execute(
            """
            CREATE TRIGGER app_fails BEFORE UPDATE ON parcel_jobs FOR EACH ROW
            WHEN (new.priority = 7) EXECUTE FUNCTION app_fails()
            """)
        let stuck = try await start(1, priority: 7)
        let others = try await start(2, priority: 0)
        time.advance(by: .hours(2))
        #expect(try await store.sweep(SweepRequest()).expired == others)
        #expect(try await parcels.find(stuck[0])?.record.status == "queued")
        try await plain.execute("DROP TRIGGER app_fails ON parcel_jobs")
        #expect(try await store.sweep(SweepRequest()).expired == stuck)
    }
}

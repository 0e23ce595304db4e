import Dispatch
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

/// Several stores on one database, as several machines have them.
@Suite struct PostgresSharingTests {
    @Test(.disabled(if: FreshDatabase.isPooled, "no notification comes through a pooler"))
    func oneStoreWakesTheOther() async throws {
        let database = try await FreshDatabase()
        let server = try await database.store()
        let client = try await database.store()
        let parcels = try await Jobs<Parcel>(on: client)
        let worker = Worker(on: server, options: WorkerOptions(poll: .seconds(3600))) {
            Handler(Parcel.packing) { _ in .labelling }
            Handler(Parcel.labelling) { _ in .delivered }
        }
        let running = Task { try await worker.run() }
        // With an hour between polls only hints between the stores can bring these to their end.
        for _ in 0..<20 {
            let started = try await parcels.start([:], in: .queued)
            for try await _ in parcels.watch(started.id, interval: .seconds(3600)) {}
        }
        worker.stop()
        try await running.value
        #expect(try await parcels.find { $0.statuses = ["delivered"] }.count == 20)
    }

    @Test(.disabled(if: FreshDatabase.isPooled, "no notification comes through a pooler"))
    func aPauseHoldsForEveryStoreAndItsEndWakesThem() async throws {
        let database = try await FreshDatabase()
        let server = try await database.store()
        let client = try await database.store()
        let parcels = try await Jobs<Parcel>(on: client)
        try await parcels.pause(.packing, by: .operator("op"))
        let worker = Worker(on: server, options: WorkerOptions(poll: .seconds(3600))) {
            Handler(Parcel.packing) { _ in .labelling }
            Handler(Parcel.labelling) { _ in .delivered }
        }
        let running = Task { try await worker.run() }
        for _ in 0..<5 {
            let paused = try await parcels.start([:], in: .queued).id
            // What comes later and is not paused is worked on: the worker looked, and left the other one.
            let other = try await parcels.start([:], in: .labelling).id
            for try await _ in parcels.watch(other, interval: .seconds(3600)) {}
            #expect(try await parcels.find(paused)?.record.status == "queued")
            // With an hour between polls only the end of the pause can bring this one to its end.
            try await parcels.resume(.packing)
            for try await _ in parcels.watch(paused, interval: .seconds(3600)) {}
            try await parcels.pause(.packing, by: .operator("op"))
        }
        worker.stop()
        try await running.value
        #expect(try await parcels.find { $0.statuses = ["delivered"] }.count == 10)
    }

    @Test func aPauseSurvivesTheStore() async throws {
        let database = try await FreshDatabase()
        var store: PostgresStore? = try await database.store()
        var pause: Pause?
        if let store {
            pause = try await Jobs<Parcel>(on: store).pause(
                .queued, by: Actor(.owner, name: "anna"), reason: "stocktaking")
        }
        store = nil
        let again = try await database.store()
        #expect(try await again.pauses().all == [try #require(pause)])
        let started = try await Jobs<Parcel>(on: again).start([:], in: .queued).id
        var beat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(15), statuses: ["parcel": ["packing"]], host: "t")
        beat.isFirst = true
        _ = try await again.beat(beat)
        let request = ClaimRequest(worker: beat.worker, statuses: beat.statuses, limit: 1)
        #expect(try await again.claim(request).isEmpty)
        try await again.resume("parcel", status: "queued")
        #expect(try await again.claim(request).map(\.id) == [started])
    }

    @Test func concurrentWritesShareCommitsAndLoseNothing() async throws {
        let database = try await FreshDatabase()
        let stores = try await [0, 1, 2].asyncMap { _ in try await database.store() }
        let parcels = try await stores.asyncMap { try await Jobs<Parcel>(on: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                group.addTask {
                    _ = try await parcels[number % 3].start([:], in: .queued, key: "k\(number % 100)")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await parcels[0].find { $0.limit = 1000 }.count == 100)
    }

    @Test func aLifecycleInstalledElsewhereIsKnownHere() async throws {
        let database = try await FreshDatabase()
        let here = try await database.store()
        let there = try await database.store()
        _ = try await Jobs<Footage>(on: there)
        var query = JobQuery("footage")
        query.limit = 1
        #expect(try await here.find(query) == [])
        #expect(try await here.definitions().map(\.name) == ["footage"])
    }

    @Test func aSweepTakesBackClaimsOfLifecyclesItDidNotKnow() async throws {
        let database = try await FreshDatabase()
        let time = TestTime()
        let early = try await database.store(time)
        let late = try await database.store(time)
        let parcels = try await Jobs<Parcel>(on: late)
        let id = try await parcels.start([:], in: .queued).id
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(15), statuses: ["parcel": ["packing"]], host: "t")
        heartbeat.isFirst = true
        _ = try await late.beat(heartbeat)
        _ = try await late.claim(
            ClaimRequest(worker: heartbeat.worker, statuses: heartbeat.statuses, limit: 1))
        time.advance(by: .seconds(20))
        #expect(try await early.sweep(SweepRequest()).lost == [id])
    }

    /// Beats, and gives a request that a worker may then claim with.
    private func request(_ store: PostgresStore, limit: Int = 10) async throws -> ClaimRequest {
        var heartbeat = Heartbeat(
            worker: WorkerID("w"), lease: .seconds(15), statuses: ["parcel": ["packing"]], host: "t")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
        return ClaimRequest(worker: heartbeat.worker, statuses: heartbeat.statuses, limit: limit)
    }

    @Test func noClaimPassesAPauseThatAnotherMachineSet() async throws {
        let database = try await FreshDatabase()
        let (here, there) = (try await database.store(), try await database.store())
        let parcels = try await Jobs<Parcel>(on: here)
        let request = try await request(here, limit: 1)
        for _ in 0..<10 {
            _ = try await parcels.start([:], in: .queued)
            _ = try await parcels.start([:], in: .queued)
            // A claim before: this store believes that there is something, and that nothing is paused.
            #expect(try await here.claim(request).count == 1)
            try await there.pause("parcel", status: nil, by: .operator("op"), reason: nil)
            #expect(try await here.claim(request).isEmpty)
            try await there.resume("parcel", status: nil)
            #expect(try await here.claim(request).count == 1)
        }
    }

    @Test func aDefinitionThatAnotherMachineReplacedDecidesNothing() async throws {
        let database = try await FreshDatabase()
        let (here, there) = (try await database.store(), try await database.store())
        let parcels = try await Jobs<Parcel>(on: here)
        let request = try await request(here)
        _ = try await parcels.start([:], in: .queued)
        let held = try #require(try await here.claim(request).first)
        // Another machine takes the edge away that the worker here is about to use.
        var statuses = parcels.definition.statuses
        for index in statuses.indices where statuses[index].name == "packing" {
            statuses[index].moves.removeAll { $0.to == "labelling" }
        }
        let initial = parcels.definition.initial
        try await there.install([Definition(name: "parcel", statuses: statuses, initial: initial)])
        var move = Command(.move(to: "labelling"), job: held.id, of: "parcel", by: .worker("w"))
        move.claim = Claim(worker: WorkerID("w"), fence: held.fence)
        guard case .refused(let refusal) = try await here.apply([move])[0] else {
            Issue.record("a move was made that is no longer declared")
            return
        }
        #expect(refusal.code == .undeclaredMove)
        #expect(
            try await here.history(of: held.id, in: "parcel", after: 0).map(\.to) == ["queued", "packing"])
    }

    @Test func aLongReadSeesOneSnapshot() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        let parcels = try await Jobs<Parcel>(on: store)
        let (begun, end) = (Signal(), DispatchSemaphore(value: 0))
        async let seen = store.read { reading in
            // A snapshot begins with the first read; the thread that waits is the connection's own.
            let before = try reading.query("SELECT count(*) FROM lockstep.parcel_jobs")
            begun.send()
            end.wait()
            return (before, try reading.query("SELECT count(*) FROM lockstep.parcel_jobs"))
        }
        try await begun.wait()
        for _ in 0..<20 { _ = try await parcels.start([:], in: .queued) }
        end.signal()
        let (before, after) = try await seen
        #expect(before == after && before.first?[0].integer == 0)
        #expect(try await parcels.find().count == 20)
    }

    @Test func whatIsNoDatabaseIsRefusedInOneSentence() async throws {
        var options = PostgresOptions(
            connection: try await PostgresServer.shared().connection + " dbname=missing")
        options.acquireTimeout = .seconds(1)
        let error = await #expect(throws: SQLError.self) { _ = try await PostgresStore(options) }
        #expect(error?.kind == .connection)
    }

    /// A standby that lagged behind has taken over, or a backup was put in the place of the database.
    @Test func aRevisionThatGoesBackIsFollowed() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        let parcels = try await Jobs<Parcel>(on: store)
        let plain = try await database.plain()
        try await plain.execute("UPDATE lockstep_state SET revision = revision - 1")
        let id = try await parcels.start([:], in: .queued).id
        try await parcels.cancel(id, by: .operator("op"))
        #expect(try await parcels.find(id)?.record.status == "withdrawn")
    }

    /// A changed definition waits for a lock on the table of jobs, and must not hold up everybody who comes later.
    @Test(.timeLimit(.minutes(1))) func aChangedDefinitionLetsTheOthersGoOn() async throws {
        let database = try await FreshDatabase()
        let (store, other) = (try await database.store(), try await database.store())
        let parcels = try await Jobs<Parcel>(on: store)
        let plain = try await database.plain()
        try await plain.execute("BEGIN")
        try await plain.execute("LOCK TABLE parcel_jobs IN ROW EXCLUSIVE MODE")
        var statuses = parcels.definition.statuses
        let index = try #require(statuses.firstIndex { $0.name == "announced" })
        statuses[index].limit = .minutes(11)
        let changed = Definition(name: "parcel", statuses: statuses, initial: parcels.definition.initial)
        let installing = Task { try await other.install([changed]) }
        let watcher = try await database.plain()
        try await watcher.execute(
            """
            DO $$ BEGIN
                FOR i IN 1..1000 LOOP
                    IF EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                        AND datname = current_database()) THEN RETURN; END IF;
                    PERFORM pg_sleep(0.01);
                    PERFORM pg_stat_clear_snapshot();
                END LOOP;
                RAISE 'nobody waits for the table';
            END $$
            """)
        let start = ContinuousClock.now
        _ = try await parcels.start([:], in: .queued)
        let waited = ContinuousClock.now - start
        print("a start beside a definition that waits for its table took \(waited)")
        #expect(waited < .seconds(15))
        try await plain.execute("ROLLBACK")
        guard case .compatible = try await installing.value[0] else {
            Issue.record("the definition was not changed")
            return
        }
    }
}

import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// Layouts of a schema: made once, changed in steps, gone back from, and worked on beside. One at a time: a server has
/// only so many connections.
@Suite(.serialized) struct PostgresMigrationTests {
    private static let statuses = ["parcel": ["packing", "labelling"]]

    /// The layouts of this version, and the number of one more.
    private static let all = PostgresMigrations.all.map(\.number)
    private static let next = all.count + 1

    private static func options(_ database: FreshDatabase, migrates: Bool = true) -> PostgresOptions {
        var options = PostgresOptions(connection: database.storeURL)
        options.connections = 2
        options.listens = false
        options.migrates = migrates
        return options
    }

    private static func list(
        _ database: FreshDatabase, known: [SchemaMigration] = PostgresMigrations.all
    ) async throws -> [Int] {
        try await PostgresSchemaKeeper(options(database), known: known).migrations()
            .filter { $0.applied != nil }.map(\.number)
    }

    private static func fill(_ store: PostgresStore) async throws {
        let parcels = try await Jobs<Parcel>(on: store)
        for _ in 0..<20 { _ = try await parcels.start([:], in: .queued) }
        for _ in 0..<20 { _ = try await parcels.start([:], in: .labelling) }
        try await work(store, "w-fill", 15)
    }

    private static func work(_ store: PostgresStore, _ name: String, _ limit: Int) async throws {
        var beat = Heartbeat(
            worker: WorkerID(name), lease: .seconds(600), statuses: statuses, host: "here:1")
        beat.isFirst = true
        _ = try await store.beat(beat)
        let claimed = try await store.claim(
            ClaimRequest(worker: beat.worker, statuses: statuses, limit: limit))
        #expect(claimed.count == limit)
        let commands = claimed.map { record in
            var command = Command(
                record.status == "labelling" ? .move(to: "delivered") : .yield, job: record.id, of: "parcel",
                by: .worker(name))
            command.claim = Claim(worker: beat.worker, fence: record.fence)
            return command
        }
        for outcome in try await store.apply(commands) { _ = try outcome.get() }
    }

    private static func content(_ store: PostgresStore) async throws -> [String] {
        var query = JobQuery("parcel")
        query.limit = 1000
        return try await store.find(query).asyncMap { job in
            "\(job) \(try await store.history(of: job.id, in: "parcel", after: 0))"
        }
    }

    private static func text(_ store: PostgresStore, _ sql: String) async throws -> String? {
        try await store.read { try $0.query(sql).first?[0].text }
    }

    private static var job: NewJob {
        var job = NewJob(lifecycle: "parcel")
        job.status = "queued"
        return job
    }

    /// Storage settings and the rights on a function: what the second and third layouts change.
    private static func traits(_ store: PostgresStore) async throws -> [String?] {
        [
            try await text(
                store,
                """
                SELECT string_agg(relname || ' ' || array_to_string(reloptions, ','), '; ' ORDER BY relname)
                FROM pg_class WHERE relnamespace = 'lockstep'::regnamespace AND reloptions IS NOT NULL
                """),
            try await text(
                store,
                """
                SELECT string_agg(p.proname, ',' ORDER BY p.proname) FROM pg_proc p
                WHERE p.pronamespace = 'lockstep'::regnamespace AND EXISTS (SELECT 1 FROM
                    aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
                """),
        ]
    }

    // MARK: Making and changing

    @Test func aSchemaWithoutAListIsTakenOverAtTheFirstLayout() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        try await Self.fill(store)
        let before = try await Self.content(store)
        let fresh = try await Self.traits(store)
        let keeper = PostgresSchemaKeeper(Self.options(database))
        try await keeper.migrate(to: 1)
        try await store.close(after: "DROP TABLE lockstep.lockstep_migrations")
        #expect(try await Self.list(database) == [1])
        let refusal = await #expect(throws: SchemaRefusal.self) {
            _ = try await PostgresStore(Self.options(database, migrates: false))
        }
        #expect(refusal?.description.hasSuffix("run 'lockstep migrate'") ?? false)
        #expect(try await keeper.plan(to: nil).map(\.step.number) == Array(Self.all.dropFirst()))
        let next = try await database.store()
        #expect(try await Self.list(database) == Self.all)
        #expect(try await Self.content(next) == before)
        #expect(try await Self.traits(next) == fresh)
        try await Self.work(next, "w-after", 5)
        _ = try await PostgresStore(Self.options(database, migrates: false))
    }

    @Test func theWayBackAndForthKeepsJobsAndHistories() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        try await Self.fill(store)
        let (before, fresh) = (try await Self.content(store), try await Self.traits(store))
        #expect(fresh[0]?.contains("parcel_jobs autovacuum_vacuum_scale_factor=0.01") ?? false)
        #expect(fresh[1] == "lockstep_now,lockstep_refuse,lockstep_refuse_move")
        let keeper = PostgresSchemaKeeper(Self.options(database))
        for _ in 0..<3 {
            #expect(try await keeper.migrate(to: 1).map(\.number) == Self.all.dropFirst().reversed())
            let old = try await Self.traits(store)
            #expect(old[0] == "lockstep_workers fillfactor=50")
            #expect(old[1]?.contains("trg_parcel_record") ?? false)
            // Whoever works by the newer layout stops, and goes on when it is back.
            let refusal = await #expect(throws: SchemaRefusal.self) { _ = try await store.start([Self.job]) }
            #expect(refusal?.reason == .isBehind)
            #expect(try await keeper.migrate(to: nil).map(\.number) == Array(Self.all.dropFirst()))
            #expect(try await Self.traits(store) == fresh)
            #expect(try await Self.content(store) == before)
        }
        try await Self.work(store, "w-after", 5)
        let refusal = await #expect(throws: SchemaRefusal.self) { _ = try await keeper.migrate(to: 0) }
        #expect(refusal?.reason == .noWay)
    }

    @Test(arguments: [2, 8]) func manyStoresStartAtOnceOnAnEmptyDatabase(_ count: Int) async throws {
        for _ in 0..<20 {
            let database = try await FreshDatabase()
            let stores = try await withThrowingTaskGroup(of: PostgresStore.self) { group in
                for _ in 0..<count {
                    group.addTask { try await PostgresStore(Self.options(database)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await Self.list(database) == Self.all)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for store in stores {
                    group.addTask { _ = try await Jobs<Parcel>(on: store).start([:], in: .queued) }
                }
                try await group.waitForAll()
            }
            #expect(try await stores[0].count("parcel").map(\.jobs).reduce(0, +) == count)
            for store in stores { await store.close() }
        }
    }

    // MARK: Broken off

    private static func extra(
        _ statements: [MigrationStatement], breaksBefore: Int = all.count
    ) -> [SchemaMigration] {
        PostgresMigrations.all + [
            SchemaMigration(
                next, "extra", breaksBefore: breaksBefore, up: { _ in statements },
                down: { _ in [.run("ALTER TABLE lockstep.parcel_jobs DROP COLUMN extra")] })
        ]
    }
    private static let column = MigrationStatement.run(
        "ALTER TABLE lockstep.parcel_jobs ADD COLUMN extra text NOT NULL DEFAULT 'x'")

    /// A wrong statement, and a server that ends the connection in the middle, as a killed process would.
    @Test(arguments: [
        "UPDATE lockstep.parcel_jobs SET nothing = 1", "SELECT pg_terminate_backend(pg_backend_pid())",
    ])
    func aMigrationThatBreaksOffLeavesTheLayoutBefore(_ fault: String) async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        try await Self.fill(store)
        let before = try await Self.content(store)
        await #expect(throws: SQLError.self) {
            _ = try await PostgresStore(
                Self.options(database), known: Self.extra([Self.column, .run(fault)]))
        }
        #expect(try await Self.list(database) == Self.all)
        #expect(try await Self.content(store) == before)
        try await Self.work(store, "w-between", 5)
        let next = try await PostgresStore(Self.options(database), known: Self.extra([Self.column]))
        #expect(try await Self.list(database, known: Self.extra([])) == Self.all + [Self.next])
        try await Self.work(next, "w-after", 5)
    }

    @Test func anIndexThatWasLeftHalfBuiltIsBuiltAnew() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        try await Self.fill(store)
        // All statuses are there many times: a unique index over them breaks off, and stays as an invalid one.
        let place = "lockstep.parcel_jobs (status)"
        await #expect(throws: SQLError.self) {
            _ = try await PostgresStore(
                Self.options(database),
                known: Self.extra([.buildIndex(IndexBuild("parcel_extra", on: place, isUnique: true))]))
        }
        let validity = """
            SELECT indisvalid || ' ' || indisunique FROM pg_index
            WHERE indexrelid = to_regclass('lockstep.parcel_extra')
            """
        #expect(try await Self.text(store, validity) == "false true")
        let known = Self.extra([.buildIndex(IndexBuild("parcel_extra", on: place))])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { _ = try await PostgresStore(Self.options(database), known: known) }
            }
            group.addTask { try await store.install([Definition(Parcel.self)]) }
            try await group.waitForAll()
        }
        #expect(try await Self.text(store, validity) == "true false")
        #expect(try await Self.list(database, known: known) == Self.all + [Self.next])
        try await Self.work(store, "w-after", 5)
    }

    /// The transaction that holds the lock says nothing while an index is built, longer than a transaction may be left open.
    @Test(.timeLimit(.minutes(1))) func theLockIsKeptWhileAnIndexIsBuilt() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        try await Self.fill(store)
        let plain = try await database.plain()
        try await plain.execute(
            """
            CREATE FUNCTION slowly(status text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(0.05); RETURN status; END $$
            """)
        var options = Self.options(database)
        options.abandonTimeout = .milliseconds(500)
        let known = Self.extra([
            .buildIndex(IndexBuild("parcel_extra", on: "lockstep.parcel_jobs (lockstep.slowly(status))"))
        ])
        _ = try await PostgresStore(options, known: known)
        #expect(try await Self.list(database, known: known) == Self.all + [Self.next])
    }

    // MARK: Beside another version

    @Test func anOlderProcessWorksOnBesideACompatibleLayout() async throws {
        let database = try await FreshDatabase()
        let old = try await database.store()
        let parcels = try await Jobs<Parcel>(on: old)
        try await Self.fill(old)
        let started = Signal()
        let working = Task {
            for round in 0..<40 {
                _ = try await parcels.start([:], in: .labelling)
                try await Self.work(old, "w-old", 1)
                if round == 5 { started.send() }
            }
        }
        try await started.wait()
        let known = Self.extra([Self.column])
        let new = try await PostgresStore(Self.options(database), known: known)
        try await Self.work(new, "w-new", 3)
        try await working.value
        try await Self.work(old, "w-old", 1)
        // What is installed as it is, the older one installs; what is new, it leaves to the newer one.
        #expect(try await old.install([Definition(Parcel.self)]) == [.equal])
        let refusal = await #expect(throws: SchemaRefusal.self) {
            try await old.install([Definition(Footage.self)])
        }
        #expect(refusal?.reason == .cannotInstall)
        try await new.install([Definition(Footage.self)])
        _ = try await database.store()
        await #expect(throws: SchemaRefusal.self) {
            try await PostgresSchemaKeeper(Self.options(database)).migrate(to: 1)
        }
        let keeper = PostgresSchemaKeeper(Self.options(database), known: known)
        #expect(try await keeper.migrate(to: Self.all.count).map(\.number) == [Self.next])
    }

    @Test func anOlderProcessStopsAtALayoutThatBreaksIt() async throws {
        let database = try await FreshDatabase()
        let old = try await database.store()
        try await Self.fill(old)
        _ = try await PostgresStore(
            Self.options(database), known: Self.extra([Self.column], breaksBefore: Self.next))
        let refusal = await #expect(throws: SchemaRefusal.self) { _ = try await old.start([Self.job]) }
        #expect(refusal?.reason == .isAhead)
        let another = await #expect(throws: SchemaRefusal.self) { _ = try await database.store() }
        #expect(another?.description == refusal?.description)
    }
}

extension PostgresStore {
    /// Carries a statement out, and closes the store.
    fileprivate func close(after sql: String) async throws {
        try await pool.use { try $0.execute(sql) }
        await close()
    }
}

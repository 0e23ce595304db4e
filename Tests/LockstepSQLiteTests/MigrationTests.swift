import Foundation
import GRDB
import Lockstep
import LockstepSQL
import LockstepTesting
import Testing

@testable import LockstepSQLite

/// Layouts of a database: made once, changed in steps, gone back from, and worked on beside.
@Suite struct MigrationTests {
    private static let statuses = ["parcel": ["packing", "labelling"]]

    /// The layouts of this version, and the number of one more.
    private static let all = SQLiteMigrations.all.map(\.number)
    private static let next = all.count + 1

    private static var job: NewJob {
        var job = NewJob(lifecycle: "parcel")
        job.status = "queued"
        return job
    }

    /// What stands in the list.
    private static func list(_ path: String, known: [SchemaMigration] = SQLiteMigrations.all) async throws
        -> [Int]
    {
        try await SQLiteSchemaKeeper(path: path, known: known).migrations().filter { $0.applied != nil }
            .map(\.number)
    }

    private static func index(_ store: SQLiteStore) async throws -> String? {
        try await store.read {
            try $0.query("SELECT sql FROM sqlite_schema WHERE name = 'parcel_jobs_deadline'").first?[0].text
        }
    }

    /// Jobs that have been through several statuses.
    private static func fill(_ store: SQLiteStore) async throws {
        let parcels = try await Jobs<Parcel>(on: store)
        for _ in 0..<20 { _ = try await parcels.start([:], in: .queued) }
        for _ in 0..<20 { _ = try await parcels.start([:], in: .labelling) }
        try await Self.work(store, "w-fill", 15)
    }

    /// Claims jobs, and finishes those that can be.
    private static func work(_ store: SQLiteStore, _ name: String, _ limit: Int) async throws {
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

    /// Every job with its history, as one text.
    private static func content(_ store: SQLiteStore) async throws -> [String] {
        var query = JobQuery("parcel")
        query.limit = 1000
        return try await store.find(query).asyncMap { job in
            "\(job) \(try await store.history(of: job.id, in: "parcel", after: 0))"
        }
    }

    /// A database as versions before the list of migrations made it.
    private static func old(_ scratch: Scratch) async throws -> [String] {
        let store = try await SQLiteStore(path: scratch.database)
        try await fill(store)
        let content = try await content(store)
        _ = try await SQLiteSchemaKeeper(path: scratch.database).migrate(to: 1)
        try await store.pool.write { db in
            try db.execute(sql: "DROP TABLE lockstep_migrations")
            try db.execute(sql: "DROP TABLE lockstep_pauses")
        }
        return content
    }

    /// All lines that the feed gives from its beginning, in the order of jobs and numbers.
    private static func lines(_ store: SQLiteStore) async throws -> [String] {
        let page = try await store.feed("parcel", from: .beginning, limit: 1000)
        #expect(!page.hasMore)
        return page.entries.sorted {
            ($0.entry.job.text, $0.entry.number) < ($1.entry.job.text, $1.entry.number)
        }.map { "\($0.entry)" }
    }

    // MARK: Making and changing

    @Test func anOldDatabaseIsTakenOverWithItsJobs() async throws {
        let scratch = try Scratch()
        let before = try await Self.old(scratch)
        let refusal = await #expect(throws: SchemaRefusal.self) {
            _ = try await SQLiteStore(path: scratch.database, migrates: false)
        }
        #expect(refusal?.description.hasSuffix("run 'lockstep migrate'") ?? false)
        #expect(try await Self.list(scratch.database) == [])
        let store = try await SQLiteStore(path: scratch.database)
        #expect(try await Self.list(scratch.database) == Self.all)
        #expect(try await Self.content(store) == before)
        #expect(
            try await Self.index(store)?.hasSuffix("deadline IS NOT NULL AND claimed_by IS NULL") ?? false)
        #expect(try await store.pauses().all.isEmpty)
        try await Self.work(store, "w-after", 5)
        _ = try await SQLiteStore(path: scratch.database, migrates: false)
    }

    @Test func theWayBackAndForthKeepsJobsAndHistories() async throws {
        let scratch = try Scratch()
        let store = try await SQLiteStore(path: scratch.database)
        try await Self.fill(store)
        let before = try await Self.content(store)
        let keeper = try await SQLiteSchemaKeeper(path: scratch.database)
        let (planned, lines) = (try await keeper.plan(to: 1), try await Self.lines(store))
        #expect(lines.count == 40 + 15 + 15)
        let fresh = try await Self.index(store)
        for _ in 0..<3 {
            #expect(try await keeper.migrate(to: 1) == planned.map(\.step))
            #expect(try await Self.index(store)?.hasSuffix("deadline IS NOT NULL") ?? false)
            // Whoever works by the newer layout stops, and goes on when it is back.
            let refusal = await #expect(throws: SchemaRefusal.self) {
                _ = try await store.start([Self.job])
            }
            #expect(refusal?.reason == .isBehind)
            #expect(
                try await keeper.migrate(to: nil).map(\.direction)
                    == Array(repeating: .up, count: Self.all.count - 1))
            #expect(try await Self.index(store) == fresh)
            #expect(try await Self.lines(store) == lines)
            #expect(try await Self.content(store) == before)
        }
        try await Self.work(store, "w-after", 5)
        let refusal = await #expect(throws: SchemaRefusal.self) { _ = try await keeper.migrate(to: 0) }
        #expect(refusal?.reason == .noWay)
    }

    @Test(arguments: [2, 8]) func manyStoresStartAtOnceOnAnEmptyFile(_ count: Int) async throws {
        for _ in 0..<20 {
            let scratch = try Scratch()
            let stores = try await withThrowingTaskGroup(of: SQLiteStore.self) { group in
                for _ in 0..<count {
                    group.addTask { try await SQLiteStore(path: scratch.database) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await Self.list(scratch.database) == Self.all)
            for store in stores { _ = try await Jobs<Parcel>(on: store).start([:], in: .queued) }
            #expect(try await stores[0].count("parcel").map(\.jobs).reduce(0, +) == count)
        }
    }

    // MARK: Broken off

    private static func extra(_ statements: [String], breaksBefore: Int = all.count) -> [SchemaMigration] {
        SQLiteMigrations.all + [
            SchemaMigration(
                next, "extra", breaksBefore: breaksBefore,
                up: { _ in statements.map(MigrationStatement.run) },
                down: { _ in [.run("ALTER TABLE parcel_jobs DROP COLUMN extra")] })
        ]
    }
    private static let column = "ALTER TABLE parcel_jobs ADD COLUMN extra TEXT NOT NULL DEFAULT 'x'"

    @Test func aMigrationThatBreaksOffLeavesTheLayoutBefore() async throws {
        let scratch = try Scratch()
        let store = try await SQLiteStore(path: scratch.database)
        try await Self.fill(store)
        let before = try await Self.content(store)
        await #expect(throws: SQLError.self) {
            _ = try await SQLiteStore(
                path: scratch.database,
                known: Self.extra([Self.column, "UPDATE parcel_jobs SET nothing = 1"]))
        }
        #expect(try await Self.list(scratch.database) == Self.all)
        #expect(try await Self.content(store) == before)
        try await Self.work(store, "w-between", 5)
        let next = try await SQLiteStore(path: scratch.database, known: Self.extra([Self.column]))
        #expect(try await Self.list(scratch.database, known: Self.extra([])) == Self.all + [Self.next])
        try await Self.work(next, "w-after", 5)
    }

    // MARK: Beside another version

    @Test func anOlderProcessWorksOnBesideACompatibleLayout() async throws {
        let scratch = try Scratch()
        let old = try await SQLiteStore(path: scratch.database)
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
        let new = try await SQLiteStore(path: scratch.database, known: known)
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
        _ = try await SQLiteStore(path: scratch.database)
        await #expect(throws: SchemaRefusal.self) {
            _ = try await SQLiteSchemaKeeper(path: scratch.database).migrate(to: 1)
        }
        let keeper = try await SQLiteSchemaKeeper(path: scratch.database, known: known)
        #expect(try await keeper.migrate(to: Self.all.count).map(\.number) == [Self.next])
    }

    @Test func anOlderProcessStopsAtALayoutThatBreaksIt() async throws {
        let scratch = try Scratch()
        let old = try await SQLiteStore(path: scratch.database)
        try await Self.fill(old)
        _ = try await SQLiteStore(
            path: scratch.database, known: Self.extra([Self.column], breaksBefore: Self.next))
        let refusal = await #expect(throws: SchemaRefusal.self) {
            _ = try await old.start([Self.job])
        }
        #expect(refusal?.reason == .isAhead)
        let another = await #expect(throws: SchemaRefusal.self) {
            _ = try await SQLiteStore(path: scratch.database)
        }
        #expect(another?.description == refusal?.description)
    }
}

import Lockstep
import LockstepDrift
import LockstepPostgres
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Testing

/// What somebody changes by hand is found and said in a sentence, and mended.
@Suite struct SchemaDriftTests {
    /// A database with parcels and footage in it.
    struct Bench {
        let store: any SQLStore
        let mend: @Sendable (String) async throws -> Void
        let scratch: Scratch?
        let database: FreshDatabase?

        static func sqlite() async throws -> Bench {
            let scratch = try Scratch()
            let store = try await SQLiteStore(path: scratch.database)
            try await store.install([Definition(Parcel.self), Definition(Footage.self)])
            return Bench(
                store: store, mend: { try await store.mendSchema(of: $0) }, scratch: scratch, database: nil)
        }

        static func postgres() async throws -> Bench {
            let database = try await FreshDatabase()
            let store = try await database.store()
            try await store.install([Definition(Parcel.self), Definition(Footage.self)])
            return Bench(
                store: store, mend: { try await store.mendSchema(of: $0) }, scratch: nil, database: database)
        }

        func drift() async throws -> [String] {
            try await LiveSchema.drift(of: store).map(\.description)
        }

        /// Something by hand; several statements in one transaction.
        func tamper(_ statements: String...) async throws {
            _ = try await store.write { db in
                for statement in statements { try db.execute(statement) }
            }
        }
    }

    @Test func anUntouchedDatabaseHasNoDrift() async throws {
        for bench in [try await Bench.sqlite(), try await Bench.postgres()] {
            #expect(try await bench.drift() == [])
            // Nor has one whose definition changed since.
            var statuses = Definition(Parcel.self).statuses
            statuses[0].shows = ["phase": "early", "stage": "it's"]
            statuses.append(StatusRule(name: "burnt", kind: .closed, limit: .forever))
            statuses[1].cancellation = "burnt"
            let changed = Definition(name: "parcel", statuses: statuses, initial: ["announced", "queued"])
            try await bench.store.install([changed])
            #expect(try await bench.drift() == [])
        }
    }

    /// What an application adds is its own affair.
    @Test func whatAnApplicationAddsIsNoDrift() async throws {
        let sqlite = try await Bench.sqlite()
        try await sqlite.tamper(
            "CREATE INDEX mine ON parcel_jobs (created_at)",
            "CREATE TRIGGER mine_too AFTER INSERT ON parcel_jobs BEGIN SELECT 1; END",
            "ALTER TABLE parcel_jobs ADD COLUMN colour TEXT")
        #expect(try await sqlite.drift() == [])
        let postgres = try await Bench.postgres()
        try await postgres.tamper(
            "CREATE INDEX mine ON lockstep.parcel_jobs (created_at)",
            "ALTER TABLE lockstep.parcel_jobs ADD COLUMN colour text")
        #expect(try await postgres.drift() == [])
    }

    @Test func droppedTriggersAreFoundAndMended() async throws {
        let bench = try await Bench.sqlite()
        for statement in SQLiteSchema(Definition(Footage.self)).triggersMade {
            try await bench.tamper("DROP TRIGGER \(statement)")
            let found = try await bench.drift()
            #expect(found.count == 1 && found[0].contains("'\(statement)' is missing"), "\(found)")
            try await bench.mend("footage")
            #expect(try await bench.drift() == [])
        }
        try await bench.tamper("DROP TRIGGER trg_parcel_move")
        #expect(
            try await bench.drift() == [
                "lifecycle 'parcel': the trigger 'trg_parcel_move' is missing, so undeclared moves are not refused"
            ])
    }

    @Test func aChangedCheckIsFoundAndMendedOnSQLite() async throws {
        let bench = try await Bench.sqlite()
        try await bench.tamper(
            "PRAGMA writable_schema = ON",
            """
            UPDATE sqlite_schema SET sql = replace(sql, 'status = ''archived''', 'status = ''gone''')
            WHERE name = 'parcel_jobs'
            """)
        #expect(
            try await bench.drift() == [
                "lifecycle 'parcel': the CHECK 'chk_parcel_status' lacks 'archived' and allows 'gone', which is "
                    + "not declared"
            ])
        try await bench.mend("parcel")
        #expect(try await bench.drift() == [])
        try await bench.tamper(
            "PRAGMA writable_schema = ON",
            """
            UPDATE sqlite_schema SET sql = replace(sql, '(status = ''announced''', '(1 OR status = ''announced''')
            WHERE name = 'parcel_jobs'
            """)
        let found = try await bench.drift()
        #expect(
            found.count == 1
                && found[0].contains("the column 'status' of 'parcel_jobs' is not as it was made"))
    }

    @Test(arguments: [
        ("DROP INDEX parcel_jobs_live_key", "the index 'parcel_jobs_live_key' is missing"),
        ("DROP TABLE parcel_history", "the table 'parcel_history' is missing"),
        (
            "ALTER TABLE parcel_jobs DROP COLUMN progress_detail",
            "the column 'progress_detail' of 'parcel_jobs' is missing"
        ),
    ])
    func otherChangesAreFoundOnSQLite(_ change: String, _ sentence: String) async throws {
        let bench = try await Bench.sqlite()
        if change.contains("DROP COLUMN") {
            // Its triggers name the column; whoever takes it away has to take them first.
            try await bench.tamper("DROP TRIGGER trg_parcel_adopt")
        }
        try await bench.tamper(change)
        #expect(try await bench.drift().contains("lifecycle 'parcel': \(sentence)"))
    }

    @Test func rowsInUndeclaredStatusesAreNotMendedOver() async throws {
        let bench = try await Bench.sqlite()
        try await bench.tamper(
            "DROP TRIGGER trg_parcel_move", "DROP TRIGGER trg_parcel_adopt", "PRAGMA writable_schema = ON",
            "UPDATE sqlite_schema SET sql = replace(sql, 'status = ''archived''', 'status = ''archived'' OR status = ''gone''') WHERE name = 'parcel_jobs'"
        )
        let other = try await SQLiteStore(path: try #require(bench.scratch).database)
        _ = try await Jobs<Parcel>(on: other).start([:], in: .queued)
        _ = try await other.write { try $0.execute("UPDATE parcel_jobs SET status = 'gone'") }
        await #expect(throws: InstallRefusal.self) { try await other.mendSchema(of: "parcel") }
        #expect(try await LiveSchema.drift(of: other).count == 3)
    }

    @Test(arguments: [
        (
            "DROP TRIGGER trg_parcel_move ON lockstep.parcel_jobs",
            "the trigger 'trg_parcel_move' is missing, so undeclared moves are not refused"
        ),
        (
            "ALTER TABLE lockstep.parcel_jobs DISABLE TRIGGER trg_parcel_start",
            "the trigger 'trg_parcel_start' is switched off, so jobs can start anywhere"
        ),
        (
            "ALTER TABLE lockstep.parcel_jobs DROP CONSTRAINT chk_parcel_status",
            "the CHECK 'chk_parcel_status' is missing, so any text can become a status"
        ),
        (
            "CREATE OR REPLACE FUNCTION lockstep.lockstep_refuse_move() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "the function 'lockstep_refuse_move' is not as it was made: ‘return null ; end’ stands where ‘declare allowed text := ’ should"
        ),
        (
            "DROP INDEX lockstep.parcel_jobs_live_key", "the index 'parcel_jobs_live_key' is missing"
        ),
        (
            "ALTER TABLE lockstep.parcel_jobs ALTER COLUMN fence DROP NOT NULL",
            "the column 'fence' of 'parcel_jobs' may be NULL and should not"
        ),
        (
            "ALTER FUNCTION lockstep.trg_parcel_record() SECURITY INVOKER",
            "the function 'trg_parcel_record' no longer acts with its owner's rights (SECURITY DEFINER)"
        ),
    ])
    func changesAreFoundOnPostgres(_ change: String, _ sentence: String) async throws {
        let bench = try await Bench.postgres()
        try await bench.tamper(change)
        let found = try await bench.drift()
        #expect(found.contains { $0.hasPrefix("lifecycle 'parcel': \(sentence.prefix(60))") }, "\(found)")
        guard !change.contains("COLUMN") else { return }
        for lifecycle in ["parcel", "footage"] { try await bench.mend(lifecycle) }
        #expect(try await bench.drift() == [])
    }

    @Test func aChangedCheckAndTriggerAreFoundOnPostgres() async throws {
        let bench = try await Bench.postgres()
        try await bench.tamper(
            "ALTER TABLE lockstep.parcel_jobs DROP CONSTRAINT chk_parcel_status",
            "ALTER TABLE lockstep.parcel_jobs ADD CONSTRAINT chk_parcel_status CHECK (status IN ('announced', 'gone')) NOT VALID"
        )
        let found = try await bench.drift()
        #expect(found.count == 2)
        #expect(found[0].contains("lacks 'queued', 'packing'") && found[0].contains("allows 'gone'"))
        #expect(found[1].contains("NOT VALID"))
        try await bench.mend("parcel")
        #expect(try await bench.drift() == [])

        // One more move in the CASE of the guard.
        let database = try #require(bench.database)
        let plain = try await database.plain()
        let said = try await plain.value(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'trg_parcel_move'")
        let text = try #require(said)
        let changed = text.replacing(
            "WHEN 'announced'::text THEN",
            with: "WHEN 'delivered'::text THEN true WHEN 'announced'::text THEN",
            maxReplacements: 1)
        #expect(changed != text)
        try await plain.execute("DROP TRIGGER trg_parcel_move ON parcel_jobs")
        try await plain.execute(changed)
        let guarded = try await bench.drift()
        #expect(guarded.count == 1)
        #expect(guarded[0].contains("the trigger 'trg_parcel_move' is not as it was made: ‘"))
    }

    @Test func shownColumnsAreCompared() async throws {
        let bench = try await Bench.postgres()
        try await bench.tamper(
            "ALTER TABLE lockstep.parcel_jobs DROP COLUMN phase",
            "ALTER TABLE lockstep.parcel_jobs ADD COLUMN phase text GENERATED ALWAYS AS (CASE status WHEN 'queued' THEN 'x' END) STORED"
        )
        #expect(
            try await bench.drift() == [
                "lifecycle 'parcel': the column 'phase' of 'parcel_jobs' no longer shows what the status says"
            ])
        try await bench.mend("parcel")
        #expect(try await bench.drift() == [])
    }
}

extension SQLiteSchema {
    /// The names of the triggers that it makes.
    fileprivate var triggersMade: [String] {
        create.filter { $0.hasPrefix("CREATE TRIGGER") }
            .compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) }
    }
}

import AppSupport
import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Synchronization
import Testing

@testable import Expenses

/// The old application's own table `sessions`: its CHECK is brought from four values to six and back while rows are
/// written.
@Suite(.serialized) struct MigrationOldTableTests {
    static let four = FourSession.allCases.map(\.rawValue)
    static let six = SixSession.allCases.map(\.rawValue)

    /// The table as it was, with a child that goes with its row.
    static func create(_ store: any SQLStore, rows: Int = 0) async throws {
        try await store.write { transaction in
            try transaction.execute(
                """
                CREATE TABLE sessions (
                    id VARCHAR(64) PRIMARY KEY,
                    status VARCHAR(20) NOT NULL DEFAULT 'processing',
                    note TEXT NOT NULL DEFAULT ') CHECK (',
                    CONSTRAINT chk_sessions_status
                        CHECK (status IN ('processing', 'completed', 'failed', 'expired')),
                    CONSTRAINT chk_sessions_note CHECK (note <> '')
                )
                """)
            try transaction.execute(
                "CREATE TABLE receipts (session_id VARCHAR(64) NOT NULL REFERENCES sessions (id) ON DELETE CASCADE)"
            )
            try transaction.execute(
                """
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
                INSERT INTO sessions (id, status)
                SELECT 'old-' || n, CASE n % 3 WHEN 0 THEN 'failed' WHEN 1 THEN 'completed' ELSE 'processing' END
                FROM numbers WHERE n <= ?1
                """, rows)
            try transaction.execute(
                "INSERT INTO receipts SELECT id FROM sessions WHERE status = 'completed'")
        }
    }

    private static func insert(_ id: String, _ store: any SQLStore, as status: String = "processing")
        async throws
    {
        try await store.write {
            try $0.execute("INSERT INTO sessions (id, status) VALUES (?1, ?2)", id, status)
        }
    }

    private static func set(_ id: String, _ status: String, _ store: any SQLStore) async throws {
        let changed = try await store.write {
            try $0.execute("UPDATE sessions SET status = ?1 WHERE id = ?2", status, id)
        }
        guard changed == 1 else { throw Conformance.Violation(description: "'\(id)' is gone") }
    }

    private static func rows(_ store: any SQLStore, _ table: String = "sessions") async throws -> Int {
        Int(try await store.read { try $0.query("SELECT count(*) FROM \(table)") }.first?[0].integer ?? 0)
    }

    // MARK: Under load

    @Test(.timeLimit(.minutes(5)), arguments: StoreKind.allCases)
    func fourToSixAndBack(on kind: StoreKind) async throws {
        try await Self.campaign(on: kind, rows: 3000, phase: .milliseconds(300))
    }

    static func campaign(on kind: StoreKind, rows before: Int, phase: Duration) async throws {
        try await kind.withDatabase { open in
            var result = CampaignResult(
                "an old table from four values to six and back on \(kind.rawValue)", unit: "writes")
            let (store, deployment) = (try await open(), try await open())
            try await create(store, rows: before)
            let receipts = try await Self.rows(store, "receipts")
            let constraint = SessionConstraint(on: deployment)
            #expect(try await constraint.allowed() == four)
            let meter = WriteMeter()
            let ends = Noted<[String: String]>([:])
            /// Writes at 200 a second while `body` runs: each session by a version that writes these statuses.
            func writing(_ name: String, _ statuses: [String], _ body: () async throws -> Void) async throws {
                let pace = Pace()
                async let load: Void = pace.run(200 / (statuses.count + 1)) { number in
                    let id = "\(name)-\(number)"
                    try await meter.time { try await insert(id, store) }
                    ends.change { $0[id] = "processing" }
                    for status in statuses {
                        try await meter.time { try await set(id, status, store) }
                        ends.change { $0[id] = status }
                    }
                }
                do {
                    try await body()
                } catch {
                    pace.stop()
                    await load
                    throw error
                }
                pace.stop()
                await load
            }
            try await writing("first", ["completed"]) {
                meter.begin("four:")
                try await Task.sleep(for: phase)
                meter.begin("to six:")
                try await constraint.allow(six)
                #expect(try await constraint.allowed() == six)
                try await Task.sleep(for: phase)
            }
            meter.begin("six:")
            try await writing("second", ["extracting", "matching", "completed"]) {
                try await Task.sleep(for: phase)
                // Not while a row is in what would go; everything stays as it is.
                try await insert("held", store)
                try await set("held", "matching", store)
                await #expect {
                    try await constraint.allow(four)
                } throws: { ($0 as? Failure)?.message.contains("in 'matching'") == true }
                #expect(try await constraint.allowed() == six)
                try await set("held", "failed", store)
            }
            try await writing("third", ["failed"]) {
                try await Task.sleep(for: phase)
                meter.begin("back to four:")
                try await constraint.allow(four)
                #expect(try await constraint.allowed() == four)
                try await Task.sleep(for: phase)
            }
            await #expect(throws: SQLError.self) { try await set("held", "matching", store) }
            #expect(meter.faults == [])
            let wanted = ends.value
            let lost = try await lost(of: wanted, in: store)
            #expect(lost.isEmpty, "\(lost.count) of \(wanted.count), such as \(lost.first ?? "")")
            let count = try await Self.rows(store)
            #expect(count == before + wanted.count + 1)
            // What refers to the rows is as it was.
            #expect(try await Self.rows(store, "receipts") == receipts)
            if kind == .sqlite {
                #expect(
                    try await store.read { try $0.query("PRAGMA integrity_check") }.map { $0[0].text } == [
                        "ok"
                    ])
            }
            result.rounds = meter.writes
            result.violations = meter.faults.count + lost.count + abs(count - before - wanted.count - 1)
            result.details = "\(before) rows before; median / longest wait of a write: \(meter.description)"
            try result.record()
        }
    }

    /// Those whose last write that was acknowledged is not there.
    private static func lost(of ends: [String: String], in store: any SQLStore) async throws -> [String] {
        let rows = try await store.read { try $0.query("SELECT id, status FROM sessions") }
        let found = Dictionary(rows.map { ($0[0].text ?? "", $0[1].text ?? "") }) { first, _ in first }
        return ends.filter { found[$0.key] != $0.value }.map(\.key)
    }

    // MARK: Half-way

    private struct Interruption: Error {}

    /// Whatever it was doing: an interrupted change is undone, and the next one succeeds.
    @Test(arguments: StoreKind.allCases, [SessionConstraint.Stage.looked, .added, .validated, .replaced])
    func aChangeThatFailsHalfWayIsRolledBack(on kind: StoreKind, at stage: SessionConstraint.Stage)
        async throws
    {
        // SQLite changes it in one step.
        guard kind == .postgres || stage == .looked || stage == .replaced else { return }
        try await kind.withDatabase { open in
            let store = try await open()
            try await Self.create(store, rows: 20)
            var failing = SessionConstraint(on: store)
            failing.onStage = { if $0 == stage { throw Interruption() } }
            await #expect(throws: Interruption.self) { try await failing.allow(Self.six) }
            try await Self.expect(Self.four, store)
            // Another process sees the same.
            try await Self.expect(Self.four, try await open())
            let constraint = SessionConstraint(on: store)
            try await constraint.allow(Self.six)
            try await Self.expect(Self.six, store)
            await #expect(throws: Interruption.self) { try await failing.allow(Self.four) }
            try await Self.expect(Self.six, store)
            try await Self.expect(Self.six, try await open())
            try await constraint.allow(Self.four)
            try await Self.expect(Self.four, store)
            #expect(try await Self.rows(store) == 20)
        }
    }

    /// The database and the constraint agree on what is allowed, and the rest of the table is as it was.
    private static func expect(_ values: [String], _ store: any SQLStore) async throws {
        #expect(try await SessionConstraint(on: store).allowed() == values)
        for status in six {
            let id = "probe-\(status)"
            if values.contains(status) {
                try await insert(id, store, as: status)
                try await store.write { try $0.execute("DELETE FROM sessions WHERE id = ?1", id) }
            } else {
                await #expect {
                    try await insert(id, store, as: status)
                } throws: { ($0 as? SQLError)?.constraint == SessionConstraint.name }
            }
        }
        await #expect {
            try await store.write { try $0.execute("UPDATE sessions SET note = ''") }
        } throws: { ($0 as? SQLError)?.constraint == "chk_sessions_note" }
    }

    /// A row that nobody could see yet when the rows were looked at: the database itself looks again.
    @Test(.timeLimit(.minutes(2))) func aRowThatComesInBetweenIsFound() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        try await Self.create(store)
        try await SessionConstraint(on: store).allow(Self.six)
        let writer = try await database.plain()
        try await writer.execute("BEGIN")
        try await writer.execute("INSERT INTO sessions (id, status) VALUES ('late', 'matching')")
        let change = Task { try await SessionConstraint(on: store).allow(Self.four) }
        try await Self.waiter(on: database)
        try await writer.execute("COMMIT")
        await #expect {
            try await change.value
        } throws: { ($0 as? SQLError)?.kind == .constraint }
        try await Self.expect(Self.six, store)
        withExtendedLifetime(database) {}
    }

    /// What a killed process has left beside the old values goes with the next change.
    @Test func whatAKilledProcessHasLeftIsRemoved() async throws {
        try await StoreKind.postgres.open { store in
            try await Self.create(store, rows: 5)
            try await store.write {
                try $0.execute(
                    "ALTER TABLE sessions ADD CONSTRAINT chk_sessions_status_next CHECK (status = 'failed') NOT VALID"
                )
            }
            let constraint = SessionConstraint(on: store)
            try await constraint.allow(Self.four)
            try await Self.expect(Self.four, store)
            try await constraint.allow(Self.six)
            try await Self.expect(Self.six, store)
        }
    }

    /// A long reader, such as a backup, stands in the way: writes go on, and the change waits for its turn.
    @Test(.timeLimit(.minutes(2))) func aLongReaderHoldsUpNoWrite() async throws {
        let database = try await FreshDatabase()
        let (store, deployment) = (try await database.store(), try await database.store())
        try await Self.create(store, rows: 100)
        let reader = try await database.plain()
        try await reader.execute("BEGIN")
        try await reader.execute("SELECT count(*) FROM sessions")
        let meter = WriteMeter()
        let isChanged = Noted(false)
        meter.begin("beside a reader:")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await SessionConstraint(on: deployment).allow(Self.six)
                isChanged.change { $0 = true }
            }
            for number in 0..<10 {
                // The change stands in the queue at this moment, and the write behind it.
                try await Self.waiter(on: database)
                try await meter.time { try await Self.insert("new-\(number)", store) }
            }
            #expect(!isChanged.value)
            #expect(meter.longest < .seconds(2), "\(meter.description)")
            try await reader.execute("COMMIT")
            try await group.waitForAll()
        }
        print(meter.description)
        try await Self.expect(Self.six, store)
        withExtendedLifetime(database) {}
    }

    /// Waits until somebody waits for the table.
    private static func waiter(on database: FreshDatabase) async throws {
        let observer = try await database.plain()
        let waiting = "SELECT 1 FROM pg_locks WHERE relation = 'sessions'::regclass AND NOT granted"
        while try await observer.rows(waiting).isEmpty { await Task.yield() }
    }

    @Test func aTableWithoutTheConstraintIsNamed() async throws {
        for kind in StoreKind.allCases {
            try await kind.open { store in
                await #expect {
                    try await SessionConstraint(on: store).allow(Self.six)
                } throws: { ($0 as? Failure)?.code == "no_constraint" }
            }
        }
    }
}

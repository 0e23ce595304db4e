import Lockstep
import LockstepSources
import LockstepDrift
import LockstepSQL
import PostgresSupport
import Testing

/// Tables that were there before are guarded, and let go again.
@Suite struct GuardRunTests {
    /// A table that nobody has guarded yet.
    struct Table: Sendable, CustomStringConvertible {
        let description: String
        let kind: OrderBench.Kind
        let statements: [String]
        var steps: [GuardPlan.Step.Kind]
        /// What is left when the guard is gone: of a type that has grown, nothing goes back.
        var isRestored = true

        static let all: [Table] = [
            Table(
                description: "text", kind: .postgres,
                statements: ["CREATE TABLE orders (id int, status text NOT NULL)"],
                steps: [.check, .validate, .functions, .starts, .moves]),
            Table(
                description: "an older CHECK", kind: .postgres,
                statements: [
                    "CREATE TABLE orders (id int, status varchar(20) NOT NULL DEFAULT 'queued', CONSTRAINT old CHECK (status IN ('queued', 'done')), CHECK (length(status) < 19))"
                ], steps: [.check, .validate, .functions, .starts, .moves]),
            Table(
                description: "a CHECK that is right", kind: .postgres,
                statements: [
                    "CREATE TABLE orders (id int, status text NOT NULL CHECK (status IN ('done', 'queued', 'running', 'failed')))"
                ], steps: [.functions, .starts, .moves]),
            Table(
                description: "varchar too short", kind: .postgres,
                statements: ["CREATE TABLE orders (id int, status varchar(6) NOT NULL DEFAULT 'new')"],
                steps: [.type, .check, .validate, .defaultValue, .functions, .starts, .moves],
                isRestored: false),
            Table(
                description: "ENUM", kind: .postgres,
                statements: [
                    "CREATE TYPE phase AS ENUM ('queued', 'done')",
                    "CREATE TABLE orders (id int, status phase NOT NULL DEFAULT 'queued')",
                ], steps: [.label, .label, .functions, .starts, .moves], isRestored: false),
            Table(
                description: "ENUM with more", kind: .postgres,
                statements: [
                    "CREATE TYPE phase AS ENUM ('queued', 'running', 'done', 'failed', 'lost')",
                    "CREATE TABLE orders (id int, status phase NOT NULL)",
                ], steps: [.check, .validate, .functions, .starts, .moves]),
            Table(
                description: "domain", kind: .postgres,
                statements: [
                    "CREATE DOMAIN phase AS text CHECK (VALUE IN ('queued', 'done'))",
                    "CREATE TABLE orders (id int, status phase NOT NULL)",
                ], steps: [.domain, .validate, .check, .validate, .functions, .starts, .moves],
                isRestored: false),
            Table(
                description: "partitions", kind: .postgres,
                statements: [
                    "CREATE TABLE orders (id int, status text NOT NULL) PARTITION BY RANGE (id)",
                    "CREATE TABLE orders1 PARTITION OF orders FOR VALUES FROM (0) TO (1000000)",
                ], steps: [.check, .validate, .functions, .starts, .moves]),
            Table(
                description: "text", kind: .sqlite,
                statements: ["CREATE TABLE orders (id INTEGER, status TEXT NOT NULL)"],
                steps: [.rebuild, .starts, .moves]),
            Table(
                description: "an older CHECK and company", kind: .sqlite,
                statements: [
                    """
                    CREATE TABLE IF NOT EXISTS "orders" (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, -- CHECK (status)
                        status TEXT NOT NULL CHECK (status IN ('queued', 'done')) DEFAULT 'queued',
                        note TEXT CHECK (note <> ''), twice INTEGER AS (id * 2),
                        CONSTRAINT len CHECK (length(status) > 2), CHECK (status <> 'old'))
                    """,
                    "CREATE TABLE log (order_id INTEGER REFERENCES orders (id), what TEXT)",
                    "CREATE INDEX by_status ON orders (status)",
                    "CREATE TRIGGER logging AFTER UPDATE ON orders BEGIN INSERT INTO log VALUES (new.id, new.status); END",
                    "CREATE VIEW busy AS SELECT id FROM orders WHERE status = 'running'",
                    "INSERT INTO orders (id, note) VALUES (1, 'a'), (7, 'b')",
                    "DELETE FROM orders WHERE id = 7",
                    "INSERT INTO log VALUES (1, 'first')", "DELETE FROM orders WHERE id = 1",
                ], steps: [.rebuild, .starts, .moves]),
        ]
    }

    @Test(arguments: Table.all) func tablesAreGuardedAndLetGo(_ table: Table) async throws {
        let bench = try await OrderBench(table.kind, table.statements)
        let column = GuardedColumn("status", of: .init("orders"), follows: Definition(OrderStatus.self))
        let before = try await bench.findings().filter { table.isRestored || $0.type == .d7 }
        #expect(before.contains { $0.type == .d7 })
        let run = GuardRun(column, in: bench.live)
        #expect(try await run.apply().map(\.kind) == table.steps)
        let after = try await bench.findings()
        #expect(after == [], "\(after.map(\.message))")
        // Once more there is nothing to do.
        #expect(try await run.apply() == [])

        try await bench.run(["INSERT INTO orders (id, status) VALUES (11, 'queued')"])
        try await bench.run(["UPDATE orders SET status = 'running'"])
        await refused("starts in", by: bench, "INSERT INTO orders (id, status) VALUES (12, 'running')")
        await refused(
            "lockstep_orders_status_moves", by: bench, "UPDATE orders SET status = 'queued' WHERE id = 11")
        try await bench.run([
            "UPDATE orders SET status = 'running' WHERE id = 11", "UPDATE orders SET status = 'done'",
        ])

        #expect(try await run.remove().isEmpty == false)
        try await bench.run(["UPDATE orders SET status = 'queued'"])
        let restored = try await bench.findings().filter { table.isRestored || $0.type == .d7 }
        // What comes back was not held against the rows yet.
        #expect(
            restored.filter { $0.type != .d6 }.map(\.message) == before.map(\.message),
            "\(restored.map(\.message))")
        #expect(try await run.remove() == [])
        if table.kind == .postgres {
            let functions = try await bench.another().value(
                "SELECT count(*) FROM pg_proc WHERE proname LIKE 'lockstep%'")
            #expect(functions == "0")
        }
    }

    /// The functions stay as long as another table is guarded by them.
    @Test func aTableThatIsLetGoLeavesAnotherGuarded() async throws {
        let bench = try await OrderBench(
            .postgres,
            ["CREATE TABLE orders (status text NOT NULL)", "CREATE TABLE returns (status text NOT NULL)"])
        let columns = ["orders", "returns"].map {
            GuardedColumn("status", of: .init($0), follows: Definition(OrderStatus.self))
        }
        for column in columns { try await GuardRun(column, in: bench.live).apply() }
        #expect(
            try await GuardRun(columns[0], in: bench.live).remove().map(\.kind) == [.moves, .starts, .check])
        try await bench.run(["INSERT INTO orders VALUES ('anything')"])
        await refused("starts in", by: bench, "INSERT INTO returns VALUES ('done')")
        #expect(
            try await GuardRun(columns[1], in: bench.live).remove().map(\.kind)
                == [.moves, .starts, .check, .functions])
    }

    /// An ENUM that lacks a declared label: what its triggers let through is found out for the others.
    @Test func triggersOfAnEnumThatLacksALabelAreJudged() async throws {
        let bench = try await OrderBench(
            .postgres,
            [
                "CREATE TYPE phase AS ENUM ('queued', 'running', 'done')",
                "CREATE TABLE orders (id int, status phase NOT NULL)",
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
                "CREATE TRIGGER moves AFTER UPDATE ON orders FOR EACH ROW WHEN (old.status = 'done' AND new.status <> 'done') EXECUTE FUNCTION refuse()",
            ])
        let found = try await bench.findings()
        #expect(found.contains { $0.type == .d1 && $0.value == "failed" })
        #expect(
            found.contains {
                $0.type == .d7 && $0.message.contains("not declared: queued → done, running → queued.")
            })
    }

    private func refused(_ words: String, by bench: OrderBench, _ statement: String) async {
        await #expect { try await bench.run([statement]) } throws: { "\($0)".contains(words) }
    }

    /// Bad rows end the run before anything is done that would refuse their updates.
    @Test(arguments: OrderBench.Kind.allCases) func badRowsAreCountedAndNotTouched(_ kind: OrderBench.Kind)
        async throws
    {
        let bench = try await OrderBench(
            kind,
            [
                "CREATE TABLE orders (id int, status text)",
                "INSERT INTO orders VALUES (1, 'Done'), (2, 'Done'), (3, 'lost'), (4, NULL)",
            ])
        let column = GuardedColumn("status", of: .init("orders"), follows: Definition(OrderStatus.self))
        for refusesNull in [false, true] where kind == .postgres || !refusesNull {
            let error = await #expect(throws: GuardRun.BadRows.self) {
                try await GuardRun(column, in: bench.live, refusingNull: refusesNull).apply()
            }
            #expect(error?.count == (refusesNull ? 4 : 3))
            #expect(error?.repairs.first?.suggestion == "done")
            #expect(error?.description.contains("SET \"status\" = 'done' WHERE \"status\" = 'Done';") == true)
        }
        try await bench.run(["UPDATE orders SET status = 'queued' WHERE id > 2"])
        try await bench.run(["UPDATE orders SET status = 'done' WHERE id <= 2"])
        let steps = try await GuardRun(column, in: bench.live, refusingNull: kind == .postgres).apply()
        #expect(steps.contains { $0.kind == .notNull } == (kind == .postgres))
        #expect(try await bench.findings().filter { $0.type != .d11 } == [])
    }

    /// A lock that somebody holds is asked for again and again, and nobody waits behind it for long.
    @Test func aLockIsAskedForAgain() async throws {
        let bench = try await OrderBench(.postgres, ["CREATE TABLE orders (id int, status text NOT NULL)"])
        let column = GuardedColumn("status", of: .init("orders"), follows: Definition(OrderStatus.self))
        let plain = try await bench.another()
        try await plain.execute("BEGIN")
        try await plain.execute("LOCK TABLE orders IN ROW EXCLUSIVE MODE")
        // The third pause lets go.
        let run = GuardRun(
            column, in: bench.live, lockTimeout: .milliseconds(5),
            pause: { attempt in if attempt == 3 { try await plain.execute("COMMIT") } })
        #expect(try await run.apply().map(\.kind) == [.check, .validate, .functions, .starts, .moves])

        try await plain.execute("BEGIN")
        try await plain.execute("LOCK TABLE orders IN ROW EXCLUSIVE MODE")
        let error = await #expect(throws: SQLError.self) {
            try await GuardRun(
                column, in: bench.live, lockTimeout: .milliseconds(5), attempts: 3, pause: { _ in }
            )
            .remove()
        }
        #expect(error?.kind == .busy)
        try await plain.execute("COMMIT")
    }

    @Test func theMigrationSaysItsLocks() async throws {
        let bench = try await OrderBench(
            .postgres,
            [
                "CREATE TYPE phase AS ENUM ('queued', 'done', 'lost')",
                "CREATE TABLE orders (id int, status phase)",
                "INSERT INTO orders VALUES (1, 'lost')",
            ])
        let column = GuardedColumn("status", of: .init("orders"), follows: Definition(OrderStatus.self))
        let plan = try await GuardPlan.make(for: column, in: bench.live)
        let files = plan.migration
        #expect(
            files.map(\.name) == [
                "1_label", "2_label", "3_check", "4_validate", "5_functions", "6_starts", "7_moves",
            ])
        #expect(
            files[0].text == """
                -- The ENUM public.phase gets the label 'failed'.
                -- Lock: none on the table; the label can be used once this is committed.
                -- First: 1 rows hold 'lost'. UPDATE "public"."orders" SET "status" = '…' WHERE "status" = 'lost';
                -- Not in a transaction.
                SET lock_timeout = '50ms';
                ALTER TYPE public.phase ADD VALUE IF NOT EXISTS 'failed';
                RESET lock_timeout;

                """)
        #expect(files[1].text.contains("ADD VALUE IF NOT EXISTS 'running' BEFORE 'done';"))
        #expect(files[2].text.contains("BEGIN;\nSET LOCAL lock_timeout = '50ms';\nALTER TABLE"))
        #expect(files[2].text.contains("NOT VALID;") && files[2].text.hasSuffix("COMMIT;\n"))
        #expect(files[3].text.contains("SHARE UPDATE EXCLUSIVE") && !files[3].text.contains("BEGIN"))
        let back = plan.reverseMigration
        #expect(back[0].text.contains("DROP TRIGGER IF EXISTS"))
        #expect(back[6].text.hasPrefix("-- Cannot be undone: The ENUM"))
    }
}

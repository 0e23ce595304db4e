import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// `lockstep guard`, and `lockstep check` on a running database.
@Suite struct GuardTests {
    /// A shop whose CHECK lacks what is declared.
    private func shop(_ statements: String...) async throws -> (Tool, PlainFile) {
        let table =
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'sent')))"
        return try await Shop.open([table] + statements)
    }

    private func guarding(_ tool: Tool, _ arguments: String...) async throws -> Tool.Run {
        try await tool.run(["guard", "orders.yaml"] + arguments) { _ in }
    }

    @Test func aTableIsGuardedAndTheGuardTakenAway() async throws {
        let (tool, file) = try await shop("INSERT INTO orders (status) VALUES ('new'), ('paid')")
        let plan = try await guarding(tool)
        #expect(plan.code == 0 && plan.out.contains("CREATE TRIGGER"), "\(plan)")
        await #expect(throws: (any Error).self) {
            try await file.write { try $0.execute("UPDATE orders SET status = 'lost' WHERE id = 2") }
        }

        #expect(try await guarding(tool, "--apply").code == 0)
        try await file.write { try $0.execute("UPDATE orders SET status = 'lost' WHERE id = 2") }
        try await file.write { try $0.execute("DELETE FROM orders WHERE id = 2") }
        await #expect(throws: (any Error).self) {
            try await file.write { try $0.execute("UPDATE orders SET status = 'sent' WHERE id = 1") }
        }
        #expect(try await guarding(tool).out == "orders.status is guarded; nothing is to be done\n")

        // What was there before is back.
        #expect(try await guarding(tool, "--remove", "--apply").code == 0)
        try await file.write { try $0.execute("UPDATE orders SET status = 'sent' WHERE id = 1") }
        await #expect(throws: (any Error).self) {
            try await file.write { try $0.execute("UPDATE orders SET status = 'lost' WHERE id = 1") }
        }
    }

    @Test func rowsThatWouldBeRefusedAreSaidAndLeftAlone() async throws {
        let (tool, file) = try await shop(
            "DROP TABLE orders", "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT NOT NULL)",
            "INSERT INTO orders (status) VALUES ('gone'), ('gone'), ('new')")
        let run = try await guarding(tool, "--apply")
        #expect(run.code == 1)
        #expect(run.errors.contains("2 rows hold what 'orders.status' will refuse; repair them first"))
        #expect(run.errors.contains("lockstep: 2 × 'gone': "))
        let rows = try await file.read(limit: .seconds(5)) {
            try $0.query("SELECT count(*) FROM orders WHERE status = 'gone'")
        }
        #expect(rows.first?[0].integer == 2)
    }

    @Test func aCheckAsksTheDatabaseToo() async throws {
        let (tool, _) = try await shop("INSERT INTO orders (status) VALUES ('new')")
        let live = try await tool.run("check", "--declaration", "orders.yaml", "--database", tool.database)
        #expect(live.code == 1 && live.out.contains("✗ orders.status ‘lost’  D1 error"), "\(live)")
        #expect(try await guarding(tool, "--apply").code == 0)
        let guarded = try await tool.run("check", "--declaration", "orders.yaml", "--database", tool.database)
        #expect(guarded.code == 0, "\(guarded)")

        let missing = try await tool.run("check", "--declaration", "orders.yaml", "--database", "none.sqlite")
        #expect(missing.code == 2 && !missing.errors.isEmpty)
    }
}

import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// `lockstep migrate` and `lockstep migrations`.
@Suite struct MigrationTests {
    /// A database as versions before the list of migrations made it.
    private static func old(_ depot: Depot) async throws {
        _ = try await depot.delivered()
        try await depot.store.write { db in
            try db.execute("DROP TABLE lockstep_migrations")
            try db.execute("DROP INDEX parcel_jobs_deadline")
            try db.execute(
                "CREATE INDEX parcel_jobs_deadline ON parcel_jobs (deadline) WHERE deadline IS NOT NULL")
        }
    }

    private static func index(_ depot: Depot) async throws -> String {
        let rows = try await depot.store.read {
            try $0.query("SELECT sql FROM sqlite_schema WHERE name = 'parcel_jobs_deadline'")
        }
        return rows.first?[0].text ?? ""
    }

    @Test func thereAndBackAgain() async throws {
        let depot = try await Depot()
        try await Self.old(depot)
        let before = try await depot.tool.run("migrations", "--json")
        #expect(before.code == 0, "\(before.errors)")
        let pending = try before.json()["migrations"]?.items ?? []
        #expect(pending.map { $0["number"] } == [1, 2, 3, 4])
        #expect(pending.allSatisfy { $0["applied_at"] == nil })

        let dry = try await depot.tool.run("migrate", "--dry-run")
        #expect(dry.out.contains("migration 2 ('deadline-without-held') would be applied"))
        #expect(dry.out.contains("DROP INDEX IF EXISTS parcel_jobs_deadline;"))
        #expect(try await Self.index(depot).hasSuffix("WHERE deadline IS NOT NULL"))

        let run = try await depot.tool.run("migrate", "--json")
        #expect(run.code == 0, "\(run.errors)")
        #expect(try run.json()["layout"] == 4)
        #expect(try run.json()["steps"]?.items.map { $0["direction"] } == ["up", "up", "up", "up"])
        #expect(try await Self.index(depot).hasSuffix("claimed_by IS NULL"))

        let back = try await depot.tool.run("migrate", "--to", "1")
        #expect(
            back.lines == [
                "migration 4 ('rollouts') is undone",
                "migration 3 ('lists-and-feed') is undone", "migration 2 ('deadline-without-held') is undone",
                "the layout is 1",
            ])
        #expect(try await depot.tool.run("migrate").lines.last == "the layout is 4")
        #expect(try await depot.tool.run("migrate").lines == ["nothing to do: the layout is 4"])
        let list = try await depot.tool.run("migrations")
        #expect(list.lines.count == 5)
        #expect(list.out.contains("Lockstep with layout 4"))
        #expect(try await depot.tool.run("count").code == 0)
    }

    @Test func whatCannotBeIsRefusedInASentence() async throws {
        let depot = try await Depot()
        let none = try await depot.tool.run("migrate", "--to", "9")
        #expect(none.code == 1)
        #expect(none.errors == "lockstep: there is no layout 9; this version knows layouts 1 to 4\n")
        let missing = try await depot.tool.run("migrations", "--database", depot.scratch.path("other"))
        #expect(missing.code == 1)
        #expect(!FileManager.default.fileExists(atPath: depot.scratch.path("other")))
    }

    /// Killed at every place of every step, and gone on from by the next.
    @Test func aKilledRunIsGoneOnFrom() async throws {
        for point in ["transaction.before", "commit.before", "commit.after", "acknowledge.before"] {
            for count in 1...4 {
                let depot = try await Depot()
                try await Self.old(depot)
                let end = await #expect(throws: Tool.Killed.self) {
                    _ = try await Tool.run(
                        try Tool.program(), ["migrate"], in: depot.scratch,
                        [
                            "LOCKSTEP_DATABASE": depot.scratch.database,
                            "LOCKSTEP_CRASH_AT": "\(point):\(count)",
                        ]
                    ) { _ in }
                }
                #expect(end?.end == .killed(9))
                let isCommitted = point == "commit.after" || point == "acknowledge.before"
                let applied = try await SQLiteSchemaKeeper(path: depot.scratch.database).migrations()
                    .filter { $0.applied != nil }.map(\.number)
                #expect(applied == Array(1..<count + (isCommitted ? 1 : 0)))
                #expect(try await Self.index(depot).hasSuffix("claimed_by IS NULL") == (applied.count >= 2))
                #expect(try await depot.tool.run("migrate").code == 0)
                #expect(try await Self.index(depot).hasSuffix("claimed_by IS NULL"))
                #expect(try await depot.store.count("parcel").map(\.jobs).reduce(0, +) == 1)
            }
        }
    }
}

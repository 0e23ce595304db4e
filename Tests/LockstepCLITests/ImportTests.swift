import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// Rows of a table that was there before become jobs.
@Suite struct ImportTests {
    private static let asked = [
        "import", "--lifecycle", "parcel", "--table", "ORDERS", "--id", "no", "--status", "state", "--owner",
        "customer",
    ]

    /// 1200 rows: a third queued, a third done, a third under a retired name.
    private func depot(_ kind: Depot.Kind) async throws -> Depot {
        let depot = try await Depot(kind)
        try await depot.store.write { db in
            try db.execute("CREATE TABLE orders (no INTEGER PRIMARY KEY, state TEXT, customer TEXT)")
            try db.execute(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
                INSERT INTO orders SELECT i, CASE i % 3 WHEN 0 THEN 'queued' WHEN 1 THEN 'done' ELSE 'pending'
                    END, 'customer-' || (i % 7) FROM n
                """)
        }
        return depot
    }

    @Test(arguments: Depot.Kind.allCases)
    func rowsBecomeJobsWhereTheyAre(_ kind: Depot.Kind) async throws {
        let depot = try await depot(kind)
        let unmapped = try await depot.tool.run(Self.asked) { _ in }
        #expect(unmapped.code == 1)
        #expect(
            unmapped.errors.contains("table 'orders' holds 'done', which lifecycle 'parcel' does not declare")
        )
        let asked = Self.asked + ["--map", "done=delivered", "--json"]
        let dry = try await depot.tool.run(asked + ["--dry-run"]) { _ in }
        #expect(try dry.json()["statuses"]?.items.map(\.["imported"]) == [400, 400, 400])
        #expect(try await depot.parcels.find().isEmpty)

        let run = try await depot.tool.run(asked) { _ in }
        #expect(run.code == 0, "\(run.errors)")
        let lines = try #require(try run.json()["statuses"]).items
        #expect(lines.map(\.["becomes"]?.text) == ["delivered", "pending", "queued"])
        #expect(lines.map(\.["imported"]) == [400, 400, 400])

        var query = JobQuery("parcel")
        query.statuses = ["delivered"]
        query.owner = "customer-1"
        let ended = try #require(try await depot.store.find(query).first)
        let kept = try #require(depot.parcels.definition.rule(for: "delivered")).limit
        #expect(ended.endedAt != nil)
        // Version 8 and the variant of RFC 9562; the same for this row for ever.
        #expect(ended.id.text.hasPrefix("00000000-0000-8"))
        #expect(JobID(ended.id.text) == ended.id)
        #expect(ended.deadline == ended.endedAt?.adding(kept))
        #expect(ended.progress == 100)
        let history = try await depot.parcels.history(of: ended.id)
        #expect(history.map(\.kind) == [.imported])
        #expect(history.map(\.reason) == ["imported from orders"])
        #expect(history.map(\.actor) == [.operator("tess")])

        let again = try await depot.tool.run(asked) { _ in }
        #expect(try again.json()["statuses"]?.items.map(\.["imported"]) == [0, 0, 0])
        #expect(try again.json()["statuses"]?.items.map(\.["skipped"]) == [400, 400, 400])
    }

    @Test(arguments: Depot.Kind.allCases)
    func importedJobsAreWorkedOn(_ kind: Depot.Kind) async throws {
        let depot = try await depot(kind)
        try await depot.store.write { try $0.execute("DELETE FROM orders WHERE no <> 2") }
        let run = try await depot.tool.run(Self.asked) { _ in }
        #expect(run.code == 0, "\(run.errors)")
        // The row is under the retired name of a queue, and is claimed from it.
        let job = try await depot.claim("w")
        #expect(job.status == "packing")
        #expect(try await depot.parcels.history(of: job.id).map(\.from) == [nil, "pending"])
    }

    @Test(arguments: Depot.Kind.allCases)
    func whatAStatusNeedsIsVouchedFor(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        _ = try await Jobs<Footage>(on: depot.store)
        try await depot.store.write { db in
            try db.execute("CREATE TABLE films (name TEXT, state TEXT)")
            try db.execute("INSERT INTO films VALUES ('a', 'queued'), ('b', 'awaiting')")
        }
        let asked = [
            "import", "--lifecycle", "footage", "--table", "films", "--id", "name", "--status", "state",
        ]
        let run = try await depot.tool.run(asked) { _ in }
        #expect(run.code == 1)
        #expect(run.errors.contains("row 'a' was refused: a job of lifecycle 'footage' enters 'queued' only"))
        let met = try await depot.tool.run(asked + ["--met", "upload:video", "--json"]) { _ in }
        #expect(try met.json()["statuses"]?.items.map(\.["imported"]) == [0, 1])
        #expect(try met.json()["statuses"]?.items.map(\.["skipped"]) == [1, 0])
    }

    @Test(arguments: Depot.Kind.allCases)
    func lettersOfNamesMayDiffer(_ kind: Depot.Kind) async throws {
        let depot = try await depot(kind)
        let asked = Self.asked.map { ["state", "customer", "no"].contains($0) ? $0.uppercased() : $0 }
        let run = try await depot.tool.run(asked + ["--map", "done=delivered", "--json"]) { _ in }
        #expect(run.code == 0, "\(run.errors)")
        #expect(try run.json()["statuses"]?.items.map(\.["imported"]) == [400, 400, 400])
    }

    @Test(arguments: Depot.Kind.allCases)
    func whatCannotBeImportedIsSaid(_ kind: Depot.Kind) async throws {
        let depot = try await depot(kind)
        let column = Self.asked.map { $0 == "state" ? "status" : $0 }
        #expect(
            try await depot.tool.run(column) { _ in }.errors.contains(
                "table 'orders' has no column 'status'; it has 'no', 'state', 'customer'"))
        let id = Self.asked.map { $0 == "no" ? "customer" : $0 }
        #expect(
            try await depot.tool.run(id) { _ in }.errors.contains(
                "'customer' does not name the rows of 'orders'"))
        let table = Self.asked.map { $0 == "ORDERS" ? "letters" : $0 }
        #expect(try await depot.tool.run(table) { _ in }.errors.contains("there is no table 'letters'"))
        let map = try await depot.tool.run(Self.asked + ["--map", "done"]) { _ in }
        #expect(map.code == 2)
        #expect(map.errors.contains("write --map old=new"))
        #expect(
            try await depot.tool.run(Self.asked + ["--map", "done=finished"]) { _ in }.errors.contains(
                "'finished' is no status of lifecycle 'parcel'"))
        #expect(try await depot.parcels.find().isEmpty)
    }

    @Test func theGuardStaysForEverybodyElse() async throws {
        let depot = try await Depot()
        await #expect(throws: SQLError.self) {
            try await depot.store.write {
                try $0.execute("INSERT INTO parcel_jobs (id, status) VALUES (?1, 'delivered')", JobID().text)
            }
        }
        await #expect(throws: SQLError.self) {
            try await depot.store.write {
                try $0.execute(
                    "INSERT INTO parcel_jobs (id, status, entry_kind) VALUES (?1, 'gone', 'imported')",
                    JobID().text)
            }
        }
    }
}

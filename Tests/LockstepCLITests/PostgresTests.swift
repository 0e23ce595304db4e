import Lockstep
import LockstepSQL
import LockstepTesting
import Testing

/// What is different on PostgreSQL.
@Suite struct PostgresTests {
    /// Ids of every kind are gone through in their own order, 500 at a time, in whatever schema the table is.
    @Test(arguments: [
        ("uuid", "gen_random_uuid()"), ("numeric", "i + 0.00000000000000000001"), ("text", "'row ' || i"),
        ("timestamptz", "now() + i * interval '1 microsecond'"), ("char(12)", "'row ' || i"),
    ])
    func rowsOfAnyTypeAreImportedOnce(_ type: String, _ value: String) async throws {
        let depot = try await Depot(.postgres)
        try await depot.store.write { db in
            try db.execute("CREATE SCHEMA shop")
            try db.execute(#"CREATE TABLE shop."Orders" ("No" \#(type) PRIMARY KEY, state TEXT NOT NULL)"#)
            try db.execute(
                #"INSERT INTO shop."Orders" SELECT \#(value), 'queued' FROM generate_series(1, 1200) i"#)
        }
        let asked = [
            "import", "--lifecycle", "parcel", "--table", "shop.orders", "--id", "no", "--status", "state",
            "--json",
        ]
        for counts in [("imported", 1200), ("skipped", 1200)] {
            let run = try await depot.tool.run(asked) { _ in }
            #expect(run.code == 0, "\(run.errors)")
            #expect(try run.json()["statuses"]?.items.map(\.[counts.0]) == [.integer(Int64(counts.1))])
            #expect(try run.json()["table"]?.text == "shop.Orders")
        }
    }

    /// What `lockstep restore` says is to be done after PostgreSQL's own tools have put a database back.
    @Test func raisedFencesShutThePastOut() async throws {
        let depot = try await Depot(.postgres)
        _ = try await depot.parcels.start([:], in: .queued)
        let claimed = try await depot.claim("w-old")
        try await depot.beat("w-old", isLast: true)
        let words = try await depot.tool.run("restore", "Package.swift").errors
        let start = try #require(words.firstRange(of: "UPDATE"))
        let end = try #require(words.firstRange(of: " before they start again"))
        let statement = String(words[start.lowerBound..<end.lowerBound]).replacing(
            "<lifecycle>", with: "parcel")
        try await depot.store.write { try $0.execute(statement) }

        let refusal = await #expect(throws: Refusal.self) {
            try await depot.work(.move(to: "labelling"), on: claimed)
        }
        #expect(refusal?.code == .staleClaim)
        _ = try await depot.store.sweep(SweepRequest())
        let next = try await depot.claim("w-new")
        #expect(next.id == claimed.id)
        #expect(next.fence > claimed.fence + 1_000_000)
        try await depot.work(.move(to: "labelling"), on: next)
    }

    @Test func aDatabaseThatIsNotThereIsSaidWithoutThePassword() async throws {
        let depot = try await Depot()
        let run = try await depot.tool.run(
            "count", "--database", "postgres://tess:secret@127.0.0.1:1/shop?connect_timeout=2")
        #expect(run.code == 1)
        #expect(run.errors.contains("127.0.0.1:1"))
        #expect(!run.errors.contains("secret"))
    }
}

import LockstepDrift
import LockstepSources
import Testing

/// Status columns are found without being named, and quickly.
@Suite struct StatusColumnSearchTests {
    @Test func whatHoldsStatusesIsFoundOnPostgres() async throws {
        let bench = try await OrderBench(.postgres)
        try await bench.run([
            "CREATE SCHEMA shop", "CREATE TYPE shop.phase AS ENUM ('new', 'old')",
            "CREATE TABLE shop.parcels (id int, name text UNIQUE, phase shop.phase, state text, country text, remark text)",
            """
            INSERT INTO shop.parcels SELECT n, 'name ' || n, 'new', CASE n % 3 WHEN 0 THEN 'sent' ELSE 'lost' END,
                CASE n % 2 WHEN 0 THEN 'DE' ELSE 'FR' END, md5(n::text) FROM generate_series(1, 3000) n
            """, "ANALYZE shop.parcels",
            // Nobody has looked at this one yet.
            "CREATE TABLE fresh (id int, order_status text, remark text)",
            "INSERT INTO fresh VALUES (1, 'open', 'a'), (2, 'closed', 'b')",
        ])
        let outcome = try await StatusColumnSearch(in: bench.live).run()
        #expect(outcome.tables == 3 && outcome.notes == [])
        let found = Dictionary(uniqueKeysWithValues: outcome.columns.map { ($0.place, $0) })
        #expect(found["public.orders.status"]?.kind == .checks(["orders_status"]))
        #expect(found["public.orders.status"]?.confidence == .high)
        #expect(found["shop.parcels.phase"]?.kind == .labels(type: "shop.phase"))
        #expect(found["shop.parcels.phase"]?.accepted == ["new", "old"])
        let state = try #require(found["shop.parcels.state"])
        #expect(state.accepted == nil && state.confidence == .medium)
        #expect(state.held.map(\.text).sorted() == ["lost", "sent"])
        #expect(state.held.reduce(0) { $0 + ($1.count ?? 0) } == 3000)
        #expect(found["public.fresh.order_status"]?.values == ["closed", "open"])
        #expect(found["shop.parcels.country"].map { $0.confidence == .low } ?? true)
        #expect(found["shop.parcels.name"] == nil && found["shop.parcels.remark"] == nil)
    }

    @Test func whatHoldsStatusesIsFoundOnSQLite() async throws {
        let bench = try await OrderBench(.sqlite)
        try await bench.run([
            "CREATE TABLE parcels (id INTEGER, state VARCHAR, size INTEGER, code TEXT UNIQUE)",
            "INSERT INTO parcels VALUES (1, 'sent', 3, 'ab'), (2, 'lost', 4, 'cd')",
        ])
        let outcome = try await StatusColumnSearch(in: bench.live).run()
        #expect(outcome.tables == 2 && outcome.notes == [])
        #expect(outcome.columns.map(\.place) == ["orders.status", "parcels.state"])
        #expect(outcome.columns.map(\.accepted) == [["queued", "running", "done", "failed"], nil])
    }

    /// 500 tables, each with an ENUM, a CHECK, and a text that is only known by its rows.
    @Test(arguments: OrderBench.Kind.allCases)
    func fiveHundredTablesTakeAFewSeconds(_ kind: OrderBench.Kind) async throws {
        let bench = try await OrderBench(
            kind, kind == .postgres ? ["CREATE TYPE mood AS ENUM ('good', 'bad')"] : [])
        var statements: [String] = []
        for number in 0..<500 {
            let mood = kind == .postgres ? "mood" : "TEXT CHECK (mood IN ('good', 'bad'))"
            statements.append(
                "CREATE TABLE t\(number) (id int, mood \(mood), status text CHECK (status IN ('a\(number)', 'b')), state text, a text, b text, c int)"
            )
            statements.append(
                "INSERT INTO t\(number) VALUES (1, 'good', 'b', 'open', 'x y', 'z', 1), (2, 'bad', 'b', 'shut', 'u', 'v', 2)"
            )
        }
        let all = ["BEGIN"] + statements + ["COMMIT"]
        try await bench.run(kind == .postgres ? all : [all.joined(separator: ";\n")])
        var outcome: StatusColumnSearch.Outcome?
        let clock = ContinuousClock()
        let time = try await clock.measure {
            outcome = try await StatusColumnSearch(in: bench.live, limit: .seconds(60)).run()
        }
        print("500 tables of \(kind): \(time)")
        #expect(outcome?.tables == 500 && outcome?.notes == [])
        let sure = outcome?.columns.filter { $0.confidence == .high } ?? []
        #expect(sure.count == 500)
        let schema = kind == .postgres ? "public." : ""
        let places = Set(outcome?.columns.map(\.place) ?? [])
        #expect((0..<500).allSatisfy { places.contains("\(schema)t\($0).state") })
        // Seconds on a machine at rest; others may build at the same time.
        #expect(time < .seconds(60))
    }

    /// What was found can be read as a schema file is, so that source code is held against a live database.
    @Test(arguments: OrderBench.Kind.allCases) func whatWasFoundIsASchema(_ kind: OrderBench.Kind)
        async throws
    {
        let bench = try await OrderBench(kind)
        if kind == .postgres {
            try await bench.run([
                "CREATE SCHEMA shop", "CREATE TYPE shop.phase AS ENUM ('new', 'it''s')",
                "CREATE DOMAIN mood AS text CHECK (VALUE IN ('good', 'bad'))",
                "CREATE TABLE shop.parcels (phase shop.phase NOT NULL DEFAULT 'new', mood mood)",
            ])
        }
        let outcome = try await StatusColumnSearch(in: bench.live).run()
        for column in outcome.columns {
            let read = try #require(
                outcome.live.first { $0.table == column.table.name && $0.column == column.column })
            #expect(read.accepted.map(Set.init) == column.accepted.map(Set.init))
            #expect(read.acceptsNull == column.isNullable && read.origin.kind == .database)
        }
        // Columns that hold no statuses are known too.
        #expect(outcome.live.contains { $0.table == "orders" && $0.column == "id" && $0.kind == .other })
        #expect(outcome.live.count == outcome.columns.count + outcome.others.count)
        let status = try #require(outcome.live.first { $0.table == "orders" && $0.column == "status" })
        #expect(status.defaultValue == "queued" && status.constraint == "orders_status")
        #expect(outcome.columns.count == (kind == .postgres ? 3 : 1))
    }

    @Test func aSearchWithoutTimeSaysWhatItLeftOut() async throws {
        let bench = try await OrderBench(.sqlite)
        let outcome = try await StatusColumnSearch(in: bench.live, limit: .zero).run()
        #expect(outcome.columns == [])
        #expect(
            outcome.notes == [
                "the time was over before 3 columns were looked at; give the search a longer limit"
            ])
    }
}

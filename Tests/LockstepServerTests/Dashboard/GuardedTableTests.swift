import Foundation
import Lockstep
import LockstepTesting
import Logging
import NIOHTTP1
import Testing

@testable import LockstepServer

/// Tables of others: their pages, their metrics, and the service that looks at them.
@Suite(.serialized) struct GuardedTableTests {
    private static let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// A server that shows a table.
    private func serving(
        _ table: FakeTable, named name: String? = nil, looking: Bool = true,
        _ body: @Sendable (TestServer, GuardedTables) async throws -> Void
    ) async throws {
        let store = MemoryStore(time: TestTime())
        _ = try await store.install([Definition(Parcel.self)])
        let tables = try GuardedTables(
            [GuardedTable(table, named: name)], by: TestTime(), logger: Self.silence)
        if looking { await tables.look() }
        let metrics = ServerMetrics(version: "test")
        metrics.show(tables)
        let router = LockstepServer.router(store: store, tokens: TestServer.tokens, metrics: metrics)
        Dashboard(store: store, guarded: tables).add(to: router)
        APIRoutes(store: store, metrics: metrics).add(to: router)
        try await TestServer.run(router) { try await body($0, tables) }
    }

    @Test func thePageSaysAllThatWasSeen() async throws {
        try await serving(FakeTable(FakeTable.bad())) { server, _ in
            let page = try await server.page("/dashboard/tables/orders.status", as: "olga")
            #expect(page.status == 200)
            for words in [
                "<h1>orders.status</h1>", "postgres://reader@db/shop", "queued: 1204 rows",
                "packing: 7 rows, 5 stuck",
                "row-weird", "Stuck rows", "Statuses that nobody declared", ">weird<", ">NULL<",
                "Moves that nobody declared", "by watching", "in the history", "note about weird",
                "What cannot be seen",
            ] { #expect(page.text.contains(words), "\(words)") }
            let overview = try await server.page("/dashboard", as: "ada")
            #expect(overview.text.contains("Guarded tables"))
            #expect(
                overview.text.contains(
                    "5 stuck; 4 in “weird”, “NULL”, which nobody declared; 6 undeclared moves"))
            #expect(overview.text.contains(#"href="/dashboard/tables/orders.status""#))
            // Its lifecycle is drawn a second time, under other ids.
            let ids = overview.text.matches(of: #/ id="([^"]+)"/#).map { String($0.output.1) }
            #expect(Set(ids).count == ids.count, "\(ids)")
            let list = try await server.page("/dashboard/tables", as: "olga")
            #expect(list.status == 200 && list.text.contains("Tables</a>"))
        }
    }

    @Test func onlyOperatorsSeeIt() async throws {
        try await serving(FakeTable(FakeTable.bad())) { server, _ in
            for user in ["anna", "willi"] {
                for path in ["/dashboard/tables", "/dashboard/tables/orders.status"] {
                    let answer = try await server.page(path, as: user)
                    #expect(answer.status == 403 && !answer.text.contains("weird"), "\(path) as \(user)")
                }
            }
            let jobs = try await server.page("/dashboard/jobs", as: "anna")
            #expect(!jobs.text.contains("/dashboard/tables"))
            #expect(try await server.page("/dashboard/tables/nothing", as: "olga").status == 404)
        }
    }

    /// Whatever rows hold stays text.
    @Test func whatRowsHoldIsNoMarkup() async throws {
        let evil = #"</title><script>alert(1)</script>"'><img src=x onerror="alert(2)">"#
        try await serving(FakeTable(FakeTable.bad(evil)), named: evil) { server, _ in
            for path in ["/dashboard", "/dashboard/tables", GuardedParts.path(evil)] {
                let page = try await server.page(path, as: "olga")
                #expect(page.status == 200, "\(path)")
                #expect(!page.text.contains("<script>alert") && !page.text.contains("<img"), "\(path)")
            }
        }
    }

    @Test func aDatabaseThatIsAwayIsSaidAndWhatWasSeenStays() async throws {
        let table = FakeTable(FakeTable.sound)
        table.show(.failure(.temporary("the database cannot be reached")))
        try await serving(table) { server, tables in
            let first = try await server.page("/dashboard/tables/orders.status", as: "olga")
            #expect(first.text.contains("orders.status cannot be looked at:"))
            #expect(first.text.contains("the database cannot be reached. It is tried again at every look."))
            #expect(first.text.contains("Nothing was seen yet."))
            let up = try await server.get("/metrics", as: "olga").text
            #expect(
                up.contains(
                    #"lockstep_guarded_up{database="postgres://reader@db/shop",table="orders",column="status"} 0"#
                ))
            #expect(!up.contains("lockstep_guarded_rows"))

            table.show(.success(FakeTable.sound))
            await tables.look()
            let good = try await server.page("/dashboard/tables/orders.status", as: "olga")
            #expect(
                !good.text.contains("cannot be looked at") && good.text.contains("rows counted 10s before"))
            #expect(good.text.contains("It is not known what is stuck."))

            table.show(.failure(.adminRequired("there is no table 'orders'")))
            await tables.look()
            let gone = try await server.page("/dashboard", as: "olga")
            #expect(gone.text.contains("there is no table &#39;orders&#39;. Somebody has to act."))
            #expect(gone.text.contains("queued: 12 rows"))
        }
    }

    @Test func figuresAreThere() async throws {
        let table = FakeTable(FakeTable.bad())
        try await serving(table) { server, tables in
            let labels = #"database="postgres://reader@db/shop",table="orders",column="status""#
            let lines = try await server.get("/metrics", as: "olga").text.split(separator: "\n")
            for line in [
                "lockstep_guarded_up{\(labels)} 1",
                #"lockstep_guarded_rows{\#(labels),status="queued"} 1204"#,
                #"lockstep_guarded_rows{\#(labels),status="weird"} 3"#,
                #"lockstep_guarded_rows{\#(labels),status="NULL"} 1"#,
                "lockstep_guarded_sampled{\(labels)} 0",
                "lockstep_guarded_undeclared_rows{\(labels)} 4",
                #"lockstep_guarded_stuck{\#(labels),status="packing"} 5"#,
                #"lockstep_guarded_stuck{\#(labels),status="queued"} 0"#,
                #"lockstep_guarded_stuck_oldest_seconds{\#(labels),status="packing"} 7200"#,
                #"lockstep_guarded_undeclared_moves_total{\#(labels),from="delivered",to="queued",seen_by="watching"} 4"#,
                #"lockstep_guarded_undeclared_moves_total{\#(labels),from="(start)",to="weird",seen_by="history"} 2"#,
            ] { #expect(lines.contains(Substring(line)), "\(line)") }
            #expect(tables.metricsText.contains("lockstep_guarded_look_seconds"))
            // What went is gone; without a column of times nothing is said of stuck rows.
            table.show(.success(FakeTable.sound))
            await tables.look()
            let text = try await server.get("/metrics", as: "olga").text
            #expect(!text.contains("weird") && !text.contains("lockstep_guarded_stuck"))
            #expect(text.contains("lockstep_guarded_sampled{\(labels)} 1"))
        }
    }

    @Test func theServiceLooksAgainAndAgain() async throws {
        let time = TestTime()
        let table = FakeTable(FakeTable.sound)
        let tables = try GuardedTables(
            [GuardedTable(table)], every: .seconds(10), by: time, logger: Self.silence)
        let task = Task { try await tables.run() }
        while table.looked < 3 {
            // It may not sleep yet; then its next look is a moment later.
            time.advance(by: .seconds(11))
            await Task.yield()
        }
        table.show(.failure(.temporary("away")))
        while tables.standings[0].trouble == nil {
            time.advance(by: .seconds(11))
            await Task.yield()
        }
        #expect(tables.standings[0].look == FakeTable.sound)
        task.cancel()
        try await task.value
    }

    @Test func namesAreDifferent() throws {
        let tables = [GuardedTable(FakeTable(FakeTable.sound)), GuardedTable(FakeTable(FakeTable.sound))]
        let error = #expect(throws: Failure.self) { try GuardedTables(tables, logger: Self.silence) }
        #expect(
            error?.message == "two guarded tables are called 'orders.status'; give one of them another name")
        #expect(throws: Never.self) {
            try GuardedTables(
                [tables[0], GuardedTable(FakeTable(FakeTable.sound), named: "other")], logger: Self.silence)
        }
    }

    @Test func whereNoneIsWatchedThePageSaysHow() async throws {
        try await TestServer.withDashboard { server, _ in
            let page = try await server.page("/dashboard/tables", as: "olga")
            #expect(page.status == 200 && page.text.contains("--guarded tables.yaml"))
            #expect(!page.text.contains("Tables</a>"))
        }
    }
}

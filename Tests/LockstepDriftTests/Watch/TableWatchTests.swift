import Foundation
import Lockstep
import LockstepDrift
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

/// What is seen in a table that somebody else writes.
@Suite struct TableWatchTests {
    @Test(arguments: OrderBench.Kind.allCases)
    func countsAreThereWithWhatIsStuckAndStrange(_ kind: OrderBench.Kind) async throws {
        let bench = try await WatchBench.orders(kind)
        let watch = WatchBench.watch(bench)
        let look = try await watch.look()
        #expect(look.words == "queued 1, running 1, done 1, lost! 1")
        // Those without rows are there as well.
        #expect(look.counts.map(\.status) == ["queued", "running", "done", "failed", "lost"])
        #expect(!look.isSample && look.since == "updated_at" && look.notes == [])
        #expect(look.stuck.map(\.status) == ["running"])
        let stuck = try #require(look.stuck.first)
        #expect(stuck.rows == 1 && !stuck.isLeast && stuck.limit == .minutes(5))
        #expect(stuck.oldestRows.map(\.id) == ["2"])
        #expect((10_700...11_500).contains(stuck.oldest))
        #expect(!look.isSound && look.moves.isEmpty)
        #expect(abs((look.at - SystemTime().now()) / .seconds(1)) < 60)

        try await bench.run(["DELETE FROM orders WHERE id IN (2, 4)"])
        let sound = try await watch.look()
        #expect(sound.isSound && sound.words == "queued 1, done 1")
        try await watch.close()
    }

    /// A status column of PostgreSQL's own kind, which no unknown text can be compared with.
    @Test func anEnumLacksADeclaredStatus() async throws {
        let bench = try await OrderBench(
            .postgres,
            [
                "CREATE TYPE order_status AS ENUM ('queued', 'done')",
                "CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), status order_status, status_since timestamp)",
                "INSERT INTO orders (status, status_since) VALUES ('queued', now() AT TIME ZONE 'UTC' - interval '7 hours'), (NULL, NULL)",
            ])
        let look = try await WatchBench.watch(bench).look()
        #expect(look.words == "queued 1, NULL! 1")
        #expect(look.stuck.map(\.rows) == [1] && look.since == "status_since")
        #expect(look.stuck.first?.oldestRows.first?.id.count == 36)
    }

    @Test(arguments: OrderBench.Kind.allCases)
    func whatTellsSinceWhenMayBeNamedOrMissing(_ kind: OrderBench.Kind) async throws {
        let bench = try await WatchBench.orders(kind, since: "began")
        let look = try await WatchBench.watch(bench).look()
        #expect(look.stuck.isEmpty && look.since == nil)
        #expect(look.notes.count == 1 && look.notes[0].contains("nothing says since when"))
        let named = try await WatchBench.watch(bench) { $0.since = "began" }.look()
        #expect(named.stuck.map(\.status) == ["running"] && named.since == "began" && named.notes == [])
        let error = await #expect(throws: Failure.self) {
            try await WatchBench.watch(bench) { $0.since = "ended" }.look()
        }
        #expect(error?.message.contains("no column 'ended' of times") == true)
    }

    @Test(arguments: OrderBench.Kind.allCases)
    func aHistoryTellsMovesAndSinceWhen(_ kind: OrderBench.Kind) async throws {
        let bench = try await WatchBench.orders(kind, since: "began")
        let time = kind == .postgres ? "timestamptz" : "TEXT"
        func line(_ order: Int, _ from: String, _ to: String, _ minutes: Int) -> String {
            "INSERT INTO order_moves VALUES (\(order), \(from), '\(to)', \(WatchBench.ago(kind, minutes: minutes)))"
        }
        try await bench.run([
            "CREATE TABLE order_moves (order_id integer, from_status text, to_status text, created_at \(time))",
            line(1, "NULL", "queued", 1), line(2, "NULL", "running", 200),
            line(2, "'running'", "queued", 190),
            line(2, "'queued'", "running", 20), line(3, "'queued'", "done", 900),
            line(3, "'queued'", "done", 900),
        ])
        for indexed in [false, true] {
            if indexed { try await bench.run(["CREATE INDEX order_moves_order ON order_moves (order_id)"]) }
            let look = try await WatchBench.watch(bench, history: "order_moves").look()
            #expect(
                Set(look.moveWords) == [
                    " → running 1 history", "running → queued 1 history", "queued → done 2 history",
                ])
            #expect(look.since == "order_moves.created_at")
            #expect(
                look.stuck.map(\.status) == ["running"] && look.stuck.first?.oldestRows.map(\.id) == ["2"])
            // By the last line, and not by when the job began.
            #expect((1100...1300).contains(look.stuck.first?.oldest ?? 0))
            #expect(look.notes == [])
        }
    }

    /// A move that no chain of declared ones explains.
    @Test(arguments: OrderBench.Kind.allCases)
    func undeclaredMovesAreSeenByWatching(_ kind: OrderBench.Kind) async throws {
        let bench = try await WatchBench.orders(kind)
        let watch = WatchBench.watch(bench)
        _ = try await watch.look()
        try await bench.run([
            "UPDATE orders SET status = 'queued' WHERE id = 3",
            "UPDATE orders SET status = 'running' WHERE id = 1",
            "UPDATE orders SET status = 'queued' WHERE id = 4",
        ])
        #expect(try await watch.look().moveWords == ["done → queued 1 watching"])
        try await bench.run(["UPDATE orders SET status = 'done' WHERE id = 3"])
        _ = try await watch.look()
        try await bench.run(["UPDATE orders SET status = 'lost' WHERE id = 3"])
        #expect(try await watch.look().moveWords == ["done → lost 1 watching", "done → queued 1 watching"])
        // It is counted since watching began, and is not forgotten.
        #expect(try await watch.look().moves.map(\.times) == [1, 1])
    }

    /// A row that is not among the newest, and has changed: an index on the time leads there.
    @Test(arguments: OrderBench.Kind.allCases)
    func aHundredThousandRowsAreWatched(_ kind: OrderBench.Kind) async throws {
        let bench = try await WatchBench.orders(kind)
        let numbers =
            kind == .postgres
            ? "SELECT i FROM generate_series(5, 100000) i"
            : "WITH RECURSIVE n(i) AS (SELECT 5 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n"
        try await bench.run([
            "INSERT INTO orders SELECT i, 'done', \(WatchBench.ago(kind, minutes: 90)) FROM (\(numbers)) AS numbers",
            "CREATE INDEX orders_updated ON orders (updated_at)",
            "UPDATE orders SET updated_at = \(WatchBench.ago(kind, minutes: 2)) WHERE id = 50",
        ])
        let watch = WatchBench.watch(bench)
        let begin = ContinuousClock.now
        #expect(try await watch.look().words == "queued 1, running 1, done 99997, lost! 1")
        try await bench.run([
            "UPDATE orders SET status = 'running', updated_at = \(WatchBench.ago(kind, minutes: 0)) WHERE id = 50"
        ])
        #expect(try await watch.look().moveWords == ["done → running 1 watching"])
        print("\(kind): two looks at 100,000 rows took \(ContinuousClock.now - begin)")
    }

    /// Whoever may only select sees all of it, and can write nothing.
    @Test func aRoleThatMaySelectSuffices() async throws {
        let bench = try await WatchBench.orders(.postgres)
        let plain = try await bench.another()
        let role = "watcher_\(UUID().uuidString.prefix(8).lowercased())"
        try await plain.execute("CREATE ROLE \(role) LOGIN PASSWORD 'watching'")
        try await plain.execute("GRANT SELECT ON public.orders TO \(role)")
        let watch = TableWatch(
            WatchBench.column, at: .postgres(Self.connection(bench.connection, as: role)), limit: .seconds(20)
        )
        let look = try await watch.look()
        #expect(look.words == "queued 1, running 1, done 1, lost! 1" && look.notes == [])
        #expect(look.stuck.count == 1)
        try await watch.close()
        // Without the right it says so, and looks on at what it may.
        try await plain.execute(
            "CREATE TABLE public.order_moves (from_status text, to_status text, at timestamptz)")
        let other = TableWatch(
            WatchBench.column, at: .postgres(Self.connection(bench.connection, as: role)),
            history: .init("order_moves"), limit: .seconds(20))
        let half = try await other.look()
        #expect(half.words == look.words)
        #expect(
            half.notes.contains {
                $0.contains("'public.order_moves' is not read: ") && $0.contains("permission denied")
            })
        try await other.close()
        try await plain.execute("DROP OWNED BY \(role)")
        try await plain.execute("DROP ROLE \(role)")
    }

    private static func connection(_ url: String, as role: String) -> String {
        guard var address = URLComponents(string: url), url.hasPrefix("postgres") else {
            return "\(url) user=\(role) password=watching"
        }
        address.user = role
        address.password = "watching"
        return address.string ?? url
    }

    @Test func aDatabaseThatIsAwayIsAwayForATime() async throws {
        let port = try LocalPort.free()
        let watch = TableWatch(WatchBench.column, at: .postgres("postgres://reader@127.0.0.1:\(port)/shop"))
        let error = await #expect(throws: SQLError.self) { try await watch.look() }
        #expect(error?.kind == .connection && error?.failure.audience == .temporary)

        let scratch = try Scratch()
        let file = TableWatch(WatchBench.column, at: .file(scratch.database), time: TestTime())
        await #expect(throws: SQLError.self) { try await file.look() }
        #expect(!FileManager.default.fileExists(atPath: scratch.database))
    }

    /// The table is changed under the watch: a look fails or not, and the next one sees the new table.
    @Test(arguments: OrderBench.Kind.allCases)
    func theTableMayBeMadeAnew(_ kind: OrderBench.Kind) async throws {
        let bench = try await WatchBench.orders(kind)
        let watch = WatchBench.watch(bench)
        _ = try await watch.look()
        try await bench.run(["DROP TABLE orders"])
        do {
            let look = try await watch.look()
            #expect(!look.notes.isEmpty)
        } catch {
            #expect("\(error)".contains("orders"))
        }
        try await bench.run([
            "CREATE TABLE orders (key text PRIMARY KEY, status text)",
            "INSERT INTO orders VALUES ('a', 'queued')",
        ])
        try await watch.close()
        #expect(try await watch.look().words == "queued 1")
    }

    @Test func aTableWithoutAKeyIsCountedAllTheSame() async throws {
        let bench = try await OrderBench(
            .postgres,
            [
                "CREATE TABLE orders (status text, updated_at timestamptz)",
                "INSERT INTO orders VALUES ('running', now() - interval '1 hour')",
            ])
        let look = try await WatchBench.watch(bench).look()
        #expect(look.stuck.map(\.rows) == [1] && look.stuck.first?.oldestRows == [])
        #expect(look.notes.contains { $0.contains("has no primary key") })
    }
}

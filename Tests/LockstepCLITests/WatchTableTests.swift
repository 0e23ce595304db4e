import AsyncHTTPClient
import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// `lockstep watch-table`, and `lockstep serve --guarded`.
@Suite(.timeLimit(.minutes(3))) struct WatchTableTests {
    /// A shop in which all is as declared.
    private func shop() async throws -> (Tool, PlainFile) {
        try await Shop.open([
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT, updated_at TEXT DEFAULT CURRENT_TIMESTAMP)",
            "INSERT INTO orders (status) VALUES ('new'), ('paid'), ('sent'), ('sent')",
        ])
    }

    private func once(_ tool: Tool, _ arguments: String...) async throws -> Tool.Run {
        try await tool.run(["watch-table", "--declaration", "orders.yaml", "--once"] + arguments) { _ in }
    }

    @Test func onceSaysWhatIsThereByItsExitCode() async throws {
        let (tool, file) = try await shop()
        let sound = try await once(tool)
        #expect(sound.code == 0 && sound.errors.isEmpty, "\(sound)")
        let lines = sound.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(lines[0].first == "orders.status")
        #expect(
            lines.contains { $0.prefix(2) == ["sent", "2"] }
                && lines.contains { $0.prefix(2) == ["lost", "0"] })
        #expect(!sound.out.contains("\u{1B}"), "no colour where nobody sees it")

        try await file.write {
            try $0.execute("UPDATE orders SET updated_at = datetime('now', '-8 days') WHERE status = 'paid'")
            try $0.execute("INSERT INTO orders (status) VALUES ('gone')")
        }
        let bad = try await once(tool)
        #expect(bad.code == 1)
        #expect(
            bad.out.contains("stuck in 'paid' for longer than 7d: 1 row, the oldest for 8d (2)"), "\(bad.out)"
        )
        #expect(bad.out.contains("nobody declared it"))

        let json = try await once(tool, "--json")
        let table = try #require(try json.json()["tables"]?.items.first)
        #expect(json.code == 1 && table["sound"] == false && table["since"] == "updated_at")
        #expect(table["stuck"]?.items.first?["oldest"]?.items.first?["id"] == "2")
        #expect(
            table["counts"]?.items.last?["status"] == "gone"
                && table["counts"]?.items.last?["declared"] == false)
    }

    @Test func whatCannotBeLookedAtEndsWithTwo() async throws {
        let (tool, _) = try await shop()
        for (arguments, words) in [
            (["--column", "orders.state"], "there is no column 'state' in the table 'orders'"),
            (["--table", "nothing", "--column", "status"], "there is no table 'nothing'"),
            (["--since", "never"], "has no column 'never' of times"),
            (["--history", "nothing"], "there is no table 'nothing'"),
            (["--database", "none.sqlite"], "unable to open database file"),
            (["--database", "postgres://reader@127.0.0.1:1/shop"], "the database cannot be reached"),
            (["--every", "1ms"], "--every '1ms' is no time from 1s to 1h"),
            (["--history", "m:old=x"], "known are from=, to=, job= and at="),
            (["--port", "9187"], "--once and --port exclude each other"),
            (["--table", "orders"], "--table needs the column"),
        ] {
            let run = try await tool.run(
                ["watch-table", "--declaration", "orders.yaml", "--once"] + arguments
            ) { _ in }
            #expect(run.code == 2 && run.out.isEmpty, "\(arguments): \(run)")
            #expect(run.errors.contains(words), "\(run.errors)")
        }
    }

    /// Lines for programs, metrics for Prometheus, and an end by a signal.
    @Test func aTableIsFollowed() async throws {
        let (tool, file) = try await shop()
        let child = try ChildProcess(
            try Tool.program(),
            ["watch-table", "--declaration", "orders.yaml", "--every", "1s", "--json", "--port", "0"],
            environment: ["LOCKSTEP_DATABASE": tool.database, "TERM": "dumb"], in: tool.scratch.folder,
            complaints: .withOutput)
        var address: String?
        var isChanged = false
        for await line in child.lines {
            let document = try JSONValue(parsing: line)
            if let listening = document["listening"]?.text { address = listening }
            guard let moves = document["undeclared_moves"]?.items, address != nil else { continue }
            if !isChanged {
                isChanged = true
                try await file.write { try $0.execute("UPDATE orders SET status = 'new' WHERE id = 3") }
            } else if let move = moves.first {
                #expect(move["from"] == "sent" && move["to"] == "new" && move["seen_by"] == "watching")
                break
            }
        }
        let metrics = try await Self.text(try #require(address))
        #expect(metrics.contains(#"status="sent"} 1"#), "\(metrics)")
        #expect(metrics.contains(#"from="sent",to="new",seen_by="watching"} 1"#))
        #expect(await child.end(SIGTERM) { Issue.record("\($0)") } == .exited(0))
    }

    /// Without a terminal only what changes is said; a file that is away is waited for.
    @Test func onlyChangesAreSaid() async throws {
        let (tool, file) = try await shop()
        let child = try ChildProcess(
            try Tool.program(), ["watch-table", "--declaration", "orders.yaml", "--every", "1s"],
            environment: ["LOCKSTEP_DATABASE": tool.database, "TERM": "dumb"], in: tool.scratch.folder,
            complaints: .withOutput)
        var said: [String] = []
        for await line in child.lines {
            said.append(line)
            switch said.count {
            case 1: try await file.write { try $0.execute("UPDATE orders SET status = 'sent' WHERE id = 2") }
            case 2: try await file.write { try $0.execute("DROP TABLE orders") }
            default: break
            }
            if line.contains("cannot be looked at") { break }
        }
        #expect(said[0].hasSuffix("orders.status: new 1, paid 1, sent 2"), "\(said)")
        #expect(said[1].hasSuffix("orders.status: new 1, sent 3"), "\(said)")
        #expect(await child.end(SIGTERM) { Issue.record("\($0)") } == .exited(0))
    }

    @Test func aServerShowsGuardedTables() async throws {
        let (tool, file) = try await shop()
        try await file.write { try $0.execute("INSERT INTO orders (status) VALUES ('gone')") }
        let place = try Served.Place(ServeTests.export)
        try Shop.declaration.write(
            toFile: place.scratch.path("orders.yaml"), atomically: true, encoding: .utf8)
        try """
        every: 1s
        tables:
          - {declaration: orders.yaml, database: "\(tool.database)"}
          - {declaration: orders.yaml, database: away.sqlite, name: away}
        """.write(toFile: place.scratch.path("tables.yaml"), atomically: true, encoding: .utf8)
        let served = try await Served(place, "--guarded", "tables.yaml")
        // The first look may still be under way.
        var metrics = ""
        while !metrics.contains(#"status="gone"} 1"#) {
            metrics = try await Self.text(served.url + "/metrics", token: served.token)
            await Task.yield()
        }
        #expect(
            metrics.contains(
                "lockstep_guarded_up{database=\"\(tool.database)\",table=\"orders\",column=\"status\"} 1"))
        #expect(metrics.contains("away.sqlite\",table=\"orders\",column=\"status\"} 0"))
        let page = try await Self.text(served.url + "/dashboard/tables/orders.status", token: served.token)
        #expect(page.contains("Statuses that nobody declared") && page.contains(">gone<"))
        #expect(await served.terminate() == .exited(0))

        try "tables: [{declaration: orders.yaml, database_env: NO_SUCH}]".write(
            toFile: place.scratch.path("tables.yaml"), atomically: true, encoding: .utf8)
        let run = try await place.tool.run(place.arguments + ["--guarded", "tables.yaml"]) { _ in }
        #expect(
            run.code == 1
                && run.errors.contains("the environment has no 'NO_SUCH', which tables.yaml:1 names"))
    }

    private static func text(_ url: String, token: String? = nil) async throws -> String {
        var request = HTTPClientRequest(url: url)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return String(buffer: try await response.body.collect(upTo: 1 << 22))
    }
}

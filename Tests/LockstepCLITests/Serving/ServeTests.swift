import Foundation
import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

/// `lockstep serve`, as a process.
@Suite(.timeLimit(.minutes(3))) struct ServeTests {
    static let export = """
        lifecycle: export
        initial: queued
        failure: failed
        statuses:
          queued: {queues_for: rendering, within: 1h}
          rendering: {works: 5m, attempts: 3, moves_to: done}
          done: {succeeds: 30d}
          failed: {fails: 30d, reopens_to: queued}

        """

    @Test func theFirstStartLeavesATokenForItsUserAlone() async throws {
        let place = try Served.Place(Self.export)
        let first = try await Served(place)
        let mode = try FileManager.default.attributesOfItem(atPath: place.adminToken)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let tokens = try await first.call(.GET, "/v1/tokens")
        #expect(tokens.json["tokens"]?.items.compactMap(\.["role"]?.text) == ["admin"])
        let id = try await first.start("export")
        #expect(await first.terminate() == .exited(0))

        let second = try await Served(place)
        #expect(second.token == first.token)
        #expect(try await second.call(.GET, "/v1/jobs/\(id)").json["status"] == "queued")
        #expect(try await second.call(.GET, "/v1/jobs/\(id)", token: "lst_other").status == 401)
        #expect(await second.terminate() == .exited(0))
    }

    @Test func postgresIsServedToo() async throws {
        let database = try await PostgresDatabase()
        let place = try Served.Place(Self.export, database: database.url)
        let served = try await Served(place)
        let id = try await served.start("export")
        #expect(try await place.tool.run("jobs", "show", id).out.contains("queued"))
        #expect(await served.terminate() == .exited(0))
    }

    @Test(arguments: [
        ("lifecycle: export\n", "lifecycles.yaml:1: 'statuses' is missing"),
        (
            export.replacing("moves_to: done", with: "moves_to: gone"),
            "lifecycles.yaml:6: status 'rendering': "
        ),
        (
            export.replacing("moves_to: done", with: "moves_to: failed"),
            "status 'done' is never reached from 'queued'"
        ),
        (export + "---\n" + export, "lifecycle 'export' is declared in lifecycles.yaml:1 too"),
        ("", "lifecycles.yaml: there is no lifecycle in it"),
    ])
    func faultyFilesAreNotServed(_ text: String, _ sentence: String) async throws {
        let place = try Served.Place(text)
        let run = try await place.tool.run(place.arguments) { _ in }
        #expect(run.code == 1)
        #expect(run.errors.contains(sentence), "\(run.errors)")
        #expect(run.out.isEmpty)
    }

    /// A folder stands for the definition files in it, and for nothing else there.
    @Test func foldersAreRead() async throws {
        let place = try Served.Place(Self.export)
        let folder = place.scratch.path("more")
        try FileManager.default.createDirectory(atPath: folder + "/deeper", withIntermediateDirectories: true)
        for (name, text) in [
            ("a.yml", Self.export), ("notes.txt", "none"), (".hidden.yaml", "none"),
            ("deeper/b.yaml", "none"),
        ] {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        let run = try await place.tool.run(
            ["serve", "--definitions", "lifecycles.yaml", "more", "--port", "0", "--data", "data"]) { _ in }
        #expect(run.code == 1)
        #expect(
            run.errors.contains("more/a.yml:1: lifecycle 'export' is declared in lifecycles.yaml:1 too"),
            "\(run.errors)")
    }

    @Test func wrongOptionsAreRefused() async throws {
        let place = try Served.Place(Self.export)
        for (more, code, sentence) in [
            (["--port", "70000"], Int32(2), "--port is from 0 to 65535"),
            (["--jwt-jwks", "x.json"], 2, "--jwt-jwks needs --jwt-issuer and --jwt-audience"),
            (["--jwt-secret-file", "none"], 1, "the key file 'none' cannot be read"),
            (["--jwt-secret-file", "lifecycles.yaml", "--jwt-jwks", "x"], 2, "not both"),
            (["--definitions", "nowhere"], 1, "there is no definition file or folder 'nowhere'"),
        ] {
            let run = try await place.tool.run(place.arguments + more) { _ in }
            #expect(run.code == code && run.errors.contains(sentence), "\(more): \(run.errors)")
        }
    }

    @Test func whatHasAnAddressAsJSONCanBeRead() async throws {
        let place = try Served.Place(Self.export)
        let child = try ChildProcess(
            try Tool.program(), place.arguments + ["--json"], environment: ["PATH": "/usr/bin:/bin"],
            in: place.scratch.folder)
        var lines = child.lines.makeAsyncIterator()
        let line = try JSONValue(parsing: try #require(await lines.next()))
        #expect(line["listening"]?.text?.hasPrefix("http://127.0.0.1:") == true)
        #expect(line["admin_token_file"]?.text == "data/admin.token")
        #expect(await child.end(SIGTERM) { Issue.record("\($0)") } == .exited(0))
    }

    // MARK: Reloading

    @Test func aSignalReadsTheDefinitionsAgain() async throws {
        let place = try Served.Place(Self.export)
        let served = try await Served(place)
        let id = try await served.start("export")

        // One more status: compatible.
        let more = Self.export.replacing("moves_to: done}", with: "moves_to: [done, dropped]}")
        try place.define(more + "  dropped: {closes: 1d}\n")
        served.child.send(SIGHUP)
        _ = try await served.line(with: "the definitions were read again")
        #expect(try await place.tool.run("diagram", "export").out.contains("dropped"))

        // Without the status in which a job is: refused, and the old ones hold on.
        let without = Self.export.replacing("queued", with: "waiting")
        try place.define(without)
        served.child.send(SIGHUP)
        let refusal = try await served.line(with: "the definitions were not taken over")
        #expect(refusal.contains("no longer declares 'queued' (1 jobs)"), "\(refusal)")
        #expect(try await served.call(.GET, "/v1/jobs/\(id)").json["status"] == "queued")

        // One that cannot be read, beside one that is sound: nothing of either.
        try place.define("\(more)  dropped: {closes: 1d}\n  other: {closes: 1d}\n---\nlifecycle: x\n")
        served.child.send(SIGHUP)
        let fault = try await served.line(with: "the definitions were not taken over")
        #expect(fault.contains("lifecycles.yaml:12: 'statuses' is missing"), "\(fault)")
        #expect(try await !place.tool.run("diagram", "export").out.contains("other"))

        // An earlier one of the same: what is installed knows more, and stays.
        try place.define(Self.export)
        served.child.send(SIGHUP)
        _ = try await served.line(with: "in the files is an earlier one")
        #expect(try await place.tool.run("diagram", "export").out.contains("dropped"))
        #expect(await served.terminate() == .exited(0))
    }

    @Test func aChangedFileIsNoticedWhereThatIsWanted() async throws {
        let place = try Served.Place(Self.export)
        let served = try await Served(place, "--watch")
        try place.define(Self.export + "---\n" + Self.export.replacing(": export\n", with: ": import\n"))
        _ = try await served.line(with: "the definitions were read again")
        _ = try await served.start("import")
        #expect(await served.terminate() == .exited(0))
    }

    // MARK: Time

    /// Nobody works here, and yet what is late goes where it must, and what was kept long enough goes away.
    @Test func deadlinesAndRetentionAreEnforcedWithoutWorkers() async throws {
        let place = try Served.Place(
            """
            lifecycle: hasty
            initial: queued
            failure: failed
            statuses:
              queued: {queues_for: working, within: 200ms}
              working: {works: 5m, moves_to: done}
              done: {succeeds: 30d}
              failed: {fails: 100ms, then: forgotten}
              forgotten: {closes: forever}
            """)
        let served = try await Served(place)
        let id = try await served.start("hasty")
        // The command ends when the job does, and with 1 where that is no good end.
        _ = try await place.tool.run("jobs", "watch", id)
        var last = try await served.call(.GET, "/v1/jobs/\(id)").json["status"]?.text
        while last == "failed" { last = try await served.call(.GET, "/v1/jobs/\(id)").json["status"]?.text }
        #expect(last == "forgotten")
        let history = try await served.call(.GET, "/v1/jobs/\(id)/history").json
        #expect("\(history)".contains("failed"))
        #expect(await served.terminate() == .exited(0))
    }

    // MARK: Drift

    @Test(arguments: [Depot.Kind.sqlite, .postgres])
    func aDatabaseThatDriftedIsNotServed(_ kind: Depot.Kind) async throws {
        let database = kind == .postgres ? try await PostgresDatabase() : nil
        let place = try Served.Place(Self.export, database: database?.url)
        #expect(await (try await Served(place)).terminate() == .exited(0))
        try await place.tamper(
            "DROP TRIGGER trg_export_move" + (kind == .postgres ? " ON lockstep.export_jobs" : ""))

        let refused = try await place.tool.run(place.arguments) { _ in }
        #expect(refused.code == 1)
        #expect(
            refused.errors.contains(
                "lifecycle 'export': the trigger 'trg_export_move' is missing, so undeclared moves are not refused"
            ), "\(refused.errors)")
        #expect(refused.errors.contains("'lockstep drift --mend --database "))
        // A password in the address is told nobody.
        if let url = database?.url, let password = URLComponents(string: url)?.password {
            #expect(!refused.errors.contains(password))
        }

        #expect(try await place.tool.run("drift").code == 1)
        let found = try await place.tool.run("drift", "--json").json()
        #expect(found["drift"]?.items.first?["object"]?.text == "trg_export_move")
        let mended = try await place.tool.run("drift", "--mend")
        #expect(mended.code == 0 && mended.out.hasPrefix("mended: lifecycle 'export'"), "\(mended)")
        #expect(try await place.tool.run("drift").out.hasPrefix("nothing drifted in "))
        #expect(await (try await Served(place)).terminate() == .exited(0))
    }
}

extension Served.Place {
    /// Does something by hand, as psql or sqlite3 would.
    func tamper(_ statement: String) async throws {
        let (program, arguments) =
            if let database {
                ("psql", ["-X", "-q", "-c", statement, database])
            } else {
                ("sqlite3", [tool.database, statement])
            }
        let run = try await Tool.run(
            URL(filePath: "/usr/bin/env"), [program] + arguments, in: scratch, ["PATH": "/usr/bin:/bin"]
        ) { _ in }
        #expect(run.code == 0, "\(run.errors)")
    }
}

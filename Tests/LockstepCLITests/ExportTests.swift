import Foundation
import Lockstep
import LockstepTesting
import Testing

/// What `lockstep export` writes is run by those it is for.
@Suite(.timeLimit(.minutes(3))) struct ExportTests {
    /// Statuses as they come: keywords, signs, quotes, two that differ only by a sign, one in no alphabet at all.
    private static let odd = """
        lifecycle: odd_one
        initial: [class, "it's new"]
        failure: init
        statuses:
          class: {queues_for: self, within: 1h}
          "it's new": {queues_for: self, within: 1h}
          self: {works: 5m, moves_to: [done-now, done now, "☃", 'a "b" \\ c', 2nd, allowed]}
          done-now: {succeeds: 30d}
          done now: {succeeds: 30d}
          "☃": {succeeds: 30d}
          'a "b" \\ c': {succeeds: 30d}
          2nd: {succeeds: 30d}
          allowed: {succeeds: 30d}
          init: {fails: 30d, reopens_to: class}
        """

    private let depot: Depot

    init() async throws {
        depot = try await Depot()
        try Self.odd.write(toFile: depot.scratch.path("odd.yaml"), atomically: true, encoding: .utf8)
    }

    private func export(_ lifecycle: String, _ format: String, _ more: String...) async throws -> String {
        let run = try await depot.tool.run(["export", lifecycle, "--format", format] + more) { _ in }
        #expect(run.code == 0, "\(run.errors)")
        return run.out
    }

    private func definition(_ lifecycle: String) async throws -> Definition {
        guard lifecycle == "odd.yaml" else { return depot.parcels.definition }
        let text = try await depot.tool.run("export", "odd.yaml", "--format", "jsonschema").out
        let statuses = try #require(try JSONValue(parsing: text)["$defs"]?["status"]?["enum"]).items
        #expect(statuses.count == 10)
        return Definition(
            name: "odd_one",
            statuses: statuses.compactMap(\.text).map { StatusRule(name: $0, kind: .work, limit: .forever) },
            initial: [])
    }

    /// Runs a program of the system on a text that stands in a file.
    private func run(_ program: String, _ arguments: [String], _ file: String, _ text: String) async throws
        -> Tool.Run
    {
        try text.write(toFile: depot.scratch.path(file), atomically: true, encoding: .utf8)
        let environment = ProcessInfo.processInfo.environment
        return try await Tool.run(
            URL(filePath: "/usr/bin/env"), [program] + arguments, in: depot.scratch,
            ["PATH": environment["PATH"] ?? "/usr/bin:/bin", "HOME": depot.scratch.folder]
        ) { _ in }
    }

    @Test(arguments: ["parcel", "odd.yaml"]) func pythonRunsIt(_ lifecycle: String) async throws {
        let text = try await export(lifecycle, "python")
        let probe = """
            \(text)
            import json
            T = \(lifecycle == "parcel" ? "ParcelStatus" : "OddOneStatus")
            assert T("\(lifecycle == "parcel" ? "queued" : "class")").kind == "queue"
            assert str(next(iter(INITIAL))) in [s.value for s in T]
            assert all(s.is_end == (s.kind in ("success", "failure", "closed")) for s in T)
            assert all(T(s).allows(t) == (t in ALLOWED[s]) for s in T for t in T)
            print(json.dumps({s.value: sorted(t.value for t in ALLOWED[s]) for s in T}))
            """
        let run = try await run("python3", ["probe.py"], "probe.py", probe)
        #expect(run.code == 0, "\(run.errors)")
        try await expectMoves(run.out, lifecycle)
    }

    /// Node 20 does not read types: they are taken off by the few forms in which they are written, and what remains
    /// must run.
    @Test(arguments: ["parcel", "odd.yaml"]) func nodeRunsWhatIsNoType(_ lifecycle: String) async throws {
        let text = try await export(lifecycle, "typescript")
        let type = lifecycle == "parcel" ? "ParcelStatus" : "OddOneStatus"
        let prefix = lifecycle == "parcel" ? "parcelStatus" : "oddOneStatus"
        let script = text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("export type ") }
            .map { line in
                line.replacing("] as const;", with: "];")
                    .replacing(": readonly \(type)[] =", with: " =")
                    .replacing(": Readonly<Record<\(type), \(type)Kind>> =", with: " =")
                    .replacing(": Readonly<Record<\(type), readonly \(type)[]>> =", with: " =")
                    .replacing("(text: string): text is \(type) {", with: "(text) {")
                    .replacing("(status: \(type)): boolean {", with: "(status) {")
            }.joined(separator: "\n")
        let probe = """
            \(script)
            if (!is\(type)(\(prefix)Initial[0]) || is\(type)("toString")) throw new Error("is");
            for (const s of \(prefix)Values) if (isEnd\(type)(s) !== /^(success|failure|closed)$/.test(\(prefix)Kinds[s])) throw new Error(s);
            console.log(JSON.stringify(Object.fromEntries(\(prefix)Values.map(s => [s, [...\(prefix)Allowed[s]].sort()]))));
            """
        let run = try await run("node", ["probe.mjs"], "probe.mjs", probe)
        #expect(run.code == 0, "\(run.errors)")
        try await expectMoves(run.out, lifecycle)
    }

    private func expectMoves(_ text: String, _ lifecycle: String) async throws {
        let moves = try JSONValue(parsing: text)
        let definition = try await definition(lifecycle)
        for status in definition.names {
            let found = try #require(moves[status], "\(status)").items.compactMap(\.text)
            if lifecycle == "parcel" { #expect(found == definition.allowed(from: status).sorted()) }
        }
        if lifecycle != "parcel" {
            #expect(moves["self"]?.items.count == 7)
            #expect(moves["it's new"]?.items.compactMap(\.text) == ["init", "self"])
        }
    }

    @Test(arguments: ["parcel", "odd.yaml"]) func theCompilerTakesSwift(_ lifecycle: String) async throws {
        let text = try await export(lifecycle, "swift")
        let run = try await run(
            "swiftc", ["-typecheck", "-warnings-as-errors", "Status.swift"], "Status.swift", text)
        #expect(run.code == 0, "\(run.out) \(run.errors)")
    }

    @Test(arguments: ["parcel", "odd.yaml"]) func bothDatabasesTakeSQL(_ lifecycle: String) async throws {
        let sqlite = try await export(lifecycle, "sql")
        let made = try await run("sqlite3", ["-bail", "made.sqlite", ".read made.sql"], "made.sql", sqlite)
        #expect(made.code == 0 && made.errors.isEmpty, "\(made.errors)")
        let database = try await PostgresDatabase()
        let postgres = try await export(lifecycle, "sql", "--dialect", "postgres")
        let run = try await run(
            "psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "made.pg.sql", database.url], "made.pg.sql",
            postgres)
        #expect(run.code == 0, "\(run.errors)")
    }

    @Test(arguments: ["parcel", "odd.yaml"]) func theSchemaIsOneAndHoldsJobs(_ lifecycle: String) async throws
    {
        let text = try await export(lifecycle, "jsonschema")
        let name = lifecycle == "parcel" ? "parcel" : "odd_one"
        let status = lifecycle == "parcel" ? "queued" : "class"
        let probe = """
            import json, jsonschema
            schema = json.load(open("schema.json"))
            jsonschema.Draft202012Validator.check_schema(schema)
            check = jsonschema.Draft202012Validator(schema)
            job = {"id": "x", "lifecycle": "\(name)", "status": "\(status)", "version": 1}
            assert check.is_valid(job)
            assert not check.is_valid({**job, "status": "gone"})
            assert not check.is_valid({**job, "lifecycle": "other"})
            move = check.evolve(schema=schema["$defs"]["move"])
            statuses = schema["$defs"]["status"]["enum"]
            print(json.dumps({a: sorted(b for b in statuses if move.is_valid({"from": a, "to": b})) for a in statuses}))
            """
        try text.write(toFile: depot.scratch.path("schema.json"), atomically: true, encoding: .utf8)
        let run = try await run("python3", ["check.py"], "check.py", probe)
        #expect(run.code == 0, "\(run.errors)")
        try await expectMoves(run.out, lifecycle)
        let openAPI = try JSONValue(parsing: try await export(lifecycle, "openapi"))
        #expect(openAPI["openapi"] == "3.1.0")
        let type = lifecycle == "parcel" ? "Parcel" : "OddOne"
        #expect(
            openAPI["components"]?["schemas"]?["\(type)Job"]?["properties"]?["status"]?["$ref"]?.text
                == "#/components/schemas/\(type)Status")
    }

    @Test func equalDefinitionsGiveEqualTexts() async throws {
        try depot.parcels.definition.canonicalJSON().write(
            toFile: depot.scratch.path("parcel.json"), atomically: true, encoding: .utf8)
        for format in ["swift", "python", "typescript", "sql", "jsonschema", "mermaid", "openapi"] {
            let stored = try await export("parcel", format)
            #expect(try await export("parcel.json", format) == stored)
            _ = try await export("parcel", format, "--output", "out.txt")
            #expect(try String(contentsOfFile: depot.scratch.path("out.txt"), encoding: .utf8) == stored)
        }
        #expect(try await export("parcel", "mermaid") == depot.parcels.definition.mermaid())
    }

    @Test func mistakesAreSaid() async throws {
        let none = try await depot.tool.run("export", "letter", "--format", "swift")
        #expect(none.code == 1 && none.errors.contains("there is no lifecycle 'letter'"))
        let format = try await depot.tool.run("export", "parcel", "--format", "cobol")
        #expect(format.code == 2)
        try Self.odd.replacing("within: 1h", with: "within: 0s").write(
            toFile: depot.scratch.path("bad.yaml"), atomically: true, encoding: .utf8)
        let bad = try await depot.tool.run("export", "bad.yaml", "--format", "swift")
        #expect(bad.code == 1 && bad.errors.contains("may last no time at all"))
    }
}

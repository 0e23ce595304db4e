import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// What PostgreSQL makes of a fresh store with two lifecycles, beside the file that shows it (Golden/schema.sql): a
/// change of the schema is seen as what it is in a review. `LOCKSTEP_WRITE_SCHEMA` in the environment writes the file.
@Suite struct GoldenSchemaTests {
    private static let definitions = [Definition(Parcel.self), Definition(Footage.self)]
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/schema.sql")
    private static let mark = "-- statements: "

    /// What the store sends to make such a schema, as a number. It tells without a server when the file is stale.
    private static func fingerprint() throws -> String {
        let scope = SchemaScope(schema: "lockstep", definitions: try definitions.map { try $0.audited() })
        let own = PostgresMigrations.all.flatMap { $0.up(SchemaScope(schema: "lockstep", definitions: [])) }
            .map(\.text)
        let all = own + scope.definitions.flatMap { PostgresSchema($0, in: scope.schema).create }
        return Definition.fingerprint(of: all.joined(separator: ";\n"))
    }

    @Test func theStatementsAreThoseOfTheFile() throws {
        guard ProcessInfo.processInfo.environment["LOCKSTEP_WRITE_SCHEMA"] == nil else { return }
        let first = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n").first
        #expect(
            first == Substring(Self.mark + (try Self.fingerprint())),
            "Tests/LockstepPostgresTests/Golden/schema.sql is stale; run 'make docs'")
    }

    @Test func theDumpIsTheFile() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        try await store.install(Self.definitions)
        let dump = try Self.mark + Self.fingerprint() + "\n" + Self.normal(try await Self.dump(database.url))
        if ProcessInfo.processInfo.environment["LOCKSTEP_WRITE_SCHEMA"] != nil {
            try FileManager.default.createDirectory(
                at: Self.file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try dump.write(to: Self.file, atomically: true, encoding: .utf8)
            return
        }
        let golden = try String(contentsOf: Self.file, encoding: .utf8)
        let changes = dump.split(separator: "\n", omittingEmptySubsequences: false)
            .difference(from: golden.split(separator: "\n", omittingEmptySubsequences: false))
            .map { change in
                switch change {
                case .insert(_, let line, _): "+ \(line)"
                case .remove(_, let line, _): "- \(line)"
                }
            }
        #expect(
            changes.isEmpty,
            """
            Tests/LockstepPostgresTests/Golden/schema.sql is stale; run 'make docs', and look at the change:
            \(changes.joined(separator: "\n"))
            """)
    }

    /// The newest `pg_dump` that is installed: an older one refuses a newer server.
    private static func dump(_ connection: String) async throws -> String {
        let find = """
            for bin in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
                [ -x "$bin/pg_dump" ] && exec "$bin/pg_dump" "$@"
            done
            exec pg_dump "$@"
            """
        let child = try ChildProcess(
            URL(filePath: "/bin/sh"),
            ["-c", find, "sh", "--schema-only", "--no-owner", "--schema=lockstep", "--dbname=\(connection)"])
        let text = await child.text()
        let end = await child.end(nil) { Issue.record("\($0)") }
        try #require(end == .exited(0), "pg_dump failed; install postgresql-client")
        return text
    }

    /// Without what differs from one version of `pg_dump` to the other: comments, settings, empty lines.
    private static func normal(_ dump: String) -> String {
        let noise = ["--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict"]
        return dump.split(separator: "\n").filter { line in !noise.contains { line.hasPrefix($0) } }
            .map { $0 + "\n" }.joined()
    }
}

import Foundation
import Testing

@testable import LockstepSources

/// Whatever stands in a schema, reading it ends, soon, and says nothing wrong of the statements beside it.
struct HostileSchemaTests {
    private static let good = "CREATE TABLE good (status text CHECK (status IN ('a', 'b')));"

    /// Random halves of statements before a good one: the good one is read all the same, once the noise has ended.
    @Test func noiseHidesNothingBehindASemicolon() throws {
        var random = Noise(seed: 5)
        let pieces = [
            "CREATE TABLE", "ALTER TABLE", "x", "(", ")", "status", "text", "CHECK", "IN", "'a'", ",", "NULL",
            "ADD",
            "CONSTRAINT", "DROP", "TYPE", "AS ENUM", "DEFAULT", "1", "::", "=", "ANY", "ARRAY[", "]", "OR",
            "NOT", "CASE",
            "WHEN", "END", "PARTITION OF", "FOR VALUES IN", "\"q\"", "DO", "BEGIN", "RENAME TO", "{", "}",
            "?", "%s",
        ]
        for _ in 0..<250 {
            var text = ""
            for _ in 0..<25 { text += pieces[random.next(below: pieces.count)] + " " }
            let column = try Made.column("good.status", sql: text + ";\n" + Self.good)
            #expect(column.accepted == ["a", "b"])
        }
    }

    @Test(arguments: ["sql", "py", "ts", "rb", "swift", "prisma", "json", "go", "kt"])
    func bytesAreReadAsAnyKind(ending: String) {
        var random = Noise(seed: 3)
        let words = [
            "CREATE TABLE", "$jsonSchema", "pgTable(", "pgEnum(", "drizzle-orm", "down_revision", "op.",
            "revision = 'a'",
            "down_revision = None", "create_table", "ActiveRecord::Schema", "queryRunner", "up(", "model A {",
            "enum B {", "@Entity(",
            "typeorm", "migrations.Migration", "operations = [", "__tablename__", "sqlalchemy", "\"openapi\"",
            "\"enum\"", "'", "\"",
            "`", "(", ")", "[", "]", "{", "}", "\n", "\\", "=", ":", ",", "é", "\u{FFFC}", "${", "#{",
            "class X(Y):", "import Fluent",
            ".schema(", "Migration",
        ]
        for _ in 0..<80 {
            var text = ""
            for _ in 0..<80 {
                text += words[random.next(below: words.count)] + (random.next(below: 3) == 0 ? " " : "")
            }
            let schema = Made.schema(["a/migrations/1.\(ending)": text])
            let lines = text.utf8.filter { $0 == UInt8(ascii: "\n") }.count + 1
            #expect(schema.columns.allSatisfy { (1...lines).contains($0.place.line) })
        }
    }

    @Test(arguments: [
        "((((((((((", "NOT (", "status = (CASE WHEN ", "lower(", "- ", "status IN ('a', ", "ARRAY[", "CAST(",
        "coalesce(1, ",
    ])
    func depthIsBounded(piece: String) {
        let text =
            "CREATE TABLE deep (status text CHECK (" + String(repeating: piece, count: 5_000) + "'a'));\n"
        let started = ContinuousClock.now
        let schema = Made.sql(text)
        #expect(schema.columns.allSatisfy { $0.table == "deep" })
        #expect(ContinuousClock.now - started < .seconds(20))
    }

    @Test func longListsAndChainsAreRead() throws {
        let values = (0..<3_000).map { "v\($0)" }
        let chain = values.map { "status = '\($0)'" }.joined(separator: " OR ")
        let column = try Made.column("jobs.status", sql: "CREATE TABLE jobs (status text CHECK (\(chain)));")
        #expect(column.accepted == values)
        #expect(column.accepts("v2999") == .accepted)
        #expect(column.accepts("v3000") == .refused)
    }

    @Test func anEvilPatternEndsSoon() throws {
        let column = try Made.column(
            "jobs.status",
            sql: "CREATE TABLE jobs (status text CHECK (status ~ '^(a+)+$' AND status ~ '((a|a)*)*b'));")
        let started = ContinuousClock.now
        #expect(column.accepts(String(repeating: "a", count: 60) + "!") != .accepted)
        #expect(ContinuousClock.now - started < .seconds(5))
    }

    @Test func nestedCodeIsBounded() {
        let deep = String(repeating: "f(", count: 30_000)
        for (path, begin) in [
            (
                "versions/1.py",
                "revision = 'a'\ndown_revision = None\ndef upgrade():\n    op.create_table('x', "
            ),
            ("m/1.ts", "import { pgTable } from 'drizzle-orm';\nexport const x = pgTable('x', {a: "),
            ("db/schema.rb", "ActiveRecord::Schema.define do\ncreate_table \"x\", "),
        ] {
            let schema = Made.schema([path: begin + deep])
            #expect(schema.columns.count < 10)
        }
        let json = Made.schema([
            "a.json": "{\"openapi\": \"3\", \"enum\": " + String(repeating: "[", count: 200_000)
        ])
        #expect(json.columns.isEmpty)
    }

    @Test func revisionsInACircleAreReadOnce() throws {
        let revision = { (name: String, after: String, label: String) in
            "revision = '\(name)'\ndown_revision = '\(after)'\nfrom alembic import op\ndef upgrade():\n    op.execute(\"\(label)\")\n"
        }
        let schema = Made.schema([
            "v/1.py": revision("a", "b", "CREATE TABLE jobs (status text CHECK (status IN ('a')))"),
            "v/2.py": revision("b", "a", "SELECT 1"),
        ])
        #expect(try Made.column("jobs.status", in: schema).accepted == ["a"])
    }
}

/// Numbers that are the same at every run.
private struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }
}

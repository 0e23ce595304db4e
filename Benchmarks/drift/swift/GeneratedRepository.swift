import Foundation
import LockstepSources

/// A repository made up for measuring: tables with statuses, and code of several languages that writes them.
struct GeneratedRepository {
    /// How many tables the schema has.
    let tables: Int
    /// The files.
    let files: [SourceFile]
    /// How many lines they have.
    let lines: Int
    /// How many tables have a status in code that their CHECK lacks.
    let drifted: Int

    private static let statuses = ["pending", "queued", "running", "waiting", "done", "failed", "expired"]

    private static let kinds = [
        "sale", "rent", "mail", "print", "scan", "trade", "audit", "claim", "lease", "quote", "visit", "call",
        "trip",
        "bid", "loan", "grant", "tour", "repair", "survey", "permit", "refund", "import", "export", "backup",
        "restore",
    ]
    private static let parts = [
        "order", "ticket", "batch", "request", "line", "letter", "parcel", "run", "plan", "step", "bill",
        "check",
        "report", "visit", "notice", "draft", "entry", "round", "part", "offer",
    ]

    /// `sale_order`, `rent_order` and so on, 500 of them.
    private static func name(_ table: Int) -> (String, String) {
        (kinds[table % kinds.count], parts[table / kinds.count % parts.count])
    }

    /// Makes files until they have so many lines. Every tenth table has one status in code that its CHECK lacks.
    init(lines wanted: Int, tables: Int = 500) {
        self.tables = tables
        let list = Self.statuses.map { "'\($0)'" }.joined(separator: ", ")
        var texts: [(path: String, text: String)] = []
        for start in stride(from: 0, to: tables, by: 10) {
            let statements = (start..<min(start + 10, tables)).map { number in
                let (kind, part) = Self.name(number)
                return
                    "CREATE TABLE \(kind)_\(part)s (\n    id bigint PRIMARY KEY,\n    owner text NOT NULL,\n    status text NOT NULL DEFAULT 'pending' CONSTRAINT \(kind)_\(part)s_ck CHECK (status IN (\(list)))\n);"
            }
            let number = String(1_000 + start / 10)
            texts.append(("db/migrations/\(number)_things.sql", statements.joined(separator: "\n") + "\n"))
        }
        var count = texts.reduce(0) { $0 + Self.lines($1.text) }
        var number = 0
        var drifted: Set<Int> = []
        while count < wanted {
            let table = number % tables
            if table % 10 == 0 { drifted.insert(table) }
            let file = Self.file(number, table)
            texts.append(file)
            count += Self.lines(file.text)
            number += 1
        }
        lines = count
        self.drifted = drifted.count
        files = texts.compactMap { SourceFile(path: $0.path, text: $0.text) }
    }

    private static func lines(_ text: String) -> Int { text.utf8.lazy.filter { $0 == 10 }.count }

    private static func file(_ number: Int, _ table: Int) -> (path: String, text: String) {
        let (kind, part) = name(table)
        let name = kind.capitalized + part.capitalized
        let extra = table % 10 == 0 ? ["stalled"] : []
        let all = statuses + extra
        switch number % 4 {
        case 0:
            let members = all.map { "    \($0.uppercased()) = '\($0)'\n" }.joined()
            return (
                "app/m\(number).py",
                "class \(name)Status(str, Enum):\n\(members)\n\n"
                    + (0..<12).map { turn in
                        "def step_\(turn)(db, thing):\n    \"\"\"Moves it. status = 'nonsense' in a document is none.\"\"\"\n    if thing.status == 'pending':\n        db.execute(\"UPDATE \(kind)_\(part)s SET status = 'queued' WHERE id = %s\", [thing.id])\n    return {'status': thing.status, 'turn': \(turn)}\n\n\n"
                    }.joined()
            )
        case 1:
            let union = all.map { "'\($0)'" }.joined(separator: " | ")
            return (
                "web/m\(number).ts",
                "export type \(name)Status = \(union)\n\n"
                    + (0..<14).map { turn in
                        "export async function step\(turn)(id: string) {\n  const text = `turn ${id} of ${turns[\(turn)]}`\n  await db.from('\(kind)_\(part)s').update({ status: 'running', note: text }).eq('id', id)\n  return { kind: 'answer', status: 'ok' }\n}\n\n"
                    }.joined()
            )
        case 2:
            let members = all.map { "\t\(name)\($0.capitalized) \(name)Status = \"\($0)\"\n" }.joined()
            return (
                "svc/m\(number).go",
                "package svc\n\ntype \(name)Status string\n\nconst (\n\(members))\n\n"
                    + (0..<12).map { turn in
                        "func (s *Store) Step\(turn)(ctx context.Context, id int) error {\n\t_, err := s.db.Exec(ctx, `UPDATE \(kind)_\(part)s SET status = 'done' WHERE id = $1 AND status IN ('running', 'waiting')`, id)\n\tif err != nil {\n\t\treturn fmt.Errorf(\"step \(turn) of %d: %w\", id, err)\n\t}\n\treturn nil\n}\n\n"
                    }.joined()
            )
        default:
            let cases = all.map { "    case \($0)\n" }.joined()
            return (
                "Sources/M\(number).swift",
                "enum \(name)Status: String {\n\(cases)}\n\n"
                    + (0..<12).map { turn in
                        "func step\(turn)(_ thing: \(name)) async throws {\n    // status = \"nonsense\"\n    guard thing.status == .waiting else { return }\n    thing.status = .done\n    try await log(\"turn \\(turn) of \\(thing.id)\")\n}\n\n"
                    }.joined()
            )
        }
    }
}

import Lockstep
import LockstepSQL

/// A lifecycle's tables in an SQLite database, compared by their own texts, which SQLite keeps as they were given.
struct SQLiteLive {
    private let definition: Definition
    private let statements: [Statement]
    private let live: [String: String]
    private let names: TableNames

    init(_ db: any SQLReading, _ definition: Definition) throws {
        self.definition = definition
        statements = SQLiteSchema(definition).create.compactMap(Statement.init)
        names = TableNames(definition.name)
        let rows = try db.query(
            "SELECT name, sql FROM sqlite_schema WHERE tbl_name = ?1 OR tbl_name = ?2", names.jobs,
            names.history)
        live = Dictionary(
            rows.compactMap { row in row[0].text.flatMap { name in row[1].text.map { (name, $0) } } },
            uniquingKeysWith: { first, _ in first })
    }

    func drift() -> [SchemaDrift] {
        var findings = Findings(definition.name)
        for statement in statements {
            let text = live[statement.name].map { SQLWords($0) }
            if statement.kind == .table {
                guard let text else {
                    findings.add(statement.name, "the table '\(statement.name)' is missing")
                    continue
                }
                compareTable(statement, text, &findings)
            } else {
                findings.compare(
                    statement.kind.rawValue, statement.name, SQLWords(statement.text), text)
            }
        }
        return findings.found
    }

    private func compareTable(_ statement: Statement, _ live: SQLWords, _ findings: inout Findings) {
        let parts = Dictionary(
            live.tableParts.map { ($0.name, $0.words) }, uniquingKeysWith: { first, _ in first })
        for (column, wanted) in SQLWords(statement.text).tableParts {
            guard let found = parts[column] else {
                findings.add(column, "the column '\(column)' of '\(statement.name)' is missing")
                continue
            }
            if column == "status", statement.name == names.jobs {
                let before = findings.found.count
                findings.checkStatuses(
                    names.statusCheck, declared: definition.names,
                    live: found.parenthesis(after: names.statusCheck))
                if findings.found.count > before { continue }
            }
            guard found != wanted else { continue }
            let change = wanted.difference(to: found).map { ": \($0)" } ?? ""
            findings.add(
                column, "the column '\(column)' of '\(statement.name)' is not as it was made\(change)")
        }
    }
}

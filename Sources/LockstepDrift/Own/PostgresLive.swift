import Lockstep
import LockstepPostgres
import LockstepSQL

/// A lifecycle's tables in a PostgreSQL database, compared with what PostgreSQL says of them in its own words.
struct PostgresLive {
    private let db: any SQLReading
    private let definition: Definition
    private let schema: String
    private let names: TableNames
    private let statements: [Statement]

    init(_ db: any SQLReading, _ definition: Definition, schema: String) throws {
        self.db = db
        self.definition = definition
        self.schema = schema
        names = TableNames(definition.name)
        statements = (PostgresSchema(definition, in: schema).create + BaseSchema.create(in: schema))
            .compactMap(Statement.init)
    }

    func drift() throws -> [SchemaDrift] {
        var findings = Findings(definition.name)
        for table in [names.jobs, names.history] {
            let isThere = try db.query("SELECT to_regclass(?1) IS NULL", "\(schema).\(table)")
            guard isThere.first?[0].integer == 0 else {
                findings.add(table, "the table '\(table)' is missing")
                continue
            }
            try compareColumns(of: table, &findings)
        }
        guard findings.found.isEmpty else { return findings.found }
        try compareCheck(&findings)
        try compareTriggers(&findings)
        try compareFunctions(&findings)
        try compareIndexes(&findings)
        return findings.found
    }

    private func wanted(_ kind: Statement.Kind) -> [Statement] { statements.filter { $0.kind == kind } }

    private func compareColumns(of table: String, _ findings: inout Findings) throws {
        let rows = try db.query(
            """
            SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull::int,
                CASE WHEN a.attgenerated = 's' THEN pg_get_expr(d.adbin, d.adrelid) END
            FROM pg_catalog.pg_attribute a
                LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = to_regclass(?1) AND a.attnum > 0 AND NOT a.attisdropped
            """, "\(schema).\(table)")
        let live = Dictionary(
            rows.compactMap { row in row[0].text.map { ($0, row) } }, uniquingKeysWith: { first, _ in first })
        guard let statement = wanted(.table).first(where: { $0.name == table }) else { return }
        for (column, words) in SQLWords(statement.text).tableParts where column != "primary" {
            guard let row = live[column] else {
                findings.add(column, "the column '\(column)' of '\(table)' is missing")
                continue
            }
            let text = words.words
            let type = row[1].text ?? ""
            if text.count > 1, type != text[1] {
                findings.add(
                    column, "the column '\(column)' of '\(table)' is \(type) and should be \(text[1])")
            }
            if text.contains("not"),
                zip(text, text.dropFirst()).contains(where: { $0 == "not" && $1 == "null" }),
                row[2].integer == 0
            {
                findings.add(column, "the column '\(column)' of '\(table)' may be NULL and should not")
            }
            if let expression = words.parenthesis(after: "as"), text.contains("generated"),
                text.contains("stored")
            {
                let wanted = SQLWords(expression).asPostgresSays
                guard let said = row[3].text, SQLWords(said).asPostgresSays == wanted else {
                    findings.add(
                        column, "the column '\(column)' of '\(table)' no longer shows what the status says")
                    continue
                }
            }
        }
    }

    private func compareCheck(_ findings: inout Findings) throws {
        let rows = try db.query(
            """
            SELECT pg_get_constraintdef(oid), convalidated::int FROM pg_catalog.pg_constraint
            WHERE conrelid = to_regclass(?1) AND conname = ?2 AND contype = 'c'
            """, "\(schema).\(names.jobs)", names.statusCheck)
        findings.checkStatuses(
            names.statusCheck, declared: definition.names, live: rows.first?[0].text)
        if rows.first?[1].integer == 0 {
            findings.add(
                names.statusCheck,
                "the CHECK '\(names.statusCheck)' was never held against the rows (NOT VALID)")
        }
        if let text = rows.first?[0].text, SQLWords(text).words.contains("or") {
            findings.add(
                names.statusCheck, "the CHECK '\(names.statusCheck)' is not as it was made: ‘\(text)’")
        }
    }

    private func compareTriggers(_ findings: inout Findings) throws {
        let rows = try db.query(
            """
            SELECT tgname::text, tgenabled::text, pg_get_triggerdef(oid) FROM pg_catalog.pg_trigger
            WHERE tgrelid = to_regclass(?1) AND NOT tgisinternal
            """, "\(schema).\(names.jobs)")
        let live = Dictionary(
            rows.compactMap { row in row[0].text.map { ($0, row) } }, uniquingKeysWith: { first, _ in first })
        for statement in wanted(.trigger) {
            let row = live[statement.name]
            findings.compare(
                "trigger", statement.name, SQLWords(statement.text).asPostgresSays,
                row?[2].text.map { SQLWords($0).asPostgresSays })
            if let state = row?[1].text, state != "O", state != "A" {
                findings.add(
                    statement.name,
                    "the trigger '\(statement.name)' is switched off"
                        + Findings.consequence(of: statement.name, definition.name))
            }
        }
    }

    private func compareFunctions(_ findings: inout Findings) throws {
        let rows = try db.query(
            """
            SELECT p.proname::text, p.prosrc, p.prosecdef::int FROM pg_catalog.pg_proc p
                JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = ?1
            """, schema)
        let live = Dictionary(
            rows.compactMap { row in row[0].text.map { ($0, row) } }, uniquingKeysWith: { first, _ in first })
        for statement in wanted(.function) {
            let parts = statement.text.split(separator: "$lockstep$", omittingEmptySubsequences: false)
            // A body that is no text in the database is compared by nothing but its being there.
            let body = parts.count == 3 ? SQLWords(String(parts[1])) : SQLWords(words: [])
            let row = live[statement.name]
            findings.compare(
                "function", statement.name, body,
                row.map { parts.count == 3 ? SQLWords($0[1].text ?? "") : SQLWords(words: []) })
            if statement.text.contains("SECURITY DEFINER"), row?[2].integer == 0 {
                findings.add(
                    statement.name,
                    "the function '\(statement.name)' no longer acts with its owner's rights (SECURITY DEFINER)"
                )
            }
        }
    }

    private func compareIndexes(_ findings: inout Findings) throws {
        let rows = try db.query(
            """
            SELECT c.relname::text, pg_get_indexdef(i.indexrelid), i.indisvalid::int
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = to_regclass(?1) OR i.indrelid = to_regclass(?2)
            """, "\(schema).\(names.jobs)", "\(schema).\(names.history)")
        let live = Dictionary(
            rows.compactMap { row in row[0].text.map { ($0, row) } }, uniquingKeysWith: { first, _ in first })
        for statement in wanted(.index) {
            let row = live[statement.name]
            findings.compare(
                "index", statement.name, SQLWords(statement.text).asPostgresSays,
                row?[1].text.map { SQLWords($0).asPostgresSays })
            if row?[2].integer == 0 {
                findings.add(statement.name, "the index '\(statement.name)' was never finished (INVALID)")
            }
        }
    }
}

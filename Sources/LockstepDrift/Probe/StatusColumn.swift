import Lockstep
import LockstepSQL

/// A column of an application's own table that holds statuses, compared with what is declared.
///
/// The database is asked for what it accepts: the labels of an ENUM, or what a CHECK comes to for each value.
public struct StatusColumn: Hashable, Sendable {
    /// The table.
    public let table: String
    /// The column.
    public let column: String

    /// Names a column. Both are plain names: letters, digits and `_`.
    public init(_ table: String, _ column: String) {
        self.table = table
        self.column = column
    }

    /// What is declared and what the database accepts, where they differ.
    public struct Difference: Hashable, Sendable, CustomStringConvertible {
        /// The column, as `table.column`.
        public let place: String
        /// Declared values that the database refuses: the first job that gets there is parked.
        public let refused: [String]
        /// Values that the database accepts and nobody declared.
        public let undeclared: [String]

        /// Whether there is no difference.
        public var isEmpty: Bool { refused.isEmpty && undeclared.isEmpty }

        /// One sentence.
        public var description: String {
            var parts: [String] = []
            if !refused.isEmpty { parts.append("refuses \(Findings.list(refused)), which the code writes") }
            if !undeclared.isEmpty {
                parts.append("accepts \(Findings.list(undeclared)), which is not declared")
            }
            return isEmpty
                ? "'\(place)' accepts what is declared" : "'\(place)' \(parts.joined(separator: " and "))"
        }
    }

    /// Compares the column with declared values.
    /// - Throws: an error of the store; a ``Failure`` when the column has neither an ENUM nor a CHECK of its own.
    public func difference(to declared: [String], in store: any SQLStore) async throws -> Difference {
        let dialect = store.dialect
        let accepted = try await store.read { db in
            switch dialect {
            case .sqlite: try sqlite(db, declared)
            case .postgres: try postgres(db, declared)
            }
        }
        return Difference(
            place: "\(table).\(column)", refused: declared.filter { !accepted.contains($0) },
            undeclared: accepted.filter { !declared.contains($0) })
    }

    private var missing: Failure {
        .adminRequired(
            "the column '\(column)' of '\(table)' has neither an ENUM nor a CHECK that says what it accepts; make "
                + "one, or correct the name", code: "no_constraint")
    }

    private func sqlite(_ db: any SQLReading, _ declared: [String]) throws -> [String] {
        let text = try db.query(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1", table)
        guard let text = text.first?[0].text else { throw missing }
        let part = SQLWords(text).tableParts.first { $0.name == column.lowercased() }
        guard let condition = part?.words.parenthesis(after: "check") else { throw missing }
        return try accepted(declared, by: [condition], db)
    }

    private func postgres(_ db: any SQLReading, _ declared: [String]) throws -> [String] {
        let labels = try db.query(
            """
            SELECT e.enumlabel::text FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_enum e ON e.enumtypid = a.atttypid
            WHERE a.attrelid = to_regclass(?1) AND a.attname = ?2 ORDER BY e.enumsortorder
            """, table, column)
        if !labels.isEmpty { return labels.compactMap(\.[0].text) }
        // Those of this column alone: one of several columns is no list of values.
        let checks = try db.query(
            """
            SELECT pg_get_expr(c.conbin, c.conrelid) FROM pg_catalog.pg_constraint c
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
            WHERE c.contype = 'c' AND c.conrelid = to_regclass(?1) AND a.attname = ?2
            """, table, column)
        guard !checks.isEmpty else { throw missing }
        return try accepted(declared, by: checks.compactMap(\.[0].text), db)
    }

    /// Those of the declared values, and of the texts in the conditions, that the database finds them true for. A
    /// condition that comes to NULL lets a value pass.
    private func accepted(
        _ declared: [String], by conditions: [String], _ db: any SQLReading
    ) throws -> [String] {
        var candidates = declared
        for literal in conditions.flatMap({ SQLWords($0).literals }) where !candidates.contains(literal) {
            candidates.append(literal)
        }
        let all = conditions.map { "(\($0))" }.joined(separator: " AND ")
        return try candidates.filter { candidate in
            let rows = try db.query(
                """
                SELECT 1 FROM (SELECT CAST(?1 AS TEXT) AS \(column)) AS candidate
                WHERE (\(all)) IS NOT FALSE
                """, candidate)
            return !rows.isEmpty
        }
    }
}

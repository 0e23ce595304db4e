import LockstepSQL

/// By which a row is known from one look to the next: its primary key, or other columns that are unique.
struct RowKey: Hashable, Sendable {
    /// The columns, quoted.
    let columns: [String]
    let isPostgres: Bool

    /// The key as one text, for people and for comparing.
    /// - Parameter row: what the table is called in the statement.
    func text(of row: String) -> String {
        let cast = isPostgres ? "::text" : ""
        let parts = columns.map { isPostgres ? "\(row).\($0)\(cast)" : "CAST(\(row).\($0) AS TEXT)" }
        return parts.joined(separator: " || '/' || ")
    }

    /// The newest first, as an index gives them.
    func newestFirst(of row: String) -> String {
        columns.map { "\(row).\($0) DESC" }.joined(separator: ", ")
    }

    /// Looks for it.
    /// - Returns: `nil` where nothing in the table is unique.
    static func find(_ table: GuardedColumn.Table, _ probe: Probe) throws -> RowKey? {
        let names = try probe.isPostgres ? postgres(table, probe) : sqlite(table, probe)
        return names.isEmpty ? nil : RowKey(columns: names.map(SQLText.name), isPostgres: probe.isPostgres)
    }

    private static func postgres(_ table: GuardedColumn.Table, _ probe: Probe) throws -> [String] {
        let rows = try probe.query(
            """
            SELECT (SELECT string_agg(a.attname::text, E'\\n'
                    ORDER BY array_position(string_to_array(i.indkey::text, ' '), a.attnum::text))
                FROM pg_attribute a WHERE a.attrelid = i.indrelid
                    AND a.attnum::text = ANY (string_to_array(i.indkey::text, ' ')))
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ?1 AND c.relname = ?2 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                AND i.indexprs IS NULL
            ORDER BY i.indisprimary DESC, i.indnatts, i.indexrelid LIMIT 1
            """, table.schema, table.name)
        return rows.first?[0].text?.split(separator: "\n").map(String.init) ?? []
    }

    private static func sqlite(_ table: GuardedColumn.Table, _ probe: Probe) throws -> [String] {
        let key = try probe.query(
            "SELECT name FROM pragma_table_xinfo(?1, ?2) WHERE pk > 0 ORDER BY pk", table.name,
            table.schema ?? "main")
        // A table without a primary key has row numbers.
        return key.isEmpty ? ["rowid"] : key.compactMap(\.[0].text)
    }

    /// Whether an index begins with this column, so that the rows it orders last are found without reading the others.
    static func isIndexed(
        _ column: String, of table: GuardedColumn.Table, _ probe: Probe
    ) throws -> Bool {
        let rows =
            try probe.isPostgres
            ? probe.query(
                """
                SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                    JOIN pg_namespace n ON n.oid = c.relnamespace
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = ?3
                WHERE n.nspname = ?1 AND c.relname = ?2 AND i.indisvalid AND i.indpred IS NULL
                    AND split_part(i.indkey::text, ' ', 1) = a.attnum::text LIMIT 1
                """, table.schema, table.name, column)
            : probe.query(
                """
                SELECT 1 FROM pragma_index_list(?1, ?2) AS l, pragma_index_info(l.name, ?2) AS i
                WHERE i.seqno = 0 AND lower(i.name) = lower(?3) AND l.partial = 0
                UNION ALL SELECT 1 FROM pragma_table_xinfo(?1, ?2) WHERE pk = 1 AND lower(name) = lower(?3) LIMIT 1
                """, table.name, table.schema ?? "main", column)
        return !rows.isEmpty
    }
}

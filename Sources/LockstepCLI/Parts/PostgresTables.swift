import LockstepSQL

/// What PostgreSQL's catalog says about tables (manual, chapter "System Catalogs").
enum PostgresTables {
    /// The table, partitioned table, view, materialized view or foreign table of this name.
    ///
    /// A name without a schema is looked for where statements would look for it. Of names that differ in the case
    /// of their letters only, the one that is written as asked is meant.
    static func relation(_ name: String, in store: any SQLStore) async throws -> Relation? {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        return try await store.read { db in
            var found = try db.query(unqualified, name)
            if found.isEmpty, parts.count == 2 { found = try db.query(qualified, parts[0], parts[1]) }
            guard let row = found.first, let schema = row[1].text, let table = row[2].text else { return nil }
            let columns = try db.query(columns, row[0])
            // What an import notes about its rows must be the same whatever the search path was.
            return Relation(
                name: schema == "public" ? table : "\(schema).\(table)",
                quoted: "\(SQLText.name(schema)).\(SQLText.name(table))",
                columns: columns.compactMap { $0[0].text }, comparesText: true)
        }
    }

    private static let selection = """
        SELECT CAST(c.oid AS TEXT), CAST(n.nspname AS TEXT), CAST(c.relname AS TEXT)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        """

    private static let unqualified = """
        \(selection) AND lower(c.relname) = lower(CAST(?1 AS TEXT)) AND pg_catalog.pg_table_is_visible(c.oid)
        ORDER BY c.relname = CAST(?1 AS TEXT) DESC, c.relname LIMIT 1
        """

    private static let qualified = """
        \(selection) AND lower(n.nspname) = lower(CAST(?1 AS TEXT)) AND lower(c.relname) = lower(CAST(?2 AS TEXT))
        ORDER BY n.nspname = CAST(?1 AS TEXT) DESC, c.relname = CAST(?2 AS TEXT) DESC, n.nspname, c.relname LIMIT 1
        """

    private static let columns = """
        SELECT CAST(attname AS TEXT) FROM pg_catalog.pg_attribute
        WHERE attrelid = CAST(?1 AS OID) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
        """
}

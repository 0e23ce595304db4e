extension SQLReading {
    /// The name of a table with its schema, as it is found now: what a function of PostgreSQL needs that may be called
    /// under another search path.
    /// - Parameter table: a plain name.
    /// - Throws: ``SQLError`` when there is no such table.
    public func qualified(table: String) throws -> String {
        try qualified(
            table,
            """
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?1)
            """)
    }

    /// The name of a type with its schema, as it is found now in PostgreSQL.
    /// - Parameter type: a plain name.
    /// - Throws: ``SQLError`` when there is no such type.
    public func qualified(type: String) throws -> String {
        try qualified(
            type,
            """
            SELECT format('%I.%I', n.nspname, t.typname) FROM pg_catalog.pg_type t
                JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = to_regtype(?1)
            """)
    }

    private func qualified(_ name: String, _ question: String) throws -> String {
        guard let found = try query(question, name).first?[0].text else {
            throw SQLError(kind: .statement, message: "there is no '\(name)' in the search path")
        }
        return found
    }
}

/// Whose words a database understands, where one text cannot serve both.
public enum SQLDialect: Hashable, Sendable {
    /// SQLite.
    case sqlite
    /// PostgreSQL, and the schema that the store's tables are in. Tables of applications are where the connection's
    /// `search_path` leads.
    case postgres(schema: String)

    /// The table of a lifecycle's jobs, as a statement names it.
    public func jobs(of lifecycle: String) -> String {
        let table = TableNames(lifecycle).jobs
        return switch self {
        case .sqlite: table
        case .postgres(let schema): "\(schema).\(table)"
        }
    }
}

extension SQLTransaction {
    /// Waits until no other process makes tables of this kind: in PostgreSQL, of several that create one at once, all but
    /// one would fail. In SQLite writers take turns anyway.
    /// - Parameter what: whose tables, such as `content`.
    /// - Throws: ``SQLError``.
    public func takeTurn(making what: String, _ dialect: SQLDialect) throws {
        guard dialect != .sqlite else { return }
        _ = try query("SELECT pg_advisory_xact_lock(hashtext(?1))", "lockstep: \(what)")
    }
}

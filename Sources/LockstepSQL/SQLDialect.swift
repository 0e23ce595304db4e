/// Whose words a database understands, where one text cannot serve both.
public enum SQLDialect: Hashable, Sendable {
    /// SQLite.
    case sqlite
    /// PostgreSQL, and the schema that the store's tables are in.
    case postgres(schema: String)
}

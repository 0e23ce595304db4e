import Lockstep

/// Somebody else's table whose statuses are watched, and never written.
public protocol WatchedTable: Sendable {
    /// Where it is, for people: without a password.
    var database: String { get }
    /// The table, with its schema where it was named with one.
    var table: String { get }
    /// The column of the statuses.
    var column: String { get }
    /// What is declared.
    var definition: Definition { get }

    /// Looks at it.
    /// - Throws: an error of the database, or a ``Failure`` when the table is not as it was named.
    func look() async throws -> TableLook
}

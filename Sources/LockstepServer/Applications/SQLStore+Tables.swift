import Lockstep
import LockstepSQL

extension SQLStore {
    /// Creates an application's own tables, all or none.
    /// - Parameter statements: in SQL that SQLite and PostgreSQL both read, and that may be carried out again and again
    ///   (`CREATE TABLE IF NOT EXISTS`).
    /// - Throws: ``SQLError``.
    public func create(_ statements: [String]) async throws {
        let dialect = dialect
        try await write { transaction in
            try transaction.takeTurn(making: "applications", dialect)
            for statement in statements { try transaction.execute(statement) }
        }
    }
}

extension Failure {
    /// What is said of a row of an application's own table that cannot be read.
    public static func unreadableRow(of table: String) -> Failure {
        .adminRequired(
            "a row of \(table) cannot be read; its columns must be as the application made them",
            code: "bad_row")
    }
}

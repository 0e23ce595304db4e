import LockstepSQL

/// A PostgreSQL database of somebody else: no table of Lockstep's is made in it or looked for.
package final class PlainDatabase: Sendable {
    private let pool: ConnectionPool

    /// Names a database; the first use connects.
    /// - Parameter options: the schema in them does not matter.
    package init(_ options: PostgresOptions) {
        var options = options
        options.listens = false
        options.preparesStatements = false
        pool = ConnectionPool(options)
    }

    /// Reads in one snapshot, by names with their schema alone: the search path is empty.
    /// - Parameter limit: how long the server spends on one statement, waiting for a lock included.
    /// - Throws: ``SQLError``, and what `body` throws.
    package func read<Result: Sendable>(
        limit: Duration, _ body: @escaping @Sendable (any SQLReading) throws -> Result
    ) async throws -> Result {
        try await pool.use { connection in
            let milliseconds = max(1, Int64(limit / .milliseconds(1)))
            connection.isForReading = true
            defer { connection.isForReading = false }
            // All are local to the transaction, so that a pooler gives nobody a session that was changed. What is read
            // in a database in use takes one of its processors at most.
            try connection.execute(
                """
                BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
                SET LOCAL statement_timeout = \(milliseconds);
                SET LOCAL lock_timeout = \(milliseconds);
                SET LOCAL max_parallel_workers_per_gather = 0;
                SET LOCAL search_path = ''
                """)
            let result = try body(PostgresReading(connection: connection))
            try connection.execute("ROLLBACK")
            return result
        }
    }

    /// Uses a session as it is: every text is a transaction of its own unless one was begun.
    /// - Throws: ``SQLError``, and what `body` throws. A transaction that is left open is undone.
    package func session<Result: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Result
    ) async throws -> Result {
        try await pool.use { try body(Session(connection: $0)) }
    }

    /// Closes the connections.
    package func close() async { await pool.close() }

    /// A session in use.
    package struct Session {
        let connection: PGConnection

        /// Carries out a text of one or more statements, without parameters: what cannot run in a transaction can
        /// only be sent like this, and alone.
        package func execute(_ text: String) throws { try connection.execute(text) }

        /// The rows of a query.
        package func query(_ sql: String, _ parameters: any SQLConvertible...) throws -> [SQLRow] {
            try PostgresReading(connection: connection).query(sql, parameters)
        }

        /// Whatever reads.
        package var reading: any SQLReading { PostgresReading(connection: connection) }
    }
}

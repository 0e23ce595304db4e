import LockstepSQL
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// Statements that are prepared by name, and what others do to them.
@Suite(.timeLimit(.minutes(1))) struct PreparingTests {
    private static func names(_ connection: PGConnection) throws -> [String] {
        let result = try connection.run([
            .init(PGStatement("SELECT name FROM pg_prepared_statements ORDER BY name"), isText: true)
        ])
        return result.flatMap { result in (0..<result.count).map { result.text($0, 0) } }
    }

    @Test func aStatementIsPreparedOnce() async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                let statement = PGStatement("SELECT 1")
                for _ in 0..<3 { try connection.run(statement) }
                #expect(try Self.names(connection) == [statement.name])
                // The same text elsewhere in the program has the same name.
                try connection.run(PGStatement("SELECT 1"))
                #expect(try Self.names(connection) == [statement.name])
            }
        }
    }

    @Test func whatWasNotConfirmedIsPreparedAgain() async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                let (good, bad) = (PGStatement("SELECT 1"), PGStatement("SELECT 1/0"))
                do {
                    _ = try connection.run([.init(bad), .init(good)])
                    Issue.record("nothing is divided by zero")
                } catch let error as SQLError {
                    #expect(error.kind == .constraint)
                }
                #expect(try Self.names(connection) == [bad.name])
                #expect(connection.prepared == [bad.name])
                #expect(try connection.run(good).integer(0, 0) == 1)
            }
        }
    }

    @Test func aMissingStatementIsBusyAndThenGoesWithoutNames() async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                let statement = PGStatement("SELECT 1")
                try connection.run(statement)
                // As a pooler does that gives the session to somebody else.
                try connection.execute("DEALLOCATE ALL")
                do {
                    try connection.run(statement)
                    Issue.record("the statement is still there")
                } catch let error as SQLError {
                    #expect(error.kind == .busy)
                }
                #expect(!connection.preparesStatements)
                #expect(try connection.run(statement).integer(0, 0) == 1)
                #expect(try Self.names(connection).isEmpty)
            }
        }
    }

    @Test func aStatementThatIsThereAlreadyIsBusyAndThenGoesWithoutNames() async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                let statement = PGStatement("SELECT 1")
                try connection.execute("PREPARE \(statement.name) AS SELECT 2")
                do {
                    try connection.run(statement)
                    Issue.record("somebody else's statement was called")
                } catch let error as SQLError {
                    #expect(error.kind == .busy)
                }
                #expect(try connection.run(statement).integer(0, 0) == 1)
            }
        }
    }

    @Test(arguments: [true, false]) func aChangedTableIsBusyAndThenRead(isInTransaction: Bool) async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                let statement = PGStatement("SELECT * FROM changing")
                try connection.execute("CREATE TEMPORARY TABLE changing (a bigint)")
                #expect(try connection.run(statement).width == 1)
                try connection.execute("ALTER TABLE changing ADD b bigint")
                if isInTransaction { try connection.execute("BEGIN; SAVEPOINT a") }
                do {
                    try connection.run(statement)
                    Issue.record("the old plan still holds")
                } catch let error as SQLError {
                    #expect(error.kind == .busy)
                }
                // The old name cannot be given up within a transaction.
                if isInTransaction { try connection.execute("ROLLBACK TO SAVEPOINT a") }
                #expect(try connection.run(statement).width == 2)
                if isInTransaction { try connection.execute("COMMIT") }
                #expect(try connection.run(statement).width == 2)
                #expect(try Self.names(connection) == [statement.name])
            }
        }
    }
}

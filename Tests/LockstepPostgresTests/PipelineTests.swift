import LockstepSQL
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// Steps that are sent together.
@Suite(.timeLimit(.minutes(1))) struct PipelineTests {
    @Test(arguments: [true, false]) func aThousandStepsGiveAThousandResults(prepares: Bool) async throws {
        var options = try await PostgresServer.options()
        options.preparesStatements = prepares
        let numbers = try await PostgresServer.withPool(options) { pool in
            try await pool.use { connection in
                #expect(connection.preparesStatements == prepares)
                let statement = PGStatement("SELECT $1 * 2", [PGType.int8])
                let steps = (0..<1000).map { number in
                    var parameters = PGParameters()
                    parameters.add(Int64(number))
                    return PGConnection.Step(statement, parameters)
                }
                let results = try connection.run(steps)
                #expect(connection.prepared == (prepares ? [statement.name] : []))
                #expect(!connection.isInTransaction)
                return results.map { $0.integer(0, 0) }
            }
        }
        #expect(numbers == (0..<1000).map { $0 * 2 })
    }

    /// Far more than the buffers of both sides hold, in both directions at once.
    @Test func fullBuffersDoNotLock() async throws {
        let text = String(repeating: "x", count: 1 << 18)
        let lengths = try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                var parameters = PGParameters()
                parameters.add(text)
                let step = PGConnection.Step(PGStatement("SELECT $1::text"), parameters)
                return try connection.run([PGConnection.Step](repeating: step, count: 100)).map {
                    $0.text(0, 0).utf8.count
                }
            }
        }
        #expect(lengths == [Int](repeating: text.utf8.count, count: 100))
    }

    @Test func anErrorInTheMiddleUndoesAllAndLeavesTheConnectionUsable() async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                try connection.execute(
                    "CREATE TEMPORARY TABLE parts (n bigint CONSTRAINT chk_small CHECK (n < 10))")
                let insert = PGStatement("INSERT INTO parts VALUES ($1)", [PGType.int8])
                func step(_ number: Int64) -> PGConnection.Step {
                    var parameters = PGParameters()
                    parameters.add(number)
                    return PGConnection.Step(insert, parameters)
                }
                do {
                    _ = try connection.run([step(1), step(99), step(2)])
                    Issue.record("the constraint did not hold")
                } catch let error as SQLError {
                    #expect(error.kind == .constraint && error.constraint == "chk_small")
                }
                #expect(!connection.isBroken && !connection.isInTransaction)
                #expect(try connection.run(PGStatement("SELECT count(*) FROM parts")).integer(0, 0) == 0)
                let results = try connection.run([step(1), step(2)])
                #expect(results.map(\.changed) == [1, 1])
                #expect(try connection.run(PGStatement("SELECT count(*) FROM parts")).integer(0, 0) == 2)
            }
        }
    }

    /// A constraint that is checked at the commit refuses the Sync itself.
    @Test func aConstraintThatWaitsForTheCommitIsReported() async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                try connection.execute(
                    "CREATE TEMPORARY TABLE once (n bigint CONSTRAINT uq_once UNIQUE DEFERRABLE INITIALLY DEFERRED)"
                )
                let insert = PGConnection.Step(PGStatement("INSERT INTO once VALUES (1)"))
                for _ in 0..<2 {
                    do {
                        _ = try connection.run([insert, insert])
                        Issue.record("the constraint did not hold")
                    } catch let error as SQLError {
                        #expect(error.kind == .constraint && error.constraint == "uq_once")
                    }
                    #expect(!connection.isBroken && !connection.isInTransaction)
                }
                #expect(try connection.run(PGStatement("SELECT count(*) FROM once")).integer(0, 0) == 0)
            }
        }
    }

    @Test func transactionsAndTheSimpleProtocolMix() async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                try connection.execute("CREATE TEMPORARY TABLE mixed (n bigint); BEGIN")
                #expect(connection.isInTransaction)
                try connection.run(PGStatement("INSERT INTO mixed VALUES (1)"))
                try connection.execute("SAVEPOINT a")
                do {
                    try connection.run(PGStatement("INSERT INTO nowhere VALUES (1)"))
                    Issue.record("there is no such table")
                } catch let error as SQLError {
                    #expect(error.kind == .statement)
                }
                #expect(connection.isInTransaction)
                try connection.execute("ROLLBACK TO SAVEPOINT a")
                _ = try connection.run([
                    .init(PGStatement("INSERT INTO mixed VALUES (2)")), .init(PGStatement("COMMIT")),
                ])
                #expect(!connection.isInTransaction)
                #expect(try connection.run(PGStatement("SELECT count(*) FROM mixed")).integer(0, 0) == 2)
                do {
                    try connection.execute("INSERT INTO mixed VALUES (3); SELECT 1/0")
                    Issue.record("nothing is divided by zero")
                } catch let error as SQLError {
                    #expect(error.kind == .constraint)
                }
                #expect(try connection.run(PGStatement("SELECT count(*) FROM mixed")).integer(0, 0) == 2)
            }
        }
    }

    @Test func copyIsRefusedAndClosesTheConnection() async throws {
        try await PostgresServer.withPool { pool in
            let before = try await pool.backend()
            await expectRefusal(.connection) {
                try await pool.use { connection in
                    try connection.execute("BEGIN")
                    try connection.execute("CREATE TEMPORARY TABLE c (n bigint); COPY c FROM STDIN")
                }
            }
            #expect(try await pool.backend() != before)
        }
    }
}

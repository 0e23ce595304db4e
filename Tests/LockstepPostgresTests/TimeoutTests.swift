import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// What takes too long.
@Suite(.timeLimit(.minutes(1))) struct TimeoutTests {
    @Test(arguments: [true, false])
    func aStatementThatTakesTooLongIsStoppedAndTheConnectionStays(isSimple: Bool) async throws {
        try await PostgresServer.withPool { pool in
            let backend = try await pool.backend()
            let error = await expectRefusal(.busy) {
                try await pool.use { connection in
                    defer { connection.statementTimeout = .seconds(30) }
                    connection.statementTimeout = .milliseconds(100)
                    if isSimple { return try connection.execute("SELECT pg_sleep(60)") }
                    _ = try connection.run([
                        .init(PGStatement("SELECT 1")), .init(PGStatement("SELECT pg_sleep(60)")),
                        .init(PGStatement("SELECT 2")),
                    ])
                }
            }
            #expect(error?.message.contains("0.1 seconds") == true)
            // The request to stop has been delivered: it hits nobody else.
            for _ in 0..<20 { #expect(try await pool.backend() == backend) }
        }
    }

    @Test func aServerThatIsSilentLeavesTheOutcomeUnknown() async throws {
        let wire = try await PostgresServer.wire()
        defer { wire.close() }
        let options = try await PostgresServer.options(through: wire)
        try await PostgresServer.withPool(options) { pool in
            _ = try await pool.backend()
            for (isInTransaction, kind) in [(false, SQLError.Kind.unknown), (true, .connection)] {
                await expectRefusal(kind) {
                    try await pool.use { connection in
                        connection.statementTimeout = .milliseconds(100)
                        connection.cancelTimeout = .milliseconds(100)
                        if isInTransaction { try connection.execute("BEGIN") }
                        wire.become(.silent)
                        try connection.run(PGStatement("SELECT 1"))
                    }
                }
                wire.cut()
                wire.become(.forwards)
                #expect(try await pool.backend() > 0)
            }
        }
    }

    @Test func connectingHasALimitOverAllHosts() async throws {
        let silent = try await PostgresServer.wire(.silent)
        defer { silent.close() }
        var options = try await PostgresServer.options(through: silent)
        options.connectTimeout = .milliseconds(200)
        let limited = options
        let error = await expectRefusal(.connection) { _ = try PGConnection.connect(limited).backend() }
        #expect(error?.message.contains("127.0.0.1:\(silent.port)") == true)
    }

    /// A host that accepts and then says nothing has its share of the time, and no more.
    @Test func aSilentHostDoesNotTakeTheOthersTime() async throws {
        let silent = try await PostgresServer.wire(.silent)
        let good = try await PostgresServer.wire()
        defer { for wire in [silent, good] { wire.close() } }
        var options = PostgresOptions(
            connection: "postgresql://postgres@127.0.0.1:\(silent.port),127.0.0.1:\(good.port)/postgres")
        options.connectTimeout = .seconds(4)
        try await PostgresServer.withPool(options) { pool in
            _ = try await pool.backend()
        }
        #expect(silent.accepted == 1 && good.accepted == 1)
    }
}

import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// Connections that break.
@Suite(.timeLimit(.minutes(1))) struct BrokenConnectionTests {
    @Test func whatBrokeWhileItWasIdleIsReplacedUnnoticed() async throws {
        try await PostgresServer.withPool { pool in
            try await PostgresServer.withPool { other in
                for _ in 0..<5 {
                    let backend = try await pool.backend()
                    try await other.terminate(backend)
                    #expect(try await pool.backend() != backend)
                }
            }
        }
    }

    /// All idle connections of a restarted server are dead; nobody is to see more than one of them.
    @Test func allConnectionsMayBreakWhileTheyAreIdle() async throws {
        try await PostgresServer.withPool { pool in
            try await PostgresServer.withPool { other in
                let backends = try await Crowd.together(4) { crowd in
                    try await pool.use { connection in
                        let backend = try connection.backend()
                        crowd.meet()
                        return backend
                    }
                }
                #expect(Set(backends).count == 4)
                for backend in backends { try await other.terminate(backend) }
                let fresh = try await pool.backend()
                #expect(!backends.contains(fresh))
            }
        }
    }

    /// The server says that it ends the session, and not whether it had committed before.
    @Test(arguments: [true, false])
    func whoIsToldToGoKnowsOnlyWithinATransaction(isInTransaction: Bool) async throws {
        try await PostgresServer.withPool { pool in
            try await PostgresServer.withPool { other in
                let (backends, tell) = AsyncStream<Int64>.makeStream()
                async let broken = expectRefusal(isInTransaction ? .connection : .unknown) {
                    try await pool.use { connection in
                        tell.yield(try connection.backend())
                        if isInTransaction { try connection.execute("BEGIN") }
                        try connection.run(PGStatement("SELECT pg_sleep(60)"))
                    }
                }
                for await backend in backends {
                    try await other.terminate(backend)
                    break
                }
                #expect(await broken?.message.contains("terminating connection") == true)
                #expect(try await pool.backend() > 0)
            }
        }
    }

    @Test(arguments: [(false, SQLError.Kind.unknown), (true, .connection)])
    func aCutWireLeavesTheOutcomeOpenUnlessNothingWasToBeCommitted(
        _ isInTransaction: Bool, _ kind: SQLError.Kind
    ) async throws {
        let wire = try await PostgresServer.wire()
        defer { wire.close() }
        let options = try await PostgresServer.options(through: wire)
        try await PostgresServer.withPool(options) { pool in
            let (begins, tell) = AsyncStream<Void>.makeStream()
            async let broken = expectRefusal(kind) {
                try await pool.use { connection in
                    if isInTransaction { try connection.execute("BEGIN") }
                    try connection.run(PGStatement("SELECT 1"))
                    tell.yield()
                    try connection.run(PGStatement("SELECT pg_sleep(2)"))
                }
            }
            for await _ in begins { break }
            wire.cut()
            #expect(await broken != nil)
            _ = try await pool.backend()
        }
    }

    @Test func afterABreakWithinAUseTheConnectionStaysUnusable() async throws {
        try await PostgresServer.withPool { pool in
            try await PostgresServer.withPool { other in
                let (backends, tell) = AsyncStream<Int64>.makeStream()
                async let second = pool.use { connection in
                    tell.yield(try connection.backend())
                    do {
                        try connection.run(PGStatement("SELECT pg_sleep(60)"))
                        return false
                    } catch {
                        // The body goes on although its connection is gone.
                        do {
                            try connection.run(PGStatement("SELECT 1"))
                            return false
                        } catch let error as SQLError {
                            return error.kind == .connection && connection.isBroken
                                && !connection.isInTransaction
                        }
                    }
                }
                for await backend in backends {
                    try await other.terminate(backend)
                    break
                }
                #expect(try await second)
            }
        }
    }
}

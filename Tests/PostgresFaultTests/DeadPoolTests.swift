import LockstepSQL
import Testing

@testable import LockstepPostgres

/// A pool whose connections have all died while nobody used them.
@Suite struct DeadPoolTests {
    @Test(.timeLimit(.minutes(2))) func whoComesFirstIsAnsweredAndGoesOnWithTheServer() async throws {
        let cluster = Cluster()
        try await cluster.start()
        var options = PostgresOptions(connection: try cluster.url())
        options.connections = 4
        // Longer than the longest pause between two attempts to connect.
        options.acquireTimeout = .seconds(6)
        let pool = ConnectionPool(options)
        // Four at once make four connections.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { try await pool.use { _ = try $0.run(PGStatement("SELECT pg_sleep(0.3)")) } }
            }
            try await group.waitForAll()
        }
        try await cluster.crash()
        // One alone: nobody else comes and finds the other dead connections.
        let error = await #expect(throws: SQLError.self) {
            try await pool.use { _ = try $0.run(PGStatement("SELECT 1")) }
        }
        #expect(error?.kind == .connection)
        try await cluster.restart()
        let one = try await pool.use { try $0.run(PGStatement("SELECT 1::bigint")).integer(0, 0) }
        #expect(one == 1)
        await pool.close()
        try await cluster.stop()
    }
}

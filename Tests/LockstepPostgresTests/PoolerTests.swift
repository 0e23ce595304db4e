import LockstepSQL
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// Connections that go through PgBouncer, where it is installed.
@Suite(.enabled(if: Pooler.program != nil), .timeLimit(.minutes(1))) struct PoolerTests {
    @Test func throughAPoolerNothingIsNamed() async throws {
        let pooler = try await Pooler()
        let names = try await PostgresServer.withPool(PostgresOptions(connection: pooler.connection)) {
            pool in
            try await Crowd.together(4) { crowd in
                try await pool.use { connection in
                    #expect(connection.isPooled && !connection.preparesStatements)
                    crowd.meet()
                    for _ in 0..<50 { try connection.run(PGStatement("SELECT 1")) }
                    return try connection.run(PGStatement("SELECT count(*) FROM pg_prepared_statements"))
                        .integer(0, 0)
                }
            }
        }
        #expect(names == [0, 0, 0, 0])
    }

    @Test func aListenerDoesNotListenThroughAPooler() async throws {
        let pooler = try await Pooler()
        var options = PostgresOptions(connection: pooler.connection)
        let (reasons, tell) = AsyncStream<String>.makeStream()
        let deaf = try Listener(
            options, channel: "pooled",
            onCondition: { if case .ended(let why) = $0 { tell.yield(why) } },
            onNotify: { Issue.record("nobody can have said anything") })
        deaf.start()
        for await reason in reasons {
            #expect(reason.contains("pooler") && reason.contains("listenConnection"))
            break
        }
        await deaf.stop()
        // A direct connection beside the pooled one.
        options.listenConnection = try await PostgresServer.shared().connection
        let (calls, hear) = AsyncStream<Void>.makeStream()
        let listener = try Listener(options, channel: "direct") { hear.yield() }
        listener.start()
        for await _ in calls { break }
        #expect(listener.condition == .listening)
        await listener.stop()
    }
}

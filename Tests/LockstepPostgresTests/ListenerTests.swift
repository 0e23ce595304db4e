import LockstepTesting
import PostgresSupport
import Synchronization
import Testing

@testable import LockstepPostgres

/// Hints from the database.
@Suite(.timeLimit(.minutes(1))) struct ListenerTests {
    /// A listener whose calls can be waited for.
    private final class Ear: Sendable {
        let listener: Listener
        private let calls: AsyncStream<Void>

        init(_ options: PostgresOptions, channel: String, heartbeat: Duration = .milliseconds(200)) throws {
            let (calls, tell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
            self.calls = calls
            listener = try Listener(
                options, channel: channel, heartbeat: heartbeat, answer: .milliseconds(500),
                onNotify: { tell.yield() })
            listener.start()
        }

        /// Waits for a call.
        func hears() async { for await _ in calls { return } }
    }

    private static func notify(_ channel: String) async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { try $0.execute("NOTIFY \"\(channel)\"") }
        }
    }

    /// The server's process that listens on a channel.
    private static func listening(_ name: String, _ pool: ConnectionPool) async throws -> Int64 {
        try await pool.use { connection in
            var parameters = PGParameters()
            parameters.add(name)
            return try connection.run(
                PGStatement("SELECT pid::bigint FROM pg_stat_activity WHERE application_name = $1"),
                parameters
            ).integer(0, 0)
        }
    }

    @Test func aNotificationIsHeard() async throws {
        let ear = try Ear(
            try await PostgresServer.options(), channel: "Jobs \"heard\"", heartbeat: .seconds(60))
        // Hints may have been lost before.
        await ear.hears()
        #expect(ear.listener.condition == .listening)
        for _ in 0..<3 {
            try await Self.notify("Jobs \"\"heard\"\"")
            await ear.hears()
        }
        await ear.listener.stop()
        #expect(ear.listener.condition == .ended("it was stopped"))
    }

    @Test func aTerminatedConnectionHeals() async throws {
        var options = try await PostgresServer.options()
        options.connection += " application_name=lockstep-heals"
        let ear = try Ear(options, channel: "heals", heartbeat: .seconds(60))
        await ear.hears()
        try await PostgresServer.withPool { pool in
            try await pool.terminate(try await Self.listening("lockstep-heals", pool))
        }
        await ear.hears()
        try await Self.notify("heals")
        await ear.hears()
        await ear.listener.stop()
    }

    /// Nothing comes, and nothing says that nothing will come.
    @Test func aSilentConnectionHeals() async throws {
        let wire = try await PostgresServer.wire()
        defer { wire.close() }
        let ear = try Ear(try await PostgresServer.options(through: wire), channel: "silent")
        await ear.hears()
        wire.become(.silent)
        // The next attempt is the proof that the silence was noticed.
        await wire.accepts(2)
        wire.become(.forwards)
        wire.cut()
        let start = ContinuousClock.now
        await ear.hears()
        // 5 s is the longest pause, 5 s the longest attempt.
        #expect(ContinuousClock.now - start < .seconds(12))
        try await Self.notify("silent")
        await ear.hears()
        await ear.listener.stop()
    }

    @Test func aListenerWithoutAServerCanBeStopped() async throws {
        let (conditions, tell) = AsyncStream<Listener.Condition>.makeStream()
        let listener = try Listener(
            PostgresOptions(connection: "host=127.0.0.1 port=\(try LocalPort.free())"), channel: "nobody",
            onCondition: { tell.yield($0) }, onNotify: { Issue.record("nobody can have said anything") })
        listener.start()
        for await condition in conditions {
            guard case .connecting(let fault) = condition else { continue }
            #expect(fault?.contains("refused") == true)
            break
        }
        await listener.stop()
        #expect(listener.condition == .ended("it was stopped"))
    }
}

import Dispatch
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Synchronization
import Testing

@testable import LockstepPostgres

/// Who gets a connection, and when.
@Suite(.timeLimit(.minutes(1))) struct PoolTests {
    /// Holds a connection until it is let go.
    private struct Hold: Sendable {
        private let end = DispatchSemaphore(value: 0)
        private let holding: Task<Void, any Error>

        init(_ pool: ConnectionPool) async {
            let (begun, tell) = AsyncStream<Void>.makeStream()
            holding = Task { [end] in
                defer { tell.finish() }
                try await pool.use { _ in
                    tell.finish()
                    end.wait()
                }
            }
            for await _ in begun {}
        }

        func letGo() async throws {
            end.signal()
            try await holding.value
        }
    }

    /// What bodies on several threads have seen.
    private final class Seen<Value: Sendable>: Sendable {
        private let values: Mutex<[Value]> = Mutex([])
        private let now = Atomic(0)
        private let most = Atomic(0)

        var all: [Value] { values.withLock(\.self) }
        var mostAtOnce: Int { most.load(ordering: .relaxed) }

        func add(_ value: Value) { values.withLock { $0.append(value) } }
        func enter() { most.max(now.add(1, ordering: .relaxed).newValue, ordering: .relaxed) }
        func leave() { now.subtract(1, ordering: .relaxed) }
    }

    @Test func noMoreConnectionsThanAllowed() async throws {
        var options = try await PostgresServer.options()
        options.connections = 3
        let seen = Seen<Int64>()
        try await PostgresServer.withPool(options) { pool in
            try await withThrowingTaskGroup { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await pool.use { connection in
                            seen.enter()
                            defer { seen.leave() }
                            seen.add(try connection.backend())
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(seen.mostAtOnce <= 3 && seen.all.count == 200 && Set(seen.all).count <= 3)
    }

    @Test func whoCameFirstIsServedFirst() async throws {
        var options = try await PostgresServer.options()
        options.connections = 1
        try await PostgresServer.withPool(options) { pool in
            let hold = await Hold(pool)
            let order = Seen<Int>()
            var tasks: [Task<Void, any Error>] = []
            for number in 0..<10 {
                // A task is in line before the next begins: it runs up to its first suspension at once.
                tasks.append(
                    Task.immediate {
                        try await pool.use { _ in order.add(number) }
                    })
            }
            try await hold.letGo()
            for task in tasks { try await task.value }
            #expect(order.all == Array(0..<10))
        }
    }

    @Test func whoWaitsTooLongIsTold() async throws {
        var options = try await PostgresServer.options()
        options.connections = 1
        // Long enough for the first connection.
        options.acquireTimeout = .seconds(2)
        try await PostgresServer.withPool(options) { pool in
            let hold = await Hold(pool)
            let error = await expectRefusal(.busy) { _ = try await pool.backend() }
            #expect(error?.message.contains("all 1 connections are in use") == true)
            try await hold.letGo()
            #expect(try await pool.backend() > 0)
        }
    }

    @Test func whoNoLongerWantsLeavesTheLine() async throws {
        var options = try await PostgresServer.options()
        options.connections = 1
        try await PostgresServer.withPool(options) { pool in
            let hold = await Hold(pool)
            let task = Task.immediate { try await pool.backend() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await hold.letGo()
            #expect(try await pool.backend() > 0)
        }
    }

    @Test func aServerThatIsNotThereIsNamedWithoutThePassword() async throws {
        var options = PostgresOptions(
            connection: "postgresql://tess:secret@127.0.0.1:\(try LocalPort.free())/parcels")
        options.acquireTimeout = .milliseconds(300)
        try await PostgresServer.withPool(options) { pool in
            let error = await expectRefusal(.connection) { _ = try await pool.backend() }
            let message = error?.message ?? ""
            #expect(message.contains("127.0.0.1") && message.contains("/parcels"), "\(message)")
            #expect(message.contains("refused") && !message.contains("secret"), "\(message)")
        }
    }

    @Test func aWrongConnectionStringIsRefusedAtOnce() async throws {
        let options = PostgresOptions(connection: "host=127.0.0.1 colour=blue password=secret")
        try await PostgresServer.withPool(options) { pool in
            let error = await expectRefusal(.statement) { _ = try await pool.backend() }
            #expect(error?.message.contains("secret") == false)
        }
    }

    @Test func whatAFreshConnectionIsRefusedForIsToldAtOnce() async throws {
        let pool = ConnectionPool(try await PostgresServer.options()) { connection in
            try connection.run(PGStatement("SELECT * FROM no_such_table"))
        }
        await expectRefusal(.statement) { _ = try await pool.backend() }
        await pool.close()
    }

    @Test func aTransactionThatWasLeftOpenIsUndone() async throws {
        var options = try await PostgresServer.options()
        options.connections = 1
        struct Stop: Error {}
        try await PostgresServer.withPool(options) { pool in
            let backend = try await pool.use { connection in
                try connection.execute("CREATE TEMPORARY TABLE left_open (n bigint)")
                return try connection.backend()
            }
            for throwing in [true, false] {
                do {
                    try await pool.use { connection in
                        try connection.execute("BEGIN; INSERT INTO left_open VALUES (1)")
                        if throwing { throw Stop() }
                    }
                } catch is Stop {
                    #expect(throwing)
                }
                let (count, isOpen, after) = try await pool.use { connection in
                    (
                        try connection.run(PGStatement("SELECT count(*) FROM left_open")).integer(0, 0),
                        connection.isInTransaction, try connection.backend()
                    )
                }
                #expect(count == 0 && !isOpen && after == backend)
            }
        }
    }

    @Test func idleConnectionsCloseButOne() async throws {
        var options = try await PostgresServer.options()
        options.idleTimeout = .milliseconds(100)
        options.connection += " application_name=lockstep-idle"
        let used = options
        try await PostgresServer.withPool { other in
            try await PostgresServer.withPool(used) { pool in
                _ = try await Crowd.together(4) { crowd in try await pool.use { _ in crowd.meet() } }
                let sessions = PGStatement(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lockstep-idle'")
                // Asking does not keep the pool's own connections busy; the suite's time limit ends it.
                while try await other.use({ try $0.run(sessions).integer(0, 0) }) > 1 { await Task.yield() }
                #expect(try await pool.backend() > 0)
            }
            let sessions = PGStatement(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lockstep-idle'")
            while try await other.use({ try $0.run(sessions).integer(0, 0) }) > 0 { await Task.yield() }
        }
    }

    @Test func closingWaitsForUsesAndRefusesNewOnes() async throws {
        let pool = ConnectionPool(try await PostgresServer.options())
        let hold = await Hold(pool)
        let closed = Seen<Void>()
        async let closing: Void = {
            await pool.close()
            closed.add(())
        }()
        // The line is refused as soon as it closes; until then uses go on.
        var refusals = 0
        while refusals == 0 {
            do {
                _ = try await pool.backend()
            } catch let error as SQLError {
                #expect(error.kind == .connection)
                refusals += 1
            }
        }
        #expect(closed.all.isEmpty)
        try await hold.letGo()
        await closing
    }

    /// While nobody answers, one attempt follows the other, and everybody is served once the server is back.
    @Test func anOutageIsMetByOneAttemptAtATime() async throws {
        let wire = try await PostgresServer.wire(.refuses)
        defer { wire.close() }
        var options = try await PostgresServer.options(through: wire)
        options.connectTimeout = .milliseconds(100)
        options.acquireTimeout = .seconds(50)
        options.backoff.longest = .milliseconds(100)
        let used = options
        try await PostgresServer.withPool(used) { pool in
            let uses = (0..<8).map { _ in Task { try await pool.backend() } }
            // Whoever began before the outage was known has failed by then.
            await wire.accepts(5)
            wire.become(.silent)
            _ = wire.mostOpen()
            await wire.accepts(4)
            #expect(wire.mostOpen() == 1)
            wire.become(.forwards)
            wire.cut()
            for use in uses { _ = try await use.value }
        }
    }
}

import GRDB
import GRDBSQLite
import Lockstep
import LockstepSQL
import Synchronization

/// An SQLite file of somebody else: no table of Lockstep's is made in it or looked for.
package final class PlainFile: Sendable {
    private let path: String
    private let queue: DatabaseQueue
    private let clock: StatementClock

    /// Opens a file that is there.
    /// - Parameter isWritten: whether ``write(_:)`` will be used.
    /// - Throws: ``SQLError`` when there is no such file, or it is no database.
    package init(path: String, isWritten: Bool = false, busyLimit: Duration = .seconds(5)) async throws {
        self.path = path
        let clock = StatementClock()
        self.clock = clock
        queue = try await Offload.run { _ in
            var configuration = Configuration()
            configuration.label = "lockstep-plain"
            configuration.readonly = !isWritten
            configuration.busyMode = .timeout(busyLimit / .seconds(1))
            // What a foreign table refers to is its owner's affair.
            configuration.foreignKeysEnabled = false
            configuration.allowsUnsafeTransactions = isWritten
            // Tables of others may say "…" for a text, as SQLite lets them.
            configuration.acceptsDoubleQuotedStringLiterals = true
            configuration.prepareDatabase { clock.watch($0) }
            do {
                // GRDB makes a file that is not there when it may write.
                if isWritten {
                    var probe = Configuration()
                    probe.readonly = true
                    try DatabaseQueue(path: path, configuration: probe).close()
                }
                let queue = try DatabaseQueue(path: path, configuration: configuration)
                // A file that is no database shows when it is read.
                _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
                return queue
            } catch {
                throw SQLError.from(error)
            }
        }
    }

    /// Reads in one snapshot.
    /// - Parameter limit: how long one statement may take.
    /// - Throws: ``SQLError``, of kind `busy` for a statement that took too long; and what `body` throws.
    package func read<Result: Sendable>(
        limit: Duration, _ body: @escaping @Sendable (any SQLReading) throws -> Result
    ) async throws -> Result {
        let clock = clock
        return try await mapped {
            try await self.queue.read { db in
                try body(TimedReading(reading: SQLiteReading(db: db), clock: clock, limit: limit))
            }
        }
    }

    /// Writes outside any transaction of our own: the body begins and ends its own.
    /// - Throws: ``SQLError``, and what `body` throws. A transaction that is left open is undone.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Result
    ) async throws -> Result {
        try await mapped {
            try await self.queue.writeWithoutTransaction { db in
                let result = Swift.Result { try body(Session(db: db)) }
                if db.isInsideTransaction { try db.rollback() }
                return try result.get()
            }
        }
    }

    private func mapped<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        do { return try await body() } catch let error as DatabaseError { throw SQLError.from(error) }
    }

    /// Closes the file.
    package func close() async throws {
        let queue = queue
        try await Offload.run { _ in try queue.close() }
    }

    /// The writing connection in use.
    package struct Session {
        let db: Database

        /// Carries out a text of one or more statements.
        package func execute(_ text: String) throws {
            do { try db.execute(sql: text) } catch { throw SQLError.from(error) }
        }

        /// The rows of a query.
        package func query(_ sql: String, _ parameters: any SQLConvertible...) throws -> [SQLRow] {
            try SQLiteReading(db: db).query(sql, parameters)
        }

        /// Whatever reads.
        package var reading: any SQLReading { SQLiteReading(db: db) }
    }
}

/// A reading connection on which no statement takes longer than a limit.
private struct TimedReading: SQLReading {
    let reading: SQLiteReading
    let clock: StatementClock
    let limit: Duration

    func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
        clock.begin(limit)
        defer { clock.end() }
        do {
            return try reading.query(sql, parameters)
        } catch let error as SQLError where clock.hasRunOut {
            throw SQLError(kind: .busy, message: "a statement took longer than \(limit) (\(error.message))")
        }
    }
}

/// Ends statements that take too long: SQLite asks now and then whether to go on.
private final class StatementClock: Sendable {
    private struct State {
        var deadline: ContinuousClock.Instant?
        var hasRunOut = false
    }
    private let state = Mutex(State())

    func begin(_ limit: Duration) { state.withLock { $0 = State(deadline: .now + limit) } }
    func end() { state.withLock { $0.deadline = nil } }
    var hasRunOut: Bool { state.withLock(\.hasRunOut) }

    private func mustStop() -> Bool {
        state.withLock { state in
            guard let deadline = state.deadline, ContinuousClock.now >= deadline else { return false }
            state.hasRunOut = true
            return true
        }
    }

    /// Has the connection ask every few thousand steps of its virtual machine. The clock outlives the connection: the
    /// file holds both.
    func watch(_ db: Database) {
        sqlite3_progress_handler(
            db.sqliteConnection, 4000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<StatementClock>.fromOpaque(context).takeUnretainedValue().mustStop() ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}

import Lockstep
import LockstepSQL

/// Watches a column of somebody else's table, reading only: counts per status, rows that are stuck, statuses and moves
/// that nobody declared.
///
/// ```swift
/// let watch = TableWatch(
///     GuardedColumn("status", of: .init("orders"), follows: Definition(OrderStatus.self)),
///     at: DatabaseAddress("postgres://reader@db/shop"))
/// print(try await watch.look().stuck)
/// ```
///
/// A role that may select from the table suffices. No statement takes longer than a limit, and what is costly rests
/// seventy-nine times as long as it took: a watch takes a twentieth of one of the database's processors at most.
public actor TableWatch: WatchedTable {
    /// Where it is.
    public nonisolated let database: String
    /// The table.
    public nonisolated var table: String { "\(guarded.table)" }
    /// The column.
    public nonisolated var column: String { guarded.column }
    /// What is declared.
    public nonisolated var definition: Definition { guarded.definition }

    private nonisolated let guarded: GuardedColumn
    private let history: GuardedColumn.Table?
    private let address: DatabaseAddress
    private let limit: Duration
    private let time: any TimeSource

    private var open: (database: LiveDatabase, subject: WatchSubject, until: Timestamp)?
    private var memory: WatchMemory
    private var looking: Task<TableLook, any Error>?

    /// The catalogue is read again after so long.
    private static let catalogueAge: Duration = .seconds(300)

    /// Names a column; the first look opens the database.
    /// - Parameters:
    ///   - column: its ``GuardedColumn/since`` and ``GuardedColumn/history`` are used where they are said.
    ///   - history: a table of moves whose columns are found by their names, in place of the column's.
    ///   - limit: how long one statement may take.
    ///   - time: by which clock costly questions rest; what is told goes by the database's.
    public init(
        _ column: GuardedColumn, at address: DatabaseAddress, history: GuardedColumn.Table? = nil,
        limit: Duration = .seconds(2), time: any TimeSource = SystemTime()
    ) {
        guarded = column
        self.history = history
        self.address = address
        self.limit = limit
        self.time = time
        database = "\(address)"
        memory = WatchMemory(column.definition)
    }

    /// Looks at the table. Of several that look at once, all have the look of the first.
    /// - Throws: ``SQLError`` when the database is away, which passes; a ``Failure`` when there is no such table or column.
    public func look() async throws -> TableLook {
        if let looking { return try await looking.value }
        let task = Task { try await self.read() }
        looking = task
        defer { looking = nil }
        return try await task.value
    }

    /// Closes the database; another look opens it again.
    public func close() async throws {
        guard let database = open?.database else { return }
        open = nil
        try await database.close()
    }

    private func read() async throws -> TableLook {
        do {
            let (database, subject) = try await subject()
            let (memory, time) = (memory, time)
            let (known, look) = try await database.read { probe in
                var memory = memory
                let look = try memory.look(TableReader(subject: subject, probe: probe), time)
                return (memory, look)
            }
            self.memory = known
            return look
        } catch {
            // The table may be another one now, and the file too. Why the look failed matters more than how it closes.
            try? await close()
            throw error
        }
    }

    private func subject() async throws -> (LiveDatabase, WatchSubject) {
        let now = time.now()
        if let open, now < open.until { return (open.database, open.subject) }
        let database: LiveDatabase
        if let open {
            database = open.database
        } else {
            database = try await LiveDatabase.open(address, limit: limit)
        }
        do {
            var column = guarded
            let table = try await database.found(column.table)
            var history = history
            if let named = history { history = try await database.found(named) }
            if let named = column.history { column.history?.table = try await database.found(named.table) }
            var settled = GuardedColumn(column.column, of: table, follows: column.definition)
            (settled.since, settled.history) = (column.since, column.history)
            let (asked, moves) = (settled, history)
            // The catalogue of a large database takes its time, and is read seldom.
            let patience = max(limit, .seconds(10))
            let subject = try await database.read(limit: patience) {
                try WatchSubject(asked, history: moves, $0)
            }
            open = (database, subject, now + Self.catalogueAge)
            return (database, subject)
        } catch {
            open = nil
            try? await database.close()
            throw error
        }
    }
}

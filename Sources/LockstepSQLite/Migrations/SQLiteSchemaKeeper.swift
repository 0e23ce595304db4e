import GRDB
import Lockstep
import LockstepSQL

/// Looks at and changes the layout of an SQLite database.
public struct SQLiteSchemaKeeper: SchemaKeeper {
    /// A store whose tables nobody has looked at.
    private let store: SQLiteStore

    /// Opens the file, and makes it where it is not there; tables are neither made nor changed by that.
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - busyLimit: how long a write waits for other processes before it fails as temporary.
    /// - Throws: ``SQLError`` when the file cannot be opened or is no database.
    public init(path: String, busyLimit: Duration = .seconds(10)) async throws {
        try await self.init(path: path, known: SQLiteMigrations.all, busyLimit: busyLimit)
    }

    init(path: String, known: [SchemaMigration], busyLimit: Duration = .seconds(10)) async throws {
        store = try await SQLiteStore(
            unprepared: path, time: SystemTime(), busyLimit: busyLimit, known: known,
            draw: { .random(in: 0..<1) })
    }

    /// See ``LockstepSQL/SchemaKeeper/migrations()``.
    public func migrations() async throws -> [MigrationState] {
        try await store.reading { [store] db in try store.migrator(db).ledger().states }
    }

    /// See ``LockstepSQL/SchemaKeeper/plan(to:)``.
    public func plan(to layout: Int?) async throws -> [PlannedMigration] {
        try await store.reading { [store] db in
            let migrator = store.migrator(db)
            let (ledger, scope) = (try migrator.ledger(), try migrator.scope())
            return try ledger.plan(to: layout).map { step in
                PlannedMigration(step, statements: ledger.statements(of: step, in: scope).map(\.text))
            }
        }
    }

    /// See ``LockstepSQL/SchemaKeeper/migrate(to:)``.
    public func migrate(to layout: Int?) async throws -> [MigrationStep] {
        try await store.migrate(to: layout)
    }
}

extension SQLiteStore {
    func migrator(_ db: Database) -> SQLiteMigrator {
        SQLiteMigrator(db: db, known: catalog.known, place: path)
    }

    /// Goes to a layout, a transaction for each step.
    func migrate(to layout: Int?) async throws -> [MigrationStep] {
        var steps: [MigrationStep] = []
        while let step = try await writer.perform(
            savepoint: true, { [self] db in try migrator(db).step(to: layout, now: time.now()) })
        {
            steps.append(step)
        }
        return steps
    }
}

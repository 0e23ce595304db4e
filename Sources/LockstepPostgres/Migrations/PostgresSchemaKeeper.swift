import Lockstep
import LockstepSQL

/// Looks at and changes the layout of a store's schema in a PostgreSQL database.
public struct PostgresSchemaKeeper: SchemaKeeper {
    private let options: PostgresOptions
    private let pool: ConnectionPool
    let known: [SchemaMigration]

    /// Makes a keeper; it connects when it is asked something.
    public init(_ options: PostgresOptions) { self.init(options, known: PostgresMigrations.all) }

    init(_ options: PostgresOptions, known: [SchemaMigration]) {
        self.init(options, ConnectionPool(options), known: known)
    }

    init(_ options: PostgresOptions, _ pool: ConnectionPool, known: [SchemaMigration]) {
        self.options = options
        self.pool = pool
        self.known = known
    }

    /// Ends its connections.
    public func close() async { await pool.close() }

    /// See ``LockstepSQL/SchemaKeeper/migrations()``.
    public func migrations() async throws -> [MigrationState] {
        try await using { try $0.ledger().states }
    }

    /// See ``LockstepSQL/SchemaKeeper/plan(to:)``.
    public func plan(to layout: Int?) async throws -> [PlannedMigration] {
        try await using { migrator in
            let ledger = try migrator.ledger()
            let steps = try ledger.plan(to: layout)
            guard !steps.isEmpty else { return [] }
            let scope = try migrator.scope(ledger)
            return steps.map { step in
                PlannedMigration(step, statements: ledger.statements(of: step, in: scope).map(\.text))
            }
        }
    }

    /// See ``LockstepSQL/SchemaKeeper/migrate(to:)``.
    @discardableResult
    public func migrate(to layout: Int?) async throws -> [MigrationStep] {
        var steps: [MigrationStep] = []
        while let step = try await using({ try $0.step(to: layout) }) { steps.append(step) }
        return steps
    }

    /// Says no unless this process can work with the layout as it is.
    func check() async throws { try await using { try $0.ledger().check() } }

    /// Uses a connection, again when another transaction got in the way.
    private func using<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresMigrator) throws -> Result
    ) async throws -> Result {
        try await pool.use { [options, known] connection in
            var attempt = 1
            while true {
                do {
                    defer { PostgresStore.rollBack(connection) }
                    return try body(PostgresMigrator(connection, options, known: known))
                } catch let error as SQLError where error.kind == .busy && attempt < 8 {
                    attempt += 1
                }
            }
        }
    }
}

import Lockstep
import LockstepSQL

/// Reads and writes the list of migrations, and carries their steps out, on a connection.
struct PostgresMigrator {
    private let connection: PGConnection
    private let options: PostgresOptions
    private let known: [SchemaMigration]
    private var schema: String { options.schema }
    private var table: String { "\(schema).lockstep_migrations" }

    /// How long a migration may take.
    static let limit = Duration.seconds(86_400)

    init(_ connection: PGConnection, _ options: PostgresOptions, known: [SchemaMigration]) {
        self.connection = connection
        self.options = options
        self.known = known
    }

    /// What is known beside what the database has.
    func ledger() throws -> SchemaLedger {
        let there = try connection.run(
            PGStatement(
                """
                SELECT to_regclass(\(SQLText.literal(table))) IS NOT NULL,
                    to_regclass(\(SQLText.literal("\(schema).lockstep_state"))) IS NOT NULL
                """))
        if there.bool(0, 0) {
            return ledger(try connection.run(AppliedMigration.statement(schema: schema)).migrations())
        }
        // Older than the list: it has the first layout.
        return ledger(there.bool(0, 1) ? [Self.adopted(known)] : [])
    }

    private func ledger(_ applied: [AppliedMigration]) -> SchemaLedger {
        SchemaLedger(
            known: known, applied: applied, place: "schema '\(schema)' of \(connection.place)")
    }

    private static func adopted(_ known: [SchemaMigration]) -> AppliedMigration {
        AppliedMigration(
            number: 1, name: known[0].name, breaksBefore: 1, appliedAt: Timestamp(microseconds: 0),
            appliedBy: "Lockstep without migrations")
    }

    /// The lifecycles that a step changes. One that this version cannot read must not be passed over.
    func scope(_ ledger: SchemaLedger) throws -> SchemaScope {
        guard ledger.layout > 0 else { return SchemaScope(schema: schema, definitions: []) }
        let rows = try connection.run(
            PGStatement("SELECT name, json FROM \(schema).lockstep_definitions ORDER BY name"))
        return SchemaScope(
            schema: schema,
            definitions: try (0..<rows.count).map {
                try SchemaScope.definition(named: rows.text($0, 0), json: rows.text($0, 1))
            })
    }

    /// Makes the next step to a layout, if there is one, in a transaction of its own. Where there is none, nothing
    /// is locked or written, and no right is needed for that.
    func step(to target: Int?) throws -> MigrationStep? {
        guard try ledger().next(to: target) != nil else { return nil }
        let usual = connection.statementTimeout
        defer { connection.statementTimeout = usual }
        connection.statementTimeout = Self.limit
        try connection.execute("BEGIN")
        let lock = TablesLock(connection, schema: schema)
        try lock.take()
        // While an index is built beside it, this transaction waits, and must keep its lock.
        try connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        try lock.becomeOwner()
        // Another process may have made the step meanwhile.
        let ledger = try ledger()
        guard let step = try ledger.next(to: target) else {
            try connection.execute("ROLLBACK")
            return nil
        }
        let statements = ledger.statements(of: step, in: try scope(ledger))
        try build(statements)
        // Whoever waits for a lock holds up everybody who comes later: rather try again.
        try connection.execute("SET LOCAL lock_timeout = '3s'")
        try makeList(ledger)
        for case .run(let text) in statements { try connection.execute(text) }
        try record(step, ledger)
        try connection.commit()
        return step
    }

    private func makeList(_ ledger: SchemaLedger) throws {
        // PostgreSQL asks for the right to make a schema even where IF NOT EXISTS finds one.
        let there = try connection.run(
            PGStatement(
                """
                SELECT to_regnamespace(\(SQLText.literal(schema))) IS NOT NULL,
                    to_regclass(\(SQLText.literal(table))) IS NOT NULL
                """))
        if !there.bool(0, 0) { try connection.execute("CREATE SCHEMA \(schema)") }
        if there.bool(0, 1) { return }
        try connection.execute(
            """
            CREATE TABLE \(table) (
                number bigint PRIMARY KEY, name text NOT NULL, breaks_before bigint NOT NULL,
                applied_at bigint NOT NULL, applied_by text NOT NULL
            )
            """)
        for adopted in ledger.applied { try insert(adopted) }
    }

    /// Builds indexes beside everybody who writes, on a connection of its own: it cannot be done in a
    /// transaction, and this one holds the lock. It holds no snapshot meanwhile, for which the other would wait.
    private func build(_ statements: [MigrationStatement]) throws {
        let builds = statements.compactMap { if case .buildIndex(let build) = $0 { build } else { nil } }
        guard !builds.isEmpty else { return }
        try TablesLock.letSnapshotGo(connection)
        let beside = try PGConnection.connect(options)
        defer { beside.close() }
        beside.statementTimeout = Self.limit
        for build in builds {
            let rows = try beside.run(
                PGStatement(
                    """
                    SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                        JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = \(SQLText.literal(schema)) AND c.relname = \(SQLText.literal(build.name))
                    """))
            if rows.count > 0 {
                if rows.bool(0, 0) { continue }
                // A process that was killed has left it half built.
                try beside.execute("DROP INDEX CONCURRENTLY \(schema).\(build.name)")
            }
            try beside.execute(build.text(concurrently: true))
        }
    }

    private func record(_ step: MigrationStep, _ ledger: SchemaLedger) throws {
        switch step.direction {
        case .up:
            let now = try connection.run(
                PGStatement("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"))
            try insert(
                AppliedMigration(
                    number: step.number, name: step.name, breaksBefore: known[step.number - 1].breaksBefore,
                    appliedAt: Timestamp(microseconds: now.integer(0, 0)), appliedBy: ledger.version))
        case .down:
            try connection.execute("DELETE FROM \(table) WHERE number = \(step.number)")
        }
        // What anybody has decided by the layout before is refused by the guard of its statement, and he looks again.
        try connection.execute("UPDATE \(schema).lockstep_state SET revision = revision + 1")
    }

    private func insert(_ migration: AppliedMigration) throws {
        var parameters = PGParameters(reserving: 5)
        parameters.add(Int64(migration.number))
        parameters.add(migration.name)
        parameters.add(Int64(migration.breaksBefore))
        parameters.add(migration.appliedAt.microseconds)
        parameters.add(migration.appliedBy)
        _ = try connection.run(
            PGStatement(
                "INSERT INTO \(table) (number, name, breaks_before, applied_at, applied_by) VALUES ($1, $2, $3, $4, $5)",
                [PGType.int8, PGType.text, PGType.int8, PGType.int8, PGType.text]), parameters)
    }
}

extension AppliedMigration {
    /// Asks for the list.
    static func statement(schema: String) -> PGStatement {
        PGStatement(
            """
            SELECT number, name, breaks_before, applied_at, applied_by
            FROM \(schema).lockstep_migrations ORDER BY number
            """)
    }
}

extension PGResult {
    /// The rows of ``AppliedMigration/statement(schema:)``.
    func migrations() -> [AppliedMigration] {
        (0..<count).map { row in
            AppliedMigration(
                number: Int(integer(row, 0)), name: text(row, 1), breaksBefore: Int(integer(row, 2)),
                appliedAt: Timestamp(microseconds: integer(row, 3)), appliedBy: text(row, 4))
        }
    }
}

import Lockstep
import LockstepSQL

/// The CHECK of the statuses in the table `sessions` of the application that was there before: it allowed four values
/// while the code wrote a fifth, and every session stayed `processing` for ever.
///
/// ``allow(_:)`` brings it to other values while rows are being written, and at no moment is the table without it:
/// no write is refused that the old and the new values both allow. Widen it before code that writes the new values
/// starts, and narrow it after the last such code has ended.
public struct SessionConstraint: Sendable {
    /// The table.
    public static let table = "sessions"
    /// The column.
    public static let column = "status"
    /// The name of the constraint.
    public static let name = "chk_sessions_status"

    private let store: any SQLStore
    /// How long a change may stand in the way of writes while it waits for its turn.
    private let patience: Duration
    /// How long it is tried to get one.
    private let limit: Duration
    /// Is called at each stage; a test may throw there.
    var onStage: @Sendable (Stage) throws -> Void = { _ in }

    /// What has just been done.
    enum Stage: Sendable, Hashable {
        /// The rows were looked at; nothing was changed.
        case looked
        /// The new values are in force beside the old ones.
        case added
        /// All rows are known to fit.
        case validated
        /// The new values have taken the old ones' place, but for the commit.
        case replaced
    }

    /// The constraint in a store's database.
    /// - Parameters:
    ///   - patience: how long writes may have to wait behind a change that waits for its turn; then the change lets them
    ///     pass and tries again. PostgreSQL only: SQLite's writes take turns anyway.
    ///   - limit: after how long that is given up.
    public init(
        on store: any SQLStore, patience: Duration = .milliseconds(100), limit: Duration = .seconds(60)
    ) {
        self.store = store
        self.patience = patience
        self.limit = limit
    }

    /// The values that it allows now.
    /// - Throws: a ``Failure`` when the table or its constraint is not there; ``SQLError``.
    public func allowed() async throws -> [String] {
        let dialect = store.dialect
        return try await store.read { try Self.values(in: $0, dialect) }
    }

    /// Lets the table hold these values and no others. All or nothing: when it throws, the old values are in force.
    ///
    /// A process that was killed in the middle may leave the new values in force beside the old ones (PostgreSQL); the
    /// next call removes that.
    /// - Throws: a ``Failure`` when rows hold other values, which names them, when the table is not there, or when there
    ///   was no turn within the limit; ``SQLError``.
    public func allow(_ values: [String]) async throws {
        switch store.dialect {
        case .sqlite: try await rewrite(values)
        case .postgres: try await replace(values)
        }
    }

    // MARK: The database

    /// - Throws: a ``Failure`` when there is no such constraint.
    private static func values(in database: any SQLReading, _ dialect: SQLDialect) throws -> [String] {
        switch dialect {
        case .sqlite:
            let text = try database.query(
                "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1", table
            ).first?[0].text
            guard let text, let clause = try CheckClause(named: name, in: text) else { throw missing }
            return clause.values
        case .postgres:
            let text = try database.query(
                """
                SELECT pg_get_constraintdef(oid) FROM pg_constraint
                WHERE conname = ?1 AND conrelid = to_regclass(?2)
                """, name, table
            ).first?[0].text
            guard let text else { throw missing }
            return CheckClause.literals(text)
        }
    }

    private static var missing: Failure {
        .adminRequired(
            "the table '\(table)' has no constraint '\(name)'; name the database that holds the old sessions",
            code: "no_constraint")
    }

    /// - Throws: a ``Failure`` when rows hold other values than these.
    private static func look(_ database: any SQLReading, _ values: [String]) throws {
        let rows = try database.query(
            """
            SELECT \(column), count(*) FROM \(table) WHERE NOT (\(CheckClause.condition(column, values)))
            GROUP BY \(column) ORDER BY \(column)
            """)
        guard !rows.isEmpty else { return }
        let words = rows.map { "\($0[1].integer ?? 0) in '\($0[0].text ?? "")'" }.joined(separator: ", ")
        throw Failure.adminRequired(
            "sessions are in statuses that would not be allowed (\(words)); let them go on to others first",
            code: "statuses_in_use")
    }
}

// MARK: SQLite

extension SessionConstraint {
    /// Changes the constraint without touching a row, in one transaction: it is kept as text only, and SQLite documents
    /// this way of editing it ("Making Other Kinds Of Table Schema Changes", sqlite.org/lang_altertable.html, section 7).
    /// The rows are looked at before, in the same transaction. Copying them into a new table instead would keep every
    /// write waiting for as long, and delete what refers to them.
    private func rewrite(_ values: [String]) async throws {
        try await store.write { [onStage] transaction in
            let text = try transaction.query(
                "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1", Self.table
            ).first?[0].text
            guard let text, let clause = try CheckClause(named: Self.name, in: text) else {
                throw Self.missing
            }
            if clause.values == values { return }
            try Self.look(transaction, values)
            try onStage(.looked)
            var changed = text
            changed.replaceSubrange(
                clause.range, with: CheckClause.text(named: Self.name, Self.column, values))
            let sql = changed
            let version = try transaction.query("PRAGMA schema_version").first?[0].integer ?? 0
            _ = try transaction.query("PRAGMA writable_schema = ON")
            let edited = Result {
                try transaction.execute(
                    "UPDATE sqlite_schema SET sql = ?1 WHERE type = 'table' AND name = ?2", sql, Self.table)
            }
            // It is the connection's, and outlives the transaction.
            _ = try transaction.query("PRAGMA writable_schema = OFF")
            _ = try edited.get()
            // Whoever has read the schema reads it again, this connection too.
            _ = try transaction.query("PRAGMA schema_version = \(version + 1)")
            try onStage(.replaced)
        }
    }
}

// MARK: PostgreSQL

extension SessionConstraint {
    /// The new values stand beside the old ones until all rows are known to fit, and then take their place. Looking at
    /// the rows (`VALIDATE CONSTRAINT`) stops no write; the other two steps change the catalogue alone, but need the table
    /// for themselves for that moment.
    private func replace(_ values: [String]) async throws {
        let next = "\(Self.name)_next"
        let remove = "ALTER TABLE \(Self.table) DROP CONSTRAINT IF EXISTS \(next)"
        let dialect = store.dialect
        let isThere = try await store.read { database in
            let present = try Self.values(in: database, dialect)
            if present != values { try Self.look(database, values) }
            return present == values
        }
        // Perhaps another process has left it behind.
        if isThere { return try await briefly([remove]) }
        try onStage(.looked)
        do {
            try await briefly([
                "\(remove), ADD \(CheckClause.text(named: next, Self.column, values)) NOT VALID"
            ])
            try onStage(.added)
            try await store.write { try $0.execute("ALTER TABLE \(Self.table) VALIDATE CONSTRAINT \(next)") }
            try onStage(.validated)
            try await briefly([
                "ALTER TABLE \(Self.table) DROP CONSTRAINT \(Self.name)",
                "ALTER TABLE \(Self.table) RENAME CONSTRAINT \(next) TO \(Self.name)",
            ]) { try onStage(.replaced) }
        } catch {
            // In a task of its own: it happens although this one may be cancelled.
            try await Task { try await briefly([remove]) }.value
            throw error
        }
    }

    /// Carries out statements that need the table for themselves, in one transaction.
    ///
    /// Whoever waits for such a lock keeps everybody waiting who comes later. So it waits no longer than its patience,
    /// lets the others pass, and tries again.
    private func briefly(
        _ statements: [String], then last: @escaping @Sendable () throws -> Void = {}
    ) async throws {
        let clock = ContinuousClock()
        let until = clock.now + limit
        let milliseconds = max(1, patience.inMicroseconds / 1000)
        var pause = Duration.milliseconds(10)
        while true {
            do {
                return try await store.write { transaction in
                    try transaction.execute("SET LOCAL lock_timeout = \(milliseconds)")
                    for statement in statements { try transaction.execute(statement) }
                    try last()
                }
            } catch let error as SQLError where error.kind == .busy {
                guard clock.now < until else {
                    throw Failure.temporary(
                        "the table '\(Self.table)' was in use for \(limit): \(error.message); end what holds it, "
                            + "or try again later", code: "table_busy")
                }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }
}

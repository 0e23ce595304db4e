import GRDB
import Lockstep
import LockstepSQL

/// Reads and writes the list of migrations, and carries their steps out, on a connection.
struct SQLiteMigrator {
    let db: Database
    let known: [SchemaMigration]
    /// The file, for people.
    let place: String

    /// What is known beside what the database has.
    func ledger() throws -> SchemaLedger {
        let applied = try has("lockstep_migrations") ? rows() : []
        return SchemaLedger(known: known, applied: applied, place: "the database '\(place)'")
    }

    private func rows() throws -> [AppliedMigration] {
        try Row.fetchAll(
            db, sql: "SELECT number, name, breaks_before, applied_at, applied_by FROM lockstep_migrations"
        ).map {
            AppliedMigration(
                number: $0[0], name: $0[1], breaksBefore: $0[2], appliedAt: Timestamp(microseconds: $0[3]),
                appliedBy: $0[4])
        }
    }

    private func has(_ table: String) throws -> Bool {
        try Int.fetchOne(
            db, sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", arguments: [table])
            != nil
    }

    /// The lifecycles that a step changes. One that this version cannot read must not be passed over.
    func scope() throws -> SchemaScope {
        guard try has("lockstep_definitions") else { return SchemaScope(definitions: []) }
        let stored = try Row.fetchAll(db, sql: "SELECT name, json FROM lockstep_definitions ORDER BY name")
        return SchemaScope(
            definitions: try stored.map { try SchemaScope.definition(named: $0[0], json: $0[1]) })
    }

    /// Makes the next step to a layout, if there is one, in the caller's transaction.
    func step(to target: Int?, now: Timestamp) throws -> MigrationStep? {
        let ledger = try ledger()
        guard let step = try ledger.next(to: target) else { return nil }
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS lockstep_migrations (
                    number INTEGER PRIMARY KEY, name TEXT NOT NULL, breaks_before INTEGER NOT NULL,
                    applied_at INTEGER NOT NULL, applied_by TEXT NOT NULL
                ) STRICT
                """)
        for statement in ledger.statements(of: step, in: try scope()) {
            try db.execute(sql: statement.text)
        }
        switch step.direction {
        case .up:
            try db.execute(
                sql: "INSERT INTO lockstep_migrations VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    step.number, step.name, known[step.number - 1].breaksBefore, now.microseconds,
                    ledger.version,
                ])
        case .down:
            try db.execute(sql: "DELETE FROM lockstep_migrations WHERE number = ?", arguments: [step.number])
        }
        return step
    }
}

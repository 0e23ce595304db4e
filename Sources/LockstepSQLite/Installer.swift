import GRDB
import Lockstep
import LockstepSQL

/// Creates the tables of the store and of lifecycles, and changes them when a definition changed.
struct Installer {
    let db: Database

    /// The store's own tables.
    func prepare() throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS lockstep_definitions (
                    name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, json TEXT NOT NULL,
                    installed_at INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE IF NOT EXISTS lockstep_workers (
                    id TEXT PRIMARY KEY, host TEXT NOT NULL, statuses TEXT NOT NULL,
                    started_at INTEGER NOT NULL, beat_at INTEGER NOT NULL, lease_ends INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                """)
    }

    /// Installs one definition.
    func install(_ definition: Definition, now: Timestamp) throws -> DefinitionChange {
        let text = try definition.canonicalJSON()
        let stored = try String.fetchOne(
            db, sql: "SELECT json FROM lockstep_definitions WHERE name = ?", arguments: [definition.name])
        let schema = SQLiteSchema(definition)
        guard let stored else {
            for statement in schema.create { try db.execute(sql: statement) }
            try store(definition, text, now)
            return .compatible(["installed"])
        }
        let change = DefinitionChange(
            from: try JSONText.decode(Definition.self, from: stored), to: definition)
        switch change {
        case .equal: return change
        case .removes(let removed): try refuseWhileInUse(removed, definition)
        case .compatible: break
        }
        try alter(schema)
        try store(definition, text, now)
        return change
    }

    private func store(_ definition: Definition, _ text: String, _ now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO lockstep_definitions (name, fingerprint, json, installed_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, json = excluded.json,
                    installed_at = excluded.installed_at
                """,
            arguments: [definition.name, Definition.fingerprint(of: text), text, now.microseconds])
    }

    private func refuseWhileInUse(_ removed: [String], _ definition: Definition) throws {
        let table = TableNames(definition.name).jobs
        let inUse = try removed.compactMap { status -> (status: String, jobs: Int)? in
            let jobs = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM \(table) WHERE status = ?", arguments: [status])
            return jobs.flatMap { $0 > 0 ? (status, $0) : nil }
        }
        guard inUse.isEmpty else {
            throw InstallRefusal(lifecycle: definition.name, jobsByRemovedStatus: inUse)
        }
    }

    /// Changes the CHECK and the generated columns without rewriting a row: they are kept as text only, and
    /// SQLite documents this way of editing it ("Making Other Kinds Of Table Schema Changes",
    /// sqlite.org/lang_altertable.html, section 7). The rows were checked before.
    private func alter(_ schema: SQLiteSchema) throws {
        for statement in schema.replaceTriggers { try db.execute(sql: statement) }
        let version = try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
        try db.execute(sql: "PRAGMA writable_schema = ON")
        try db.execute(
            sql: "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?",
            arguments: [schema.jobsTable, schema.names.jobs])
        try db.execute(sql: "PRAGMA schema_version = \(version + 1)")
        try db.execute(sql: "PRAGMA writable_schema = OFF")
        db.clearSchemaCache()
    }
}

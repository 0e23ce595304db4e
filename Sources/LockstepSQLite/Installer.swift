import GRDB
import Lockstep
import LockstepSQL

/// Creates the tables of lifecycles, and changes them when a definition changed.
struct Installer {
    let db: Database
    let migrator: SQLiteMigrator

    /// Installs one definition.
    func install(_ definition: Definition, now: Timestamp) throws -> DefinitionChange {
        let text = try definition.canonicalJSON()
        let stored = try String.fetchOne(
            db, sql: "SELECT json FROM lockstep_definitions WHERE name = ?", arguments: [definition.name])
        let schema = SQLiteSchema(definition)
        guard let stored else {
            try migrator.ledger().checkInstalling(definition.name)
            for statement in schema.create { try db.execute(sql: statement) }
            CrashPoint.reach("install.created")
            try store(definition, text, now)
            return .compatible(["installed"])
        }
        let before = try JSONText.decode(Definition.self, from: stored)
        if let change = try rollout(definition.name)?.installing(definition, stored: before) { return change }
        if try isReplaced(definition.name, text), before.covers(definition) { return .superseded }
        let change = DefinitionChange(from: before, to: definition)
        switch change {
        case .equal, .superseded, .coming: return change
        case .removes(let removed): try refuseWhileInUse(removed, definition)
        case .compatible: break
        }
        try self.change(to: definition, from: before, now)
        try replace(definition.name, stored, by: text, now)
        try endRollout(definition.name)
        return change
    }

    /// Makes the tables, and what is installed, those of another definition.
    func change(to definition: Definition, from before: Definition, _ now: Timestamp) throws {
        try migrator.ledger().checkInstalling(definition.name)
        try refuseWhileShown(definition, before)
        try alter(SQLiteSchema(definition), from: before, keeping: try addedColumns(since: before))
        CrashPoint.reach("install.altered")
        try giveNewDeadlines(definition, since: before)
        try store(definition, try definition.canonicalJSON(), now)
    }

    // MARK: The list of definitions

    private func isReplaced(_ name: String, _ text: String) throws -> Bool {
        try Int.fetchOne(
            db, sql: "SELECT 1 FROM lockstep_replaced_definitions WHERE name = ? AND json = ?",
            arguments: [name, text]) != nil
    }

    func replace(_ name: String, _ old: String, by new: String, _ now: Timestamp) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO lockstep_replaced_definitions VALUES (?, ?, ?)",
            arguments: [name, old, now.microseconds])
        try db.execute(
            sql: "DELETE FROM lockstep_replaced_definitions WHERE name = ? AND json = ?",
            arguments: [name, new])
    }

    private func store(_ definition: Definition, _ text: String, _ now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO lockstep_definitions (name, fingerprint, json, installed_at, revision)
                VALUES (?, ?, ?, ?, (SELECT coalesce(max(revision), 0) + 1 FROM lockstep_definitions))
                ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, json = excluded.json,
                    installed_at = excluded.installed_at, revision = excluded.revision
                """,
            arguments: [definition.name, Definition.fingerprint(of: text), text, now.microseconds])
    }

    // MARK: What must not be

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

    /// A shown column that an index or a view of the application uses cannot go.
    private func refuseWhileShown(_ definition: Definition, _ before: Definition) throws {
        let table = TableNames(definition.name).jobs
        for column in before.shownColumns where !definition.shownColumns.contains(column) {
            let user = try String.fetchOne(
                db,
                sql: """
                    SELECT name FROM sqlite_schema
                    WHERE type IN ('index', 'view', 'trigger') AND instr(sql, ?) > 0 AND instr(sql, ?) > 0
                        AND substr(name, 1, ?) <> ?
                    """,
                arguments: [column, table, 5 + definition.name.count, "trg_\(definition.name)_"])
            guard let user else { continue }
            throw SQLError(
                kind: .statement,
                message:
                    "lifecycle '\(definition.name)' no longer shows '\(column)', but '\(user)' uses that "
                    + "column; drop '\(user)' first")
        }
    }

    // MARK: Changing what is there

    /// How the text of a table of jobs ends, behind its last column: SQLite writes new ones right before the parenthesis.
    private static let tableEnd = ") STRICT"

    /// What `ALTER TABLE … ADD COLUMN` has written into the text of the table of jobs. Empty when the
    /// table has no columns but ours.
    /// - Throws: ``SQLError`` when there are other columns than ours and the rest of the text was changed too.
    private func addedColumns(since before: Definition) throws -> String {
        let schema = SQLiteSchema(before)
        let live = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_table_xinfo(?)", arguments: [schema.names.jobs])
        guard live.sorted() != (JobColumns.all + before.shownColumns).sorted() else { return "" }
        let text = try String.fetchOne(
            db, sql: "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?",
            arguments: [schema.names.jobs])
        let ours = schema.jobsTable.dropLast(Self.tableEnd.count)
        guard let text, text.hasPrefix(ours), text.hasSuffix(Self.tableEnd) else {
            throw SQLError(
                kind: .statement,
                message:
                    "the columns of '\(schema.names.jobs)' are others than Lockstep made; take your own away, or "
                    + "restore a backup, and try again")
        }
        return String(text.dropFirst(ours.count).dropLast(Self.tableEnd.count))
    }

    /// Changes the CHECK and the generated columns without rewriting a row: they are kept as text only, and
    /// SQLite documents this way of editing it ("Making Other Kinds Of Table Schema Changes",
    /// sqlite.org/lang_altertable.html, section 7). The rows were looked at before.
    /// - Parameter added: the columns that the application has added to the table, as ``addedColumns(since:)`` gives
    ///   them. They lie behind ours in every row, generated ones taking no place there.
    func alter(_ schema: SQLiteSchema, from before: Definition, keeping added: String) throws {
        for statement in schema.replaceTriggers { try db.execute(sql: statement) }
        let version = try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
        let table = String(schema.jobsTable.dropLast(Self.tableEnd.count)) + added + Self.tableEnd
        try db.execute(sql: "PRAGMA writable_schema = ON")
        try db.execute(
            sql: "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?",
            arguments: [table, schema.names.jobs])
        try db.execute(sql: "PRAGMA schema_version = \(version + 1)")
        try db.execute(sql: "PRAGMA writable_schema = OFF")
        db.clearSchemaCache()
        // An application may have an index on a shown column, whose values may be others now.
        if !before.shownColumns.isEmpty { try db.execute(sql: "REINDEX \(schema.names.jobs)") }
    }

    /// Jobs that are there get the deadlines of the new time limits.
    private func giveNewDeadlines(_ definition: Definition, since before: Definition) throws {
        let table = TableNames(definition.name).jobs
        for name in definition.statusesWithNewLimits(since: before) {
            try db.execute(
                sql: """
                    UPDATE \(table) SET deadline = max(entered_at, available_at) + ?
                    WHERE status = ? AND hold IS NULL
                    """,
                arguments: [definition.rule(for: name)?.limit.microseconds, name])
        }
    }
}

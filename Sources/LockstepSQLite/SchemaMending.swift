import GRDB
import Lockstep
import LockstepSQL

extension SQLiteStore {
    /// Makes the CHECK of the statuses, the triggers and the indexes of an installed lifecycle anew, as its
    /// definition says: what somebody changed by hand is as it was again. No row is changed.
    /// - Throws: a ``Refusal`` for a lifecycle that is not installed; ``InstallRefusal`` when rows hold statuses that
    ///   are not declared; ``SQLError`` when a column is missing, which only a backup has.
    public func mendSchema(of lifecycle: String) async throws {
        try await writer.perform(savepoint: true) { [self] db in
            defer { records.forgetAll() }
            let entry = try catalog.entry(lifecycle, db)
            try Installer(db: db, migrator: migrator(db)).mend(entry.definition)
        }
    }
}

extension Installer {
    /// Makes what enforces and records anew, by the same statements by which a changed definition does.
    func mend(_ definition: Definition) throws {
        let schema = SQLiteSchema(definition)
        try refuseOtherColumns(schema)
        try refuseOtherStatuses(definition)
        try alter(schema, from: definition, keeping: "")
        for statement in schema.indexes {
            let words = statement.split(separator: " ", omittingEmptySubsequences: true)
            guard let place = words.firstIndex(of: "INDEX"), place + 1 < words.count else { continue }
            let name = String(words[place + 1])
            let live = try String.fetchOne(
                db, sql: "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?", arguments: [name])
            guard live != statement else { continue }
            try db.execute(sql: "DROP INDEX IF EXISTS \(name)")
            try db.execute(sql: statement)
        }
    }

    /// The text of the table is written over: its columns must be those of the text, or its rows could not be read.
    private func refuseOtherColumns(_ schema: SQLiteSchema) throws {
        let live = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_table_xinfo(?)", arguments: [schema.names.jobs])
        let wanted = JobColumns.all + schema.definition.shownColumns
        guard Set(live) == Set(wanted), live.count == wanted.count else {
            throw SQLError(
                kind: .statement,
                message:
                    "the columns of '\(schema.names.jobs)' are others than Lockstep made; take your own away, or "
                    + "restore a backup, and try again")
        }
    }

    private func refuseOtherStatuses(_ definition: Definition) throws {
        let table = TableNames(definition.name).jobs
        let rows = try Row.fetchAll(db, sql: "SELECT status, count(*) FROM \(table) GROUP BY status")
        let found: [(status: String, jobs: Int)] = rows.compactMap { row in
            let status: String = row[0]
            return definition.declares(status) ? nil : (status, row[1])
        }
        guard found.isEmpty else {
            throw InstallRefusal(lifecycle: definition.name, jobsByRemovedStatus: found)
        }
    }
}

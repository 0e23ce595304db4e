import Lockstep
import LockstepSQL

extension PostgresStore {
    /// Makes the CHECK of the statuses, the triggers with their functions, and the indexes of an installed lifecycle
    /// anew, as its definition says: what somebody changed by hand is as it was again. No row is changed.
    /// - Throws: a ``Refusal`` for a lifecycle that is not installed; ``SQLError`` when rows hold statuses that are
    ///   not declared, or a column is missing, which only a backup has.
    public func mendSchema(of lifecycle: String) async throws {
        try await writing { [catalog, options] connection in
            let definition = try catalog.entry(lifecycle, connection).definition
            let usual = connection.statementTimeout
            defer { connection.statementTimeout = usual }
            try connection.execute("BEGIN")
            try PostgresInstaller(
                connection, schema: catalog.schema,
                PostgresMigrator(connection, options, known: catalog.known)
            ).mend(definition)
            try connection.commit()
        }
    }
}

extension PostgresInstaller {
    /// Makes what enforces and records anew, by the same statements by which a changed definition does.
    func mend(_ definition: Definition) throws {
        try TablesLock(connection, schema: schema).take()
        try beginChanging(definition)
        let tables = PostgresSchema(definition, in: schema)
        for statement in BaseSchema.create(in: schema) where statement.hasPrefix("CREATE FUNCTION") {
            try connection.execute("CREATE OR REPLACE" + statement.dropFirst("CREATE".count))
        }
        try connection.execute("LOCK TABLE \(tables.jobs) IN ACCESS EXCLUSIVE MODE")
        for statement in tables.replaceTriggers { try connection.execute(statement) }
        let check = tables.names.statusCheck
        try connection.execute(
            "ALTER TABLE \(tables.jobs) DROP CONSTRAINT IF EXISTS \(check), "
                + "ADD CONSTRAINT \(check) CHECK (\(tables.statusCheck))")
        for column in definition.shownColumns {
            try connection.execute("ALTER TABLE \(tables.jobs) DROP COLUMN IF EXISTS \(SQLText.name(column))")
            try connection.execute("ALTER TABLE \(tables.jobs) ADD COLUMN \(tables.shownColumn(column))")
        }
        // What became of an index cannot be told from its name: they are few, and made again.
        for statement in tables.indexes {
            let words = statement.split(separator: " ", omittingEmptySubsequences: true)
            guard let place = words.firstIndex(of: "INDEX"), place + 1 < words.count else { continue }
            try connection.execute("DROP INDEX IF EXISTS \(schema).\(words[place + 1])")
            try connection.execute(statement)
        }
    }
}

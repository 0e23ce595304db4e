import Lockstep
import LockstepSQL

/// Creates the tables of lifecycles, and changes them when a definition changed.
struct PostgresInstaller {
    let connection: PGConnection
    let schema: String
    private let migrator: PostgresMigrator

    init(_ connection: PGConnection, schema: String, _ migrator: PostgresMigrator) {
        self.connection = connection
        self.schema = schema
        self.migrator = migrator
    }

    /// Installs definitions, in the caller's transaction. One that is there as it is takes no right.
    func install(_ definitions: [Definition], now: Timestamp) throws -> [DefinitionChange] {
        try TablesLock(connection, schema: schema).take()
        return try definitions.map { try install($0, now: now) }
    }

    /// Before tables are made or changed: this process knows their layout, and acts as their owner.
    ///
    /// A change may take as long as a migration: it may give every job a new deadline. But whoever waits for a lock on a
    /// table holds up everybody who comes later, heartbeats too: rather try again (``PostgresStore/writing(_:)``).
    func beginChanging(_ definition: Definition) throws {
        try migrator.ledger().checkInstalling(definition.name)
        try TablesLock(connection, schema: schema).becomeOwner()
        connection.statementTimeout = PostgresMigrator.limit
        try connection.execute("SET LOCAL lock_timeout = '3s'")
    }

    private func install(_ definition: Definition, now: Timestamp) throws -> DefinitionChange {
        let text = try definition.canonicalJSON()
        let tables = PostgresSchema(definition, in: schema)
        guard let stored = try stored(definition.name) else {
            try beginChanging(definition)
            for statement in tables.create { try connection.execute(statement) }
            try PostgresRoles.passOn(connection, to: tables)
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
        try beginChanging(definition)
        try self.change(to: definition, from: before, .inOne, now)
        try replace(definition.name, stored, by: text, now)
        try endRollout(definition.name)
        return change
    }

    /// How the CHECK of the statuses becomes another one.
    enum CheckChange {
        /// Dropped and made anew, while nobody else uses the table.
        case inOne
        /// The new one is there under its ``nextCheck`` name, and holds for every row.
        case prepared
        /// It stays as it is.
        case none
    }

    /// Makes the tables, and what is installed, those of another definition.
    func change(
        to definition: Definition, from before: Definition, _ check: CheckChange, _ now: Timestamp
    ) throws {
        try alter(PostgresSchema(definition, in: schema), from: before, check)
        CrashPoint.reach("install.altered")
        try giveNewDeadlines(definition, since: before)
        try store(definition, try definition.canonicalJSON(), now)
    }

    // MARK: The list of definitions

    func stored(_ name: String) throws -> String? {
        var parameters = PGParameters(reserving: 1)
        parameters.add(name)
        let rows = try connection.run(
            PGStatement("SELECT json FROM \(schema).lockstep_definitions WHERE name = $1", [PGType.text]),
            parameters)
        return rows.count == 0 ? nil : rows.text(0, 0)
    }

    private func isReplaced(_ name: String, _ text: String) throws -> Bool {
        var parameters = PGParameters(reserving: 2)
        parameters.add(name)
        parameters.add(Definition.fingerprint(of: text))
        return try connection.run(
            PGStatement(
                "SELECT 1 FROM \(schema).lockstep_replaced_definitions WHERE name = $1 AND fingerprint = $2",
                [PGType.text, PGType.text]), parameters
        ).count > 0
    }

    func replace(_ name: String, _ old: String, by new: String, _ now: Timestamp) throws {
        var parameters = PGParameters(reserving: 4)
        parameters.add(name)
        parameters.add(Definition.fingerprint(of: old))
        parameters.add(old)
        parameters.add(now.microseconds)
        _ = try connection.run(
            PGStatement(
                """
                INSERT INTO \(schema).lockstep_replaced_definitions (name, fingerprint, json, replaced_at)
                VALUES ($1, $2, $3, $4) ON CONFLICT (name, fingerprint) DO UPDATE SET replaced_at = $4
                """, [PGType.text, PGType.text, PGType.text, PGType.int8]), parameters)
        var present = PGParameters(reserving: 2)
        present.add(name)
        present.add(Definition.fingerprint(of: new))
        _ = try connection.run(
            PGStatement(
                "DELETE FROM \(schema).lockstep_replaced_definitions WHERE name = $1 AND fingerprint = $2",
                [PGType.text, PGType.text]), present)
    }

    private func store(_ definition: Definition, _ text: String, _ now: Timestamp) throws {
        var parameters = PGParameters(reserving: 4)
        parameters.add(definition.name)
        parameters.add(Definition.fingerprint(of: text))
        parameters.add(text)
        parameters.add(now.microseconds)
        _ = try connection.run(
            PGStatement(
                """
                WITH next AS (
                    UPDATE \(schema).lockstep_state SET revision = revision + 1 RETURNING revision
                )
                INSERT INTO \(schema).lockstep_definitions (name, fingerprint, json, installed_at, revision)
                SELECT $1, $2, $3, $4, revision FROM next
                ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, json = excluded.json,
                    installed_at = excluded.installed_at, revision = excluded.revision
                """, [PGType.text, PGType.text, PGType.text, PGType.int8]), parameters)
    }

    // MARK: Changing what is there

    private func refuseWhileInUse(_ removed: [String], _ definition: Definition) throws {
        let table = "\(schema).\(TableNames(definition.name).jobs)"
        let statement = PGStatement("SELECT count(*) FROM \(table) WHERE status = $1", [PGType.text])
        let inUse = try removed.compactMap { status -> (status: String, jobs: Int)? in
            var parameters = PGParameters(reserving: 1)
            parameters.add(status)
            let jobs = Int(try connection.run(statement, parameters).integer(0, 0))
            return jobs > 0 ? (status, jobs) : nil
        }
        guard inUse.isEmpty else {
            throw InstallRefusal(lifecycle: definition.name, jobsByRemovedStatus: inUse)
        }
    }

    /// The table is locked from here to the end of the transaction: what is decided meanwhile waits, and then
    /// finds another revision.
    private func alter(_ tables: PostgresSchema, from before: Definition, _ check: CheckChange) throws {
        try connection.execute("LOCK TABLE \(tables.jobs) IN ACCESS EXCLUSIVE MODE")
        for statement in tables.replaceTriggers { try connection.execute(statement) }
        let (old, new) = (PostgresSchema(before, in: schema), tables)
        var changes: [String] = []
        switch check {
        case .inOne:
            changes = [
                "DROP CONSTRAINT IF EXISTS \(Self.nextCheck(new))",
                "DROP CONSTRAINT \(new.names.statusCheck)",
                "ADD CONSTRAINT \(new.names.statusCheck) CHECK (\(new.statusCheck))",
            ]
        case .prepared:
            let check = new.names.statusCheck
            try connection.execute("ALTER TABLE \(tables.jobs) DROP CONSTRAINT \(check)")
            try connection.execute(
                "ALTER TABLE \(tables.jobs) RENAME CONSTRAINT \(Self.nextCheck(new)) TO \(check)")
        case .none: break
        }
        for column in before.shownColumns
        where !new.definition.shownColumns.contains(column)
            || old.shownColumn(column) != new.shownColumn(column)
        {
            changes.append("DROP COLUMN \(SQLText.name(column))")
        }
        for column in new.definition.shownColumns
        where !before.shownColumns.contains(column) || old.shownColumn(column) != new.shownColumn(column) {
            changes.append("ADD COLUMN \(new.shownColumn(column))")
        }
        guard !changes.isEmpty else { return }
        do {
            try connection.execute("ALTER TABLE \(tables.jobs) \(changes.joined(separator: ", "))")
        } catch let error as SQLError {
            throw SQLError(
                kind: .statement, constraint: error.constraint,
                message: "lifecycle '\(before.name)' could not be changed: \(error.message)")
        }
    }

    /// Jobs that are there get the deadlines of the new time limits.
    private func giveNewDeadlines(_ definition: Definition, since before: Definition) throws {
        let table = "\(schema).\(TableNames(definition.name).jobs)"
        for name in definition.statusesWithNewLimits(since: before) {
            var parameters = PGParameters(reserving: 2)
            parameters.add(definition.rule(for: name)?.limit.microseconds)
            parameters.add(name)
            _ = try connection.run(
                PGStatement(
                    """
                    UPDATE \(table) SET deadline = greatest(entered_at, available_at) + $1
                    WHERE status = $2 AND hold IS NULL
                    """, [PGType.int8, PGType.text]), parameters)
        }
    }
}

import Lockstep
import LockstepSQL

/// Rollouts: a row for each lifecycle.
///
/// The CHECK of another list of statuses is made beside the present one: added without looking at the rows, which
/// takes a moment; proved for every row, beside everybody who writes; and then it takes the other's place, with the
/// triggers and the definition, in one transaction. Whoever is killed on the way leaves a CHECK that the next one goes
/// on with: what is done stands in the catalogue.
extension PostgresStore {
    /// See ``Lockstep/Store/rollOut(_:_:)``.
    @discardableResult
    public func rollOut(_ lifecycle: String, _ move: RolloutMove) async throws -> Rollout {
        if case .expand(let target) = move { _ = try target.audited() }
        while true {
            let now = time.now()
            let made = try await writing { [self] connection -> Rollout? in
                let installer = PostgresInstaller(
                    connection, schema: catalog.schema,
                    PostgresMigrator(connection, options, known: catalog.known))
                let usual = connection.statementTimeout
                defer { connection.statementTimeout = usual }
                try connection.execute("BEGIN")
                let made = try installer.rollOut(
                    lifecycle, move, workers: { [self] in try workers(connection) }, now: now)
                try connection.commit()
                try catalog.refresh(connection)
                return made
            }
            if let made {
                announce()
                return made
            }
        }
    }

    /// See ``Lockstep/Store/rollouts()``.
    public func rollouts() async throws -> [Rollout] {
        try await reading { [catalog] connection in
            try Rollout.read(connection, in: catalog.schema)
        }
    }
}

extension PostgresInstaller {
    /// The name of a CHECK that is to take the present one's place.
    static func nextCheck(_ tables: PostgresSchema) -> String { "\(tables.names.statusCheck)_next" }

    /// Makes the next part of a step, in the caller's transaction.
    /// - Returns: `nil` when there is more to do in another transaction.
    func rollOut(
        _ lifecycle: String, _ move: RolloutMove, workers: () throws -> [WorkerRecord], now: Timestamp
    ) throws -> Rollout? {
        try TablesLock(connection, schema: schema).take()
        let before = try stored(lifecycle).map { try JSONText.decode(Definition.self, from: $0) }
        let decision = try move.decide(
            lifecycle, stored: before, rollout: try rollout(lifecycle), workers: try workers(), now: now
        ) { statuses in try count(statuses, lifecycle, locking: move) }
        guard case .write(let next, let definition) = decision, let before else { return decision.rollout }
        try beginChanging(definition)
        if definition != before {
            let isSame = Set(definition.names) == Set(before.names)
            guard try isSame || prepareCheck(PostgresSchema(definition, in: schema)) else { return nil }
            if isSame { try dropNextCheck(before) }
            try change(to: definition, from: before, isSame ? .none : .prepared, now)
        } else {
            try dropNextCheck(before)
        }
        if next.phase == .contracted {
            try replace(
                lifecycle, try next.source.canonicalJSON(), by: try next.target.canonicalJSON(), now)
        }
        try keep(next)
        CrashPoint.reach("rollout.kept")
        return next
    }

    /// A CHECK that a killed process has left, for a step that is not made now, would hold on.
    private func dropNextCheck(_ definition: Definition) throws {
        let tables = PostgresSchema(definition, in: schema)
        try connection.execute(
            "ALTER TABLE \(tables.jobs) DROP CONSTRAINT IF EXISTS \(Self.nextCheck(tables))")
    }

    /// Adds the CHECK that is to take the present one's place, or proves it.
    /// - Returns: whether it was there and proved; otherwise there was something to do, which is to be committed.
    private func prepareCheck(_ tables: PostgresSchema) throws -> Bool {
        let (next, words) = (Self.nextCheck(tables), Definition.fingerprint(of: tables.statusCheck))
        let rows = try connection.run(
            PGStatement(
                """
                SELECT convalidated, obj_description(oid, 'pg_constraint') = \(SQLText.literal(words))
                FROM pg_constraint WHERE conrelid = to_regclass(\(SQLText.literal(tables.jobs)))
                    AND conname = \(SQLText.literal(next))
                """))
        if rows.count > 0, !rows.isNull(0, 1), rows.bool(0, 1) {
            guard !rows.bool(0, 0) else {
                try connection.execute("COMMENT ON CONSTRAINT \(next) ON \(tables.jobs) IS NULL")
                return true
            }
            // Reads every row and keeps nobody from writing ("ALTER TABLE" in PostgreSQL's manual: SHARE UPDATE
            // EXCLUSIVE).
            try connection.execute("ALTER TABLE \(tables.jobs) VALIDATE CONSTRAINT \(next)")
            CrashPoint.reach("rollout.proved")
            return false
        }
        // What is there of another change was given up.
        try connection.execute("ALTER TABLE \(tables.jobs) DROP CONSTRAINT IF EXISTS \(next)")
        try connection.execute(
            "ALTER TABLE \(tables.jobs) ADD CONSTRAINT \(next) CHECK (\(tables.statusCheck)) NOT VALID")
        try connection.execute(
            "COMMENT ON CONSTRAINT \(next) ON \(tables.jobs) IS \(SQLText.literal(words))")
        CrashPoint.reach("rollout.added")
        return false
    }

    /// - Parameter move: when the rules change, nobody may enter the statuses that are counted until they have; after
    ///   that nobody enters those that go, and the CHECK proves it.
    private func count(
        _ statuses: [String], _ lifecycle: String, locking move: RolloutMove
    ) throws -> [(status: String, jobs: Int)] {
        let table = "\(schema).\(TableNames(lifecycle).jobs)"
        if case .activate = move {
            try connection.execute(
                "SET LOCAL lock_timeout = '3s'; LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE")
        }
        let statement = PGStatement("SELECT count(*) FROM \(table) WHERE status = $1", [PGType.text])
        return try statuses.map { status in
            var parameters = PGParameters(reserving: 1)
            parameters.add(status)
            return (status, Int(try connection.run(statement, parameters).integer(0, 0)))
        }
    }

    /// The last rollout of a lifecycle.
    func rollout(_ lifecycle: String) throws -> Rollout? {
        try Rollout.read(connection, in: schema).first { $0.lifecycle == lifecycle }
    }

    private func keep(_ rollout: Rollout) throws {
        var parameters = PGParameters(reserving: 5)
        parameters.add(rollout.lifecycle)
        parameters.add(rollout.phase.rawValue)
        parameters.add(try rollout.source.canonicalJSON())
        parameters.add(try rollout.target.canonicalJSON())
        parameters.add(rollout.changedAt.microseconds)
        _ = try connection.run(
            PGStatement(
                """
                INSERT INTO \(schema).lockstep_rollouts (name, phase, source, target, changed_at)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO UPDATE SET phase = excluded.phase,
                    source = excluded.source, target = excluded.target, changed_at = excluded.changed_at
                """, [PGType.text, PGType.text, PGType.text, PGType.text, PGType.int8]), parameters)
    }

    /// The lifecycle was changed at once: what it went through before is past.
    func endRollout(_ lifecycle: String) throws {
        var parameters = PGParameters(reserving: 1)
        parameters.add(lifecycle)
        _ = try connection.run(
            PGStatement("DELETE FROM \(schema).lockstep_rollouts WHERE name = $1", [PGType.text]), parameters)
    }
}

extension Rollout {
    /// The rollouts in the database.
    static func read(_ connection: PGConnection, in schema: String) throws -> [Rollout] {
        let rows = try connection.run(
            PGStatement(
                "SELECT name, phase, source, target, changed_at FROM \(schema).lockstep_rollouts ORDER BY name"
            ))
        return try (0..<rows.count).map { row in
            try Rollout(
                lifecycle: rows.text(row, 0), phase: rows.text(row, 1), source: rows.text(row, 2),
                target: rows.text(row, 3), changedAt: Timestamp(microseconds: rows.integer(row, 4)))
        }
    }
}

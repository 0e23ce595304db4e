import Lockstep
import LockstepSQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a transaction needs before it changes tables: to be the only one that does, and to be their owner.
struct TablesLock {
    private let connection: PGConnection
    private let schema: String

    init(_ connection: PGConnection, schema: String) {
        self.connection = connection
        self.schema = schema
    }

    /// Waits until no other process changes tables; the lock is the transaction's and goes with it, so that it is
    /// safe behind a pooler.
    ///
    /// It is tried again and again, and between two tries the transaction ends: a statement that waits in the server
    /// keeps its snapshot meanwhile, and an index that another process builds concurrently would wait for that snapshot;
    /// and behind a pooler everybody who waits in a transaction keeps a session, perhaps the one that the builder needs.
    /// So nothing may have been written before. It blocks its thread, which is the connection's own.
    /// - Throws: ``SQLError`` after `limit`.
    func take(limit: Duration = .seconds(60)) throws {
        let statement = PGStatement(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(\(SQLText.literal("\(schema).lockstep.install")), 0))"
        )
        let until = ContinuousClock.now + limit
        var pause: UInt32 = 1000
        while try !connection.run(statement).bool(0, 0) {
            guard ContinuousClock.now < until else {
                throw SQLError(
                    kind: .other,
                    message: "another process has been changing the tables of schema '\(schema)' for \(limit)"
                )
            }
            try connection.execute("ROLLBACK")
            usleep(pause)
            try connection.execute("BEGIN")
            pause = min(pause * 2, 100_000)
        }
    }

    /// Lets go of the snapshot of the last statement, which a transaction keeps as long as that statement's portal is
    /// open; the extended protocol leaves it open until the next one. The simple protocol closes both.
    static func letSnapshotGo(_ connection: PGConnection) throws { try connection.execute("SELECT 1") }

    /// Makes the rest of the transaction the owner's, so that everything in the schema belongs to one role.
    /// - Throws: `SchemaRefusal` when this role neither is nor may act as the owner, nor may make tables there.
    func becomeOwner() throws {
        let rows = try connection.run(
            PGStatement(
                """
                SELECT nspowner::regrole::text, nspowner = current_user::regrole,
                    pg_has_role(current_user, nspowner, 'MEMBER'),
                    has_schema_privilege(current_user, oid, 'CREATE'), current_user::text
                FROM pg_namespace WHERE nspname = \(SQLText.literal(schema))
                """))
        guard rows.count > 0, !rows.bool(0, 1) else { return }
        if rows.bool(0, 2) {
            try connection.execute("SET LOCAL ROLE \(rows.text(0, 0))")
        } else if !rows.bool(0, 3) {
            throw SchemaRefusal(
                .noRight,
                "role '\(rows.text(0, 4))' may not change the tables of schema '\(schema)', which belong to "
                    + "\(rows.text(0, 0)); let a role that is a member of it do that, by 'lockstep migrate' or by "
                    + "installing the lifecycles")
        }
    }
}

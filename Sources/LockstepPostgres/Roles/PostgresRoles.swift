import LockstepSQL

/// Three roles with no more rights than each needs, as the SQL that makes them.
///
/// - The *owner* owns the schema and everything in it, and logs in nowhere.
/// - The *migrator* is a member of it: what it makes or changes through a store or `lockstep migrate` belongs to
///   the owner, for each such transaction begins with `SET LOCAL ROLE`.
/// - The *runtime* role is what servers and workers log in with. It starts and moves jobs, and beats and pauses. It
///   cannot change a table, a trigger or a definition, nor write a line of history, which triggers alone do with
///   their owner's rights.
public struct PostgresRoles: Sendable {
    /// The schema of the store's tables.
    public let schema: String
    /// Who owns them.
    public let owner: String
    /// Who may change them.
    public let migrator: String
    /// Who works with them.
    public let runtime: String

    /// Names the roles.
    /// - Parameter schema: a plain name, as in ``PostgresOptions/schema``.
    public init(
        schema: String = "lockstep", owner: String = "lockstep_owner", migrator: String = "lockstep_migrator",
        runtime: String = "lockstep_runtime"
    ) {
        self.schema = schema
        self.owner = owner
        self.migrator = migrator
        self.runtime = runtime
    }

    /// Makes the roles, which a cluster has once: for somebody with CREATEROLE. Passwords are left to whoever
    /// looks after them.
    public var create: [String] {
        [
            "CREATE ROLE \(name(owner)) NOLOGIN",
            "CREATE ROLE \(name(migrator)) LOGIN INHERIT IN ROLE \(name(owner))",
            "CREATE ROLE \(name(runtime)) LOGIN",
        ]
    }

    /// Makes the schema in a database, before the first store opens it: for a superuser or the database's owner.
    public var prepare: [String] {
        let mine = "ALTER DEFAULT PRIVILEGES FOR ROLE \(name(owner)) IN SCHEMA \(schema)"
        return [
            "CREATE SCHEMA IF NOT EXISTS \(schema) AUTHORIZATION \(name(owner))",
            "GRANT USAGE ON SCHEMA \(schema) TO \(name(runtime))",
            // Tables of later lifecycles can be read from the start; who may write jobs, the installer passes on.
            "\(mine) GRANT SELECT ON TABLES TO \(name(runtime))",
            "\(mine) GRANT USAGE ON SEQUENCES TO \(name(runtime))",
        ]
    }

    /// Gives the runtime role its rights on what is there: for the migrator, after `lockstep migrate`. It may be
    /// run again at any time. Lifecycles that are installed later pass the rights on that the role has on
    /// `lockstep_workers`.
    public var grant: [String] {
        [
            "GRANT USAGE ON SCHEMA \(schema) TO \(name(runtime))",
            "GRANT SELECT ON ALL TABLES IN SCHEMA \(schema) TO \(name(runtime))",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA \(schema) TO \(name(runtime))",
            "GRANT EXECUTE ON FUNCTION \(schema).lockstep_now() TO \(name(runtime))",
            "GRANT INSERT, UPDATE, DELETE ON \(schema).lockstep_workers, \(schema).lockstep_pauses "
                + "TO \(name(runtime))",
            // A pause is a new revision.
            "GRANT UPDATE ON \(schema).lockstep_state TO \(name(runtime))",
            """
            DO $lockstep$
            DECLARE
                lifecycle text;
            BEGIN
                FOR lifecycle IN SELECT name FROM \(schema).lockstep_definitions LOOP
                    EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %I.%I TO %I',
                        \(SQLText.literal(schema)), lifecycle || '_jobs', \(SQLText.literal(runtime)));
                END LOOP;
            END
            $lockstep$
            """,
        ]
    }

    private func name(_ role: String) -> String { SQLText.name(role) }

    /// Lets everybody write the jobs of a new lifecycle who may write workers, and read its history.
    static func passOn(_ connection: PGConnection, to tables: PostgresSchema) throws {
        let rows = try connection.run(
            PGStatement(
                """
                SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END
                FROM pg_class c, aclexplode(c.relacl) a
                WHERE c.oid = to_regclass(\(SQLText.literal("\(tables.schema).lockstep_workers")))
                    AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner
                """))
        for row in 0..<rows.count {
            let role = rows.text(row, 0)
            try connection.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON \(tables.jobs) TO \(role)")
            try connection.execute("GRANT SELECT ON \(tables.history) TO \(role)")
        }
    }
}

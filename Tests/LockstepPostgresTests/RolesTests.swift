import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Synchronization
import Testing

@testable import LockstepPostgres

/// A store of a role that has no more rights than it needs. One at a time: a server has only so many connections.
@Suite(.serialized) struct RolesTests {
    /// A database with the three roles. Roles belong to the whole cluster: they are made once, and stay.
    private final class House: Sendable {
        private static let roles = PostgresRoles(
            owner: "ls_test_owner", migrator: "ls_test_migrator", runtime: "ls_test_runtime")
        private static let made = Task {
            let pool = ConnectionPool(try await PostgresServer.options())
            try await pool.use { connection in
                try connection.execute("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('ls_test', 0))")
                let there = try connection.run(
                    PGStatement("SELECT 1 FROM pg_roles WHERE rolname = 'ls_test_runtime'"))
                if there.count == 0 {
                    for statement in roles.create { try connection.execute(statement) }
                }
                try connection.commit()
            }
            await pool.close()
        }

        let database: FreshDatabase
        let roles = House.roles

        init() async throws {
            try await Self.made.value
            database = try await FreshDatabase()
            try await execute(roles.prepare)
            let keeper = PostgresSchemaKeeper(options(roles.migrator))
            try await keeper.migrate(to: nil)
            await keeper.close()
            try await execute(roles.grant, as: roles.migrator)
        }

        func options(_ role: String? = nil) -> PostgresOptions {
            var options = PostgresOptions(connection: database.url + (role.map { " user=\($0)" } ?? ""))
            options.connections = 2
            options.listens = false
            return options
        }

        func execute(_ statements: [String], as role: String? = nil) async throws {
            let pool = ConnectionPool(options(role))
            defer { Task { await pool.close() } }
            try await pool.use { connection in
                for statement in statements { try connection.execute(statement) }
            }
        }

        func store(_ role: String, _ time: (any TimeSource)? = nil) async throws -> PostgresStore {
            try await PostgresStore(options(role), time: time, draw: { 0.5 })
        }

        /// The server's refusal of a statement.
        func refusal(_ sql: String) async throws -> String {
            do {
                try await execute([sql], as: roles.runtime)
                return "it was carried out"
            } catch let error as SQLError {
                return error.message
            }
        }
    }

    @Test(arguments: Conformance.checks)
    func theRuntimeRoleConforms(_ check: Conformance.Check) async throws {
        let house = try await House()
        try await check.run { time in
            InstallingElsewhere(
                migrator: try await house.store(house.roles.migrator, time),
                runtime: try await house.store(house.roles.runtime, time))
        }
    }

    @Test func everythingBelongsToTheOwner() async throws {
        let house = try await House()
        let store = try await house.store(house.roles.migrator)
        try await store.install([Definition(Parcel.self), Definition(Footage.self)])
        let others = try await store.read {
            try $0.query(
                """
                SELECT relname FROM pg_class WHERE relnamespace = 'lockstep'::regnamespace
                    AND pg_get_userbyid(relowner) <> ?1
                UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'lockstep'::regnamespace
                    AND pg_get_userbyid(proowner) <> ?1
                """, house.roles.owner)
        }
        #expect(others.isEmpty)
    }

    @Test func theRuntimeRoleCanDoNothingElse() async throws {
        let house = try await House()
        let migrator = try await house.store(house.roles.migrator)
        let parcels = try await Jobs<Parcel>(on: migrator)
        _ = try await parcels.start([:], in: .queued)
        let denied = [
            "TRUNCATE lockstep.parcel_jobs": "permission denied for table parcel_jobs",
            "TRUNCATE lockstep.parcel_history": "permission denied for table parcel_history",
            "DROP TABLE lockstep.parcel_jobs": "must be owner of table parcel_jobs",
            "ALTER TABLE lockstep.parcel_jobs ADD COLUMN x text": "must be owner of table parcel_jobs",
            "ALTER TABLE lockstep.parcel_jobs DISABLE TRIGGER trg_parcel_move":
                "must be owner of table parcel_jobs",
            "ALTER TABLE lockstep.parcel_jobs DROP CONSTRAINT chk_parcel_status":
                "must be owner of table parcel_jobs",
            "DROP TRIGGER trg_parcel_move ON lockstep.parcel_jobs": "must be owner of relation parcel_jobs",
            "SET session_replication_role = replica":
                "permission denied to set parameter \"session_replication_role\"",
            "INSERT INTO lockstep.parcel_history SELECT * FROM lockstep.parcel_history":
                "permission denied for table parcel_history",
            "UPDATE lockstep.parcel_history SET actor = 'x'": "permission denied for table parcel_history",
            "DELETE FROM lockstep.parcel_history": "permission denied for table parcel_history",
            "UPDATE lockstep.lockstep_definitions SET json = '{}'":
                "permission denied for table lockstep_definitions",
            "DELETE FROM lockstep.lockstep_migrations": "permission denied for table lockstep_migrations",
            "CREATE TABLE lockstep.x (x text)": "permission denied for schema lockstep",
            "CREATE OR REPLACE FUNCTION lockstep.lockstep_now() RETURNS bigint LANGUAGE sql RETURN 1::bigint":
                "permission denied for schema lockstep",
            "DROP SCHEMA lockstep CASCADE": "must be owner of schema lockstep",
            "SET ROLE \"\(house.roles.owner)\"":
                "permission denied to set role \"\(house.roles.owner)\"",
            // A function that writes history with its owner's rights, on a table of one's own.
            """
            CREATE TEMP TABLE mine (LIKE lockstep.parcel_jobs);
            CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS written FOR EACH STATEMENT
                EXECUTE FUNCTION lockstep.trg_parcel_recordstart()
            """: "permission denied for function lockstep.trg_parcel_recordstart",
        ]
        for (sql, words) in denied { #expect(try await house.refusal(sql) == words, "\(sql)") }
    }

    @Test func theRuntimeRoleIsToldWhoInstalls() async throws {
        let house = try await House()
        let runtime = try await house.store(house.roles.runtime)
        let refusal = await #expect(throws: SchemaRefusal.self) {
            try await runtime.install([Definition(Parcel.self)])
        }
        #expect(refusal?.reason == .noRight)
        #expect(
            refusal?.description.contains("role '\(house.roles.runtime)' may not change the tables") ?? false)
        let migrator = try await house.store(house.roles.migrator)
        try await migrator.install([Definition(Parcel.self)])
        #expect(try await runtime.install([Definition(Parcel.self)]) == [.equal])
        _ = try await Jobs<Parcel>(on: runtime).start([:], in: .queued)
    }

    /// The statements in the documentation are those that are tested here.
    @Test func theDocumentationHasTheseStatements() throws {
        let roles = PostgresRoles()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/postgres.md"), encoding: .utf8)
        for statements in [roles.create, roles.prepare, roles.grant] {
            let block = "```sql\n" + statements.map { $0 + ";\n" }.joined() + "```"
            #expect(text.contains(block), "docs/postgres.md lacks:\n\(block)")
        }
    }
}

import Lockstep
import LockstepSQL

/// The layouts of a PostgreSQL store.
enum PostgresMigrations {
    /// All of them.
    static let all = [base, earlyVacuum, closedFunctions, feed, lists, rollouts]

    /// The first layout. A schema that is older than the list of migrations has it.
    static let base = SchemaMigration(
        1, "base", breaksBefore: 1, up: { BaseSchema.create(in: $0.schema).map(MigrationStatement.run) },
        down: nil)

    /// Tables are vacuumed as a queue needs it, see ``PostgresSchema/storage``.
    static let earlyVacuum = SchemaMigration(
        2, "early-vacuum", breaksBefore: 1,
        up: { scope in
            [.run("ALTER TABLE \(scope.schema).lockstep_workers SET (\(settings(BaseSchema.workerStorage)))")]
                + scope.definitions.map { .run(PostgresSchema($0, in: scope.schema).setStorage) }
        },
        down: { scope in
            let names = BaseSchema.workerStorage.map(\.0).joined(separator: ", ")
            return [.run("ALTER TABLE \(scope.schema).lockstep_workers RESET (\(names))")]
                + scope.definitions.map { .run(PostgresSchema($0, in: scope.schema).resetStorage) }
        })

    /// Nobody but their owner may make triggers of the functions that write history, see
    /// ``PostgresSchema/closeFunctions``.
    static let closedFunctions = SchemaMigration(
        3, "closed-functions", breaksBefore: 1,
        up: { scope in
            scope.definitions.flatMap { PostgresSchema($0, in: scope.schema).closeFunctions }
                .map(MigrationStatement.run)
        },
        down: { scope in
            scope.definitions.flatMap { PostgresSchema($0, in: scope.schema).openFunctions }
                .map(MigrationStatement.run)
        })

    /// Lines of history say which transaction wrote them and whose job they are about. Lines that are there are not
    /// touched: the columns are empty for them.
    static let feed = SchemaMigration(
        4, "feed", breaksBefore: 1,
        up: { scope in
            scope.definitions.flatMap { definition -> [String] in
                let tables = PostgresSchema(definition, in: scope.schema)
                let columns = PostgresSchema.feedColumns.map { "ADD COLUMN \($0)" }.joined(separator: ", ")
                return ["ALTER TABLE \(tables.history) \(columns)"] + tables.functions
            }.map(MigrationStatement.run)
        },
        down: { scope in
            scope.definitions.flatMap { definition -> [String] in
                let tables = PostgresSchema(definition, in: scope.schema)
                let columns = ["tx", "job_id", "owner"].map { "DROP COLUMN \($0)" }.joined(separator: ", ")
                return tables.functions(feeding: false) + ["ALTER TABLE \(tables.history) \(columns)"]
            }.map(MigrationStatement.run)
        })

    /// Indexes for the feed and for lists of jobs, see ``JobIndexes``.
    static let lists = SchemaMigration(
        5, "lists", breaksBefore: 1,
        up: { scope in
            scope.definitions.flatMap { PostgresSchema($0, in: scope.schema).readingIndexes }
                .map(MigrationStatement.buildIndex)
        },
        down: { scope in
            scope.definitions.flatMap { PostgresSchema($0, in: scope.schema).readingIndexes }
                .map { .run("DROP INDEX \(scope.schema).\($0.name)") }
        })

    /// Lifecycles can change in phases (``Rollout``), and workers say what they know.
    static let rollouts = SchemaMigration(
        6, "rollouts", breaksBefore: 1,
        up: { scope in
            [
                """
                CREATE TABLE \(scope.schema).lockstep_rollouts (
                    name text COLLATE "C" PRIMARY KEY, phase text NOT NULL, source text NOT NULL,
                    target text NOT NULL, changed_at bigint NOT NULL
                )
                """,
                "ALTER TABLE \(scope.schema).lockstep_workers ADD COLUMN knows text",
            ].map(MigrationStatement.run)
        },
        down: { scope in
            [
                "ALTER TABLE \(scope.schema).lockstep_workers DROP COLUMN knows",
                "DROP TABLE \(scope.schema).lockstep_rollouts",
            ].map(MigrationStatement.run)
        })

    /// Storage settings as SQL.
    static func settings(_ settings: [(String, String)]) -> String {
        settings.map { "\($0.0) = \($0.1)" }.joined(separator: ", ")
    }
}

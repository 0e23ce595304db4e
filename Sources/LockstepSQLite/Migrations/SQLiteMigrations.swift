import Lockstep
import LockstepSQL

/// The layouts of an SQLite store.
enum SQLiteMigrations {
    /// All of them.
    static let all = [base, deadlineWithoutHeld, listsAndFeed, rollouts]

    /// The first layout. Databases that are older than the list of migrations have it, or all but its newest
    /// tables, so each is made only where it is not there.
    static let base = SchemaMigration(
        1, "base", breaksBefore: 1,
        up: { _ in
            [
                """
                CREATE TABLE IF NOT EXISTS lockstep_definitions (
                    name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, json TEXT NOT NULL,
                    installed_at INTEGER NOT NULL, revision INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE IF NOT EXISTS lockstep_replaced_definitions (
                    name TEXT NOT NULL, json TEXT NOT NULL, replaced_at INTEGER NOT NULL,
                    PRIMARY KEY (name, json)
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE TABLE IF NOT EXISTS lockstep_workers (
                    id TEXT PRIMARY KEY, host TEXT NOT NULL, statuses TEXT NOT NULL,
                    started_at INTEGER NOT NULL, beat_at INTEGER NOT NULL, lease_ends INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE TABLE IF NOT EXISTS lockstep_pauses (
                    lifecycle TEXT NOT NULL, status TEXT NOT NULL, paused_at INTEGER NOT NULL,
                    by_kind TEXT NOT NULL, by_name TEXT, reason TEXT,
                    PRIMARY KEY (lifecycle, status)
                ) STRICT, WITHOUT ROWID
                """,
            ].map(MigrationStatement.run)
        }, down: nil)

    /// Held jobs left the index of deadlines, so that a claim touches one index less. Databases that were made
    /// before that have the old index still; where it is new already, it is made once more.
    static let deadlineWithoutHeld = SchemaMigration(
        2, "deadline-without-held", breaksBefore: 1,
        up: { deadlineIndex($0, where: "deadline IS NOT NULL AND claimed_by IS NULL") },
        down: { deadlineIndex($0, where: "deadline IS NOT NULL") })

    /// Lines of history got a place in the order of writing, for readers of the feed, and lists of jobs got indexes.
    /// Every history is copied once, each way. Where all is there already, it is made once more.
    static let listsAndFeed = SchemaMigration(
        3, "lists-and-feed", breaksBefore: 1,
        up: { scope in
            scope.definitions.flatMap { definition in
                SQLiteSchema(definition).rebuildHistory(ordered: true).map(MigrationStatement.run)
                    + indexes(definition).flatMap {
                        [.run("DROP INDEX IF EXISTS \($0.name)"), .buildIndex($0)]
                    }
            }
        },
        down: { scope in
            scope.definitions.flatMap { definition in
                SQLiteSchema(definition).rebuildHistory(ordered: false).map(MigrationStatement.run)
                    + indexes(definition).map { .run("DROP INDEX \($0.name)") }
            }
        })

    /// Lifecycles can change in phases (``Rollout``), and workers say what they know. The workers' table is copied rather
    /// than given a column: where all is there already, it is made once more. Renaming looks at every trigger and view
    /// of an application; the old way leaves them alone.
    static let rollouts = SchemaMigration(
        4, "rollouts", breaksBefore: 1,
        up: { _ in
            [
                """
                CREATE TABLE IF NOT EXISTS lockstep_rollouts (
                    name TEXT PRIMARY KEY, phase TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
                    changed_at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID
                """,
                "PRAGMA legacy_alter_table = ON",
                """
                CREATE TABLE lockstep_workers_copy (
                    id TEXT PRIMARY KEY, host TEXT NOT NULL, statuses TEXT NOT NULL,
                    started_at INTEGER NOT NULL, beat_at INTEGER NOT NULL, lease_ends INTEGER NOT NULL, knows TEXT
                ) STRICT, WITHOUT ROWID
                """,
                """
                INSERT INTO lockstep_workers_copy (id, host, statuses, started_at, beat_at, lease_ends)
                SELECT id, host, statuses, started_at, beat_at, lease_ends FROM lockstep_workers
                """,
                "DROP TABLE lockstep_workers",
                "ALTER TABLE lockstep_workers_copy RENAME TO lockstep_workers",
                "PRAGMA legacy_alter_table = OFF",
            ].map(MigrationStatement.run)
        },
        down: { _ in
            ["ALTER TABLE lockstep_workers DROP COLUMN knows", "DROP TABLE lockstep_rollouts"]
                .map(MigrationStatement.run)
        })

    private static func indexes(_ definition: Definition) -> [IndexBuild] {
        JobIndexes(definition.name, on: TableNames(definition.name).jobs).lists
    }

    private static func deadlineIndex(_ scope: SchemaScope, where condition: String) -> [MigrationStatement] {
        scope.definitions.flatMap { definition -> [MigrationStatement] in
            let jobs = TableNames(definition.name).jobs
            return [
                .run("DROP INDEX IF EXISTS \(jobs)_deadline"),
                .buildIndex(IndexBuild("\(jobs)_deadline", on: "\(jobs) (deadline) WHERE \(condition)")),
            ]
        }
    }
}

import Lockstep
import LockstepSQL

/// When tables are vacuumed, and who may use the functions of triggers: what a lifecycle needs beside its tables.
extension PostgresSchema {
    /// The storage settings of a table of jobs.
    ///
    /// Jobs that have ended stay, millions of them, and do not change; the few that live change all the time. By
    /// PostgreSQL's own settings a table of 10,000,000 rows is vacuumed after 2,000,050 changes, which is every live
    /// job many times over, and every one of those leaves dead entries in the indexes that claims and the sweep
    /// read. One in a hundred is 101,000. It is not set lower, for each vacuum of so many dead rows reads all the
    /// indexes, the large ones too; and its pace is not set at all, for at full speed it would take the disk
    /// from the commits. The statistics are renewed as soon: a queue is empty now and full a minute later.
    /// There is no fillfactor: claims and moves change columns that are indexed, so that no update of theirs could
    /// stay on its page for free ("Heap-Only Tuples" in PostgreSQL's manual), and ended jobs would keep the gaps.
    static let storage = [
        ("autovacuum_vacuum_scale_factor", "0.01"), ("autovacuum_vacuum_threshold", "1000"),
        ("autovacuum_analyze_scale_factor", "0.01"), ("autovacuum_analyze_threshold", "1000"),
    ]

    /// Sets the storage settings.
    var setStorage: String { "ALTER TABLE \(jobs) SET (\(PostgresMigrations.settings(Self.storage)))" }

    /// Gives PostgreSQL's own settings back.
    var resetStorage: String {
        "ALTER TABLE \(jobs) RESET (\(Self.storage.map(\.0).joined(separator: ", ")))"
    }

    /// The functions of this lifecycle's triggers that write what only they may write.
    var functionNames: [String] {
        [
            names.recordStartTrigger, names.recordTrigger, names.adoptTrigger, names.adoptStartTrigger,
            names.forgetTrigger, names.truncateTrigger,
        ]
    }

    /// Takes the functions from everybody but their owner. They run with their owner's rights: who may make
    /// triggers of them on a table of his own writes whatever he likes into the history. The right is looked at
    /// when a trigger is made, not when it fires ("CREATE TRIGGER" in PostgreSQL's manual).
    var closeFunctions: [String] {
        functionNames.map { "REVOKE ALL ON FUNCTION \(schema).\($0)() FROM PUBLIC" }
    }

    /// Gives the functions to everybody, as PostgreSQL does by itself.
    var openFunctions: [String] {
        functionNames.map { "GRANT EXECUTE ON FUNCTION \(schema).\($0)() TO PUBLIC" }
    }
}

extension BaseSchema {
    /// The storage settings of the workers' table: a row a worker, changed every few seconds. It is so small that a
    /// vacuum costs nothing, and is not slowed down.
    static let workerStorage = [
        ("autovacuum_vacuum_scale_factor", "0"), ("autovacuum_vacuum_threshold", "200"),
        ("autovacuum_vacuum_cost_delay", "0"),
    ]
}

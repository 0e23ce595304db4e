import LockstepSQL

/// The statements on the store's own tables.
final class CommonStatements: Sendable {
    /// When a worker's lease ends, its row locked against removal, and the revision of the definitions: worker.
    let lease: PGStatement
    /// All pauses.
    let pauses: PGStatement
    /// Makes the next revision; others wait here for the end of the transaction.
    let nextRevision: PGStatement
    /// A worker's first sign of life: worker, now, lease's end, host, statuses, what it knows.
    let firstBeat: PGStatement
    /// A further one: worker, now, lease's end.
    let beat: PGStatement
    /// The last one, which ends the lease: worker, now, lease's end.
    let lastBeat: PGStatement
    /// All workers.
    let workers: PGStatement
    /// Whether any worker's lease has ended: now.
    let deadWorkers: PGStatement
    /// The same, locked.
    let lockDeadWorkers: PGStatement
    /// Forgets a worker.
    let forgetWorker: PGStatement
    /// Takes the sweep's lock for this transaction, if nobody has it.
    let sweepLock: PGStatement

    init(schema: String) {
        lease = PGStatement(
            """
            SELECT lease_ends, (SELECT revision FROM \(schema).lockstep_state)
            FROM \(schema).lockstep_workers WHERE id = $1 FOR KEY SHARE
            """, [PGType.text])
        pauses = PGStatement(
            "SELECT lifecycle, status, paused_at, by_kind, by_name, reason FROM \(schema).lockstep_pauses")
        nextRevision = PGStatement("UPDATE \(schema).lockstep_state SET revision = revision + 1")
        firstBeat = PGStatement(
            """
            INSERT INTO \(schema).lockstep_workers
                (id, host, statuses, started_at, beat_at, lease_ends, knows)
            VALUES ($1, $4, $5, $2, $2, $3, $6)
            ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, lease_ends = excluded.lease_ends
            """, [PGType.text, PGType.int8, PGType.int8, PGType.text, PGType.text, PGType.text])
        let types = [PGType.text, PGType.int8, PGType.int8]
        beat = PGStatement(
            "UPDATE \(schema).lockstep_workers SET beat_at = $2, lease_ends = $3 WHERE id = $1", types)
        lastBeat = PGStatement(
            "UPDATE \(schema).lockstep_workers SET lease_ends = least($2, $3) WHERE id = $1", types)
        workers = PGStatement(
            """
            SELECT id, host, statuses, started_at, beat_at, lease_ends, knows
            FROM \(schema).lockstep_workers ORDER BY id
            """)
        let dead = "SELECT id FROM \(schema).lockstep_workers WHERE lease_ends <= $1 ORDER BY id"
        deadWorkers = PGStatement(dead, [PGType.int8])
        lockDeadWorkers = PGStatement(dead + " FOR UPDATE", [PGType.int8])
        forgetWorker = PGStatement("DELETE FROM \(schema).lockstep_workers WHERE id = $1", [PGType.text])
        sweepLock = PGStatement(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(\(SQLText.literal("\(schema).lockstep.sweep")), 0))"
        )
    }
}

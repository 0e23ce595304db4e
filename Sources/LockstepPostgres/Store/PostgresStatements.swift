import Lockstep
import LockstepSQL

/// The statements on a lifecycle's tables, as PostgreSQL text. Everything that writes takes arrays: one statement,
/// and one message to the server, for as many jobs as there are.
final class PostgresStatements: Sendable {
    /// Inserts jobs: an array for each column of ``inserted``, then the revision of the definitions. A job whose
    /// id or live key is there already is left out of what comes back: `id`, `seq`.
    let insert: PGStatement
    /// The one statement by which every change of every job is written: an array for each column of ``updated``,
    /// then the revision of the definitions. Comes back: `seq`, and the row's new `ctid` and `xmin`.
    let update: PGStatement
    /// Deletes jobs: arrays of `ctid`, `seq`, version and fence. Comes back: `seq`.
    let delete: PGStatement
    /// Jobs by their ids (an array), locked in the order of starts.
    let lockByID: PGStatement
    /// Jobs by their ids, and live ones by their keys (two arrays).
    let selectByIDOrKey: PGStatement
    /// Jobs by an array of ids.
    let selectByID: PGStatement
    /// The first jobs that may be claimed, locked: status, now, limit.
    let claimable: PGStatement
    /// The same without a lock, and only what their order depends on: priority, available_at, seq.
    let peek: PGStatement
    /// As ``claimable``, from given places on: status, now, limit, then arrays of priorities and of the earliest
    /// `available_at` of each.
    let claimableFrom: PGStatement
    /// As ``peek``, from given places on.
    let peekFrom: PGStatement
    /// For each priority of a status the `available_at` of its first job, or of now: status, now.
    let firsts: PGStatement
    /// How many entries of the index of claims this transaction has read, dead ones too.
    let depth: PGStatement
    /// Jobs claimed by a worker, locked: worker, limit.
    let heldBy: PGStatement
    /// The ids and fences of the jobs claimed by a worker.
    let claimsOf: PGStatement
    /// How many jobs a worker has claimed.
    let holding: PGStatement
    let holdings: PGStatement
    /// Live jobs whose deadline has passed and that nobody holds: now, limit.
    let expired: PGStatement
    /// The same, locked.
    let lockExpired: PGStatement
    /// Jobs whose deadline has passed and that somebody holds: now, limit. All that are held are read for it.
    let expiredHeld: PGStatement
    /// The same, locked.
    let lockExpiredHeld: PGStatement
    /// How many entries of the index of held jobs this transaction has read, dead ones too.
    let heldDepth: PGStatement
    /// Ended jobs whose time of keeping has passed: now, limit.
    let retained: PGStatement
    /// The same, locked.
    let lockRetained: PGStatement
    /// A job's history after a number: id, number.
    let history: PGStatement
    /// How many jobs are in each status, and how many of them are parked.
    let count: PGStatement
    /// The same of living jobs, by the indexes that hold no others.
    let liveCount: PGStatement
    /// Lines of history: of transactions that were open, behind a seq and number of each (three arrays), and of all
    /// later ones, behind a transaction, seq and number; before a transaction, and none of others (an array); limit.
    /// Comes back: what ``history`` gives, the job's id and owner, transaction and seq, and which transactions are open
    /// now; that alone where there is no line.
    let feed: PGStatement
    /// The first and the last transaction that wrote lines.
    let lastLine: PGStatement
    /// The transaction and the time of the first line from a transaction on.
    let firstLine: PGStatement
    /// How many lines of a kind and into a status came in a slice of time: since, the length of a slice, from which
    /// transaction on.
    let activity: PGStatement
    /// The table of jobs, with its schema.
    let jobs: String

    /// The columns of ``insert``, in order.
    static let inserted = Array(JobColumns.fixed.dropFirst()) + JobColumns.written + JobColumns.entry
    /// The columns of ``update``, in order. `sets_output` and a missing metadata say that the column stays what it
    /// is: a long value that did not change must not be written again.
    static let updated =
        ["place", "seq", "was_version", "was_fence", "was_xmin", "sets_output"] + JobColumns.written
        + JobColumns.entry
    private static let numbers: Set = [
        "seq", "was_version", "was_fence", "sets_output", "priority", "created_at", "progress", "fence",
        "attempt", "available_at", "parked_at", "deadline", "entered_at", "updated_at", "ended_at", "version",
    ]
    /// What makes a ``JobRecord``, and the ``rowVersion`` of its row.
    private static func columns(_ table: String) -> String {
        (JobColumns.fixed + JobColumns.written).map { "\(table).\($0)" }.joined(separator: ", ")
            + ", \(table).ctid::text, \(table).xmin::text"
    }

    /// Writes the statements for a lifecycle.
    init(_ lifecycle: String, in schema: String) {
        let names = TableNames(lifecycle)
        let jobs = "\(schema).\(names.jobs)"
        let revision = "(SELECT revision FROM \(schema).lockstep_state)"
        let columns = Self.columns("j")
        self.jobs = jobs
        insert = Self.insert(jobs, revision)
        update = Self.update(jobs, revision)
        delete = PGStatement(
            """
            DELETE FROM \(jobs) j
            USING unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) AS u(place, seq, version, fence)
            WHERE j.ctid = u.place::tid AND j.seq = u.seq AND j.version = u.version AND j.fence = u.fence
            RETURNING j.seq
            """, [PGType.textArray, PGType.int8Array, PGType.int8Array, PGType.int8Array])
        lockByID = PGStatement(
            "SELECT \(columns) FROM \(jobs) j WHERE id = ANY($1) ORDER BY seq FOR NO KEY UPDATE",
            [PGType.textArray])
        selectByID = PGStatement(
            "SELECT \(columns) FROM \(jobs) j WHERE id = ANY($1)", [PGType.textArray])
        selectByIDOrKey = PGStatement(
            """
            SELECT \(columns) FROM \(jobs) j WHERE id = ANY($1)
            UNION ALL SELECT \(columns) FROM \(jobs) j WHERE key = ANY($2) AND ended_at IS NULL AND id <> ALL($1)
            """, [PGType.textArray, PGType.textArray])
        let searches = Self.claims(jobs)
        claimable = searches.claimable
        peek = searches.peek
        claimableFrom = searches.claimableFrom
        peekFrom = searches.peekFrom
        firsts = searches.firsts
        depth = PGStatement(
            "SELECT pg_stat_get_xact_tuples_returned(\(SQLText.literal("\(jobs)_claim"))::regclass)")
        heldBy = PGStatement(
            "SELECT \(columns) FROM \(jobs) j WHERE claimed_by = $1 ORDER BY seq LIMIT $2 FOR NO KEY UPDATE",
            [PGType.text, PGType.int8])
        claimsOf = PGStatement("SELECT id, fence FROM \(jobs) WHERE claimed_by = $1", [PGType.text])
        holding = PGStatement("SELECT count(*) FROM \(jobs) WHERE claimed_by = $1", [PGType.text])
        holdings = PGStatement(
            "SELECT claimed_by, count(*) FROM \(jobs) WHERE claimed_by IS NOT NULL GROUP BY claimed_by", [])
        func due(_ condition: String, locked: Bool) -> PGStatement {
            PGStatement(
                "SELECT \(columns) FROM \(jobs) j WHERE deadline <= $1 AND \(condition) "
                    + "ORDER BY deadline, seq LIMIT $2\(locked ? " FOR NO KEY UPDATE SKIP LOCKED" : "")",
                [PGType.int8, PGType.int8])
        }
        let free = "claimed_by IS NULL AND ended_at IS NULL"
        expired = due(free, locked: false)
        lockExpired = due(free, locked: true)
        expiredHeld = due("claimed_by IS NOT NULL", locked: false)
        lockExpiredHeld = due("claimed_by IS NOT NULL", locked: true)
        heldDepth = PGStatement(
            "SELECT pg_stat_get_xact_tuples_returned(\(SQLText.literal("\(jobs)_held"))::regclass)")
        let kept = "claimed_by IS NULL AND ended_at IS NOT NULL"
        retained = due(kept, locked: false)
        lockRetained = due(kept, locked: true)
        history = PGStatement(
            """
            SELECT h.n, h.kind, h.from_status, h.to_status, h.actor, h.actor_name, h.reason, h.failure,
                h.fence, h.attempt, h.at
            FROM \(schema).\(names.history) h JOIN \(jobs) j ON j.seq = h.job
            WHERE j.id = $1 AND h.n > $2 ORDER BY h.n LIMIT $3
            """, [PGType.text, PGType.int8, PGType.int8])
        count = PGStatement("SELECT status, count(*), count(parked_at) FROM \(jobs) GROUP BY status")
        liveCount = PGStatement(JobStatements.liveCount(jobs) { _ in "" })
        let lines = "\(schema).\(names.history)"
        feed = Self.feed(lines)
        lastLine = PGStatement("SELECT min(tx), max(tx) FROM \(lines) WHERE tx IS NOT NULL")
        firstLine = PGStatement(
            "SELECT tx, at FROM \(lines) WHERE tx >= $1 ORDER BY tx, job, n LIMIT 1", [PGType.int8])
        activity = PGStatement(
            """
            SELECT at - (at - $1) % $2, kind, to_status, count(*) FROM \(lines)
            WHERE tx >= $3 AND at >= $1 GROUP BY 1, 2, 3
            """, [PGType.int8, PGType.int8, PGType.int8])
    }

    /// Lines by the transactions that wrote them. Both arms stop as soon as they have enough, for a transaction may have
    /// written a million; and each has one lower bound, for of two PostgreSQL may begin at the lower one.
    private static func feed(_ lines: String) -> PGStatement {
        func arm(_ condition: String) -> String {
            """
            SELECT h.n, h.kind, h.from_status, h.to_status, h.actor, h.actor_name, h.reason, h.failure, h.fence,
                h.attempt, h.at, h.job_id, h.owner, h.tx, h.job
            FROM \(lines) h
            WHERE \(condition)
                AND h.tx < least($7, txid_snapshot_xmax(now.snapshot)) AND h.tx <> ALL ($8)
            ORDER BY h.tx, h.job, h.n LIMIT $9
            """
        }
        let late = "(h.tx, h.job, h.n) > (past.tx, past.job, past.n) AND h.tx <= past.tx"
        return PGStatement(
            """
            SELECT line.*, now.snapshot::text
            FROM (SELECT txid_current_snapshot() AS snapshot) AS now LEFT JOIN LATERAL (
                SELECT * FROM (
                    SELECT late.* FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS past(tx, job, n)
                        CROSS JOIN LATERAL (\(arm(late))) AS late
                        WHERE txid_visible_in_snapshot(past.tx, now.snapshot)
                    UNION ALL SELECT * FROM (\(arm("(h.tx, h.job, h.n) > ($4, $5, $6)"))) AS new
                ) AS found ORDER BY tx, job, n LIMIT $9
            ) AS line ON true ORDER BY line.tx, line.job, line.n
            """,
            [
                PGType.int8Array, PGType.int8Array, PGType.int8Array, PGType.int8, PGType.int8, PGType.int8,
                PGType.int8, PGType.int8Array, PGType.int8,
            ])
    }

    // MARK: The statements that write

    private static func type(of column: String) -> String { numbers.contains(column) ? "bigint" : "text" }

    private static func unnest(_ columns: [String]) -> (source: String, types: [UInt32]) {
        let arrays = columns.enumerated().map { "$\($0.offset + 1)::\(type(of: $0.element))[]" }
        return (
            "unnest(\(arrays.joined(separator: ", ")))",
            columns.map { numbers.contains($0) ? PGType.int8Array : PGType.textArray } + [PGType.int8]
        )
    }

    private static func insert(_ jobs: String, _ revision: String) -> PGStatement {
        let (source, types) = unnest(inserted)
        let list = inserted.joined(separator: ", ")
        return PGStatement(
            """
            INSERT INTO \(jobs) (\(list))
            SELECT \(list) FROM \(source) WITH ORDINALITY AS u(\(list), place)
            WHERE \(revision) = $\(inserted.count + 1) ORDER BY place
            ON CONFLICT DO NOTHING RETURNING id, seq
            """, types)
    }

    private static func update(_ jobs: String, _ revision: String) -> PGStatement {
        let (source, types) = unnest(updated)
        let assignments = (JobColumns.written + JobColumns.entry).map { column in
            switch column {
            case "output": "output = CASE WHEN u.sets_output IS NULL THEN j.output ELSE u.output END"
            case "metadata": "metadata = coalesce(u.metadata, j.metadata)"
            default: "\(column) = u.\(column)"
            }
        }
        return PGStatement(
            """
            UPDATE \(jobs) AS j SET \(assignments.joined(separator: ", "))
            FROM \(source) AS u(\(updated.joined(separator: ", ")))
            WHERE j.ctid = u.place::tid
                AND j.seq = u.seq AND j.version = u.was_version AND j.fence = u.was_fence
                AND (u.was_xmin IS NULL OR j.xmin = u.was_xmin::xid)
                AND \(revision) = $\(updated.count + 1)
            RETURNING j.seq, j.ctid::text, j.xmin::text
            """, types)
    }

    /// Jobs of a status in the order of claims, priority by priority along the index: delayed jobs of a high
    /// priority cost nothing, and waiting jobs of a low one are not sorted.
    ///
    /// The rows are locked one by one as the outer LIMIT asks for them, so that at most so many are locked as are
    /// handed out; and they are changed by another statement, so that no plan can run the search twice
    /// (`UPDATE … WHERE id IN (SELECT … LIMIT … SKIP LOCKED)` can exceed its limit).
    private static func claims(_ jobs: String) -> Searches {
        let free = "claimed_by IS NULL AND parked_at IS NULL AND hold IS NULL AND ended_at IS NULL"
        let walk = """
            WITH RECURSIVE step(priority) AS (
                (SELECT priority FROM \(jobs) WHERE status = $1 AND \(free) ORDER BY priority DESC LIMIT 1)
                UNION ALL
                SELECT (SELECT j.priority FROM \(jobs) j WHERE j.status = $1 AND j.priority < step.priority
                    AND \(free) ORDER BY j.priority DESC LIMIT 1)
                FROM step WHERE step.priority IS NOT NULL
            )
            """
        let given =
            "WITH step AS (SELECT * FROM unnest($4::bigint[], $5::bigint[]) AS given(priority, since))"
        let locked = " FOR NO KEY UPDATE SKIP LOCKED"
        let order = "j.priority, j.available_at, j.seq"
        func found(_ columns: String, _ limit: String, _ more: String = "") -> String {
            """
            SELECT \(columns) FROM \(jobs) j
            WHERE j.status = $1 AND j.priority = step.priority AND j.available_at <= $2 AND \(free)
                AND (j.deadline IS NULL OR j.deadline > $2)\(more)
            ORDER BY j.available_at, j.seq LIMIT \(limit)
            """
        }
        func search(_ steps: String, _ columns: String, _ more: String, _ lock: String) -> String {
            "\(steps) SELECT found.* FROM step CROSS JOIN LATERAL (\(found(columns, "$3", more))\(lock)) AS found "
                + "LIMIT $3"
        }
        let since = " AND j.available_at >= step.since"
        let types = [PGType.text, PGType.int8, PGType.int8]
        let typesFrom = types + [PGType.int8Array, PGType.int8Array]
        return Searches(
            claimable: PGStatement(search(walk, columns("j"), "", locked), types),
            peek: PGStatement(search(walk, order, "", ""), types),
            claimableFrom: PGStatement(search(given, columns("j"), since, locked), typesFrom),
            peekFrom: PGStatement(search(given, order, since, ""), typesFrom),
            firsts: PGStatement(
                """
                \(walk) SELECT step.priority, coalesce(found.available_at, $2)
                FROM step LEFT JOIN LATERAL (\(found("j.available_at", "1"))) AS found ON true
                WHERE step.priority IS NOT NULL
                """, [PGType.text, PGType.int8]))
    }

    /// The searches for claimable jobs.
    private struct Searches {
        let claimable, peek, claimableFrom, peekFrom, firsts: PGStatement
    }
}

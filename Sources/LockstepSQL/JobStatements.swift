import Lockstep

/// The statements on a lifecycle's tables that both dialects share, with `?` parameters in the order of
/// ``JobColumns``.
public struct JobStatements: Sendable {
    /// Inserts a job: all columns but `seq`, then the entry columns.
    public let insert: String
    /// The one statement by which every change of every job is written: all written columns, the entry
    /// columns, then `seq`, the version and the fence that the decision was made on.
    public let update: String
    /// One job by its id.
    public let selectByID: String
    /// The live job with a key.
    public let selectByKey: String
    /// Deletes a job: `seq`, version, fence.
    public let delete: String
    /// The highest priority below a bound among claimable jobs of a status: status, bound.
    public let nextPriority: String
    /// Claimable jobs of a status and priority, available by now and before their deadline: status,
    /// priority, now, now, limit.
    public let claimable: String
    /// Jobs claimed by a worker: worker, limit.
    public let heldBy: String
    /// The ids and fences of the jobs claimed by a worker.
    public let claimsOf: String
    /// Live jobs that nobody holds and whose deadline has passed: now, limit.
    public let expired: String
    /// Jobs that are held beyond their deadline: now, limit.
    public let overdue: String
    /// Ended jobs whose time of keeping has passed: now, limit.
    public let retained: String
    /// A job's history after a number: id, number, limit.
    public let history: String
    /// How many jobs are in each status, and how many of them are parked.
    public let count: String
    /// The same of living jobs, by the indexes that hold no others.
    public let liveCount: String
    /// Lines of history in the order of writing: from which place on, limit. Selects the columns of ``history``, the
    /// job's id and owner, and the place.
    public let feed: String
    /// The last place that a line of history was given.
    public let lastPlace: String
    /// The place and the time of the first line from a place on.
    public let firstLine: String
    /// How many lines of a kind and into a status came in a slice of time: since, the length of a slice, from which
    /// place on, since.
    public let activity: String

    /// Writes the statements for a lifecycle.
    public init(_ lifecycle: String) {
        let names = TableNames(lifecycle)
        let inserted = JobColumns.fixed.dropFirst() + JobColumns.written + JobColumns.entry
        let places = inserted.map { _ in "?" }.joined(separator: ", ")
        let claimableNow = "claimed_by IS NULL AND parked_at IS NULL AND hold IS NULL AND ended_at IS NULL"
        let columns = JobColumns.selected
        let assignments = (JobColumns.written + JobColumns.entry).map { "\($0) = ?" }.joined(separator: ", ")
        insert =
            "INSERT INTO \(names.jobs) (\(inserted.joined(separator: ", "))) VALUES (\(places))"
        update = "UPDATE \(names.jobs) SET \(assignments) WHERE seq = ? AND version = ? AND fence = ?"
        selectByID = "SELECT \(columns) FROM \(names.jobs) WHERE id = ?"
        selectByKey = "SELECT \(columns) FROM \(names.jobs) WHERE key = ? AND ended_at IS NULL"
        delete = "DELETE FROM \(names.jobs) WHERE seq = ? AND version = ? AND fence = ?"
        nextPriority =
            "SELECT max(priority) FROM \(names.jobs) WHERE status = ? AND priority < ? AND \(claimableNow)"
        claimable = """
            SELECT \(columns) FROM \(names.jobs)
            WHERE status = ? AND priority = ? AND available_at <= ? AND \(claimableNow)
                AND (deadline IS NULL OR deadline > ?)
            ORDER BY available_at, seq LIMIT ?
            """
        heldBy = "SELECT \(columns) FROM \(names.jobs) WHERE claimed_by = ? ORDER BY seq LIMIT ?"
        claimsOf = "SELECT id, fence FROM \(names.jobs) WHERE claimed_by = ?"
        let due = "FROM \(names.jobs) WHERE deadline <= ? AND claimed_by IS NULL AND ended_at IS"
        let inOrder = "ORDER BY deadline, seq LIMIT ?"
        expired = "SELECT \(columns) \(due) NULL \(inOrder)"
        retained = "SELECT \(columns) \(due) NOT NULL \(inOrder)"
        overdue =
            "SELECT \(columns) FROM \(names.jobs) WHERE claimed_by IS NOT NULL AND deadline <= ? \(inOrder)"
        history = """
            SELECT h.n, h.kind, h.from_status, h.to_status, h.actor, h.actor_name, h.reason, h.failure,
                h.fence, h.attempt, h.at
            FROM \(names.history) h JOIN \(names.jobs) j ON j.seq = h.job
            WHERE j.id = ? AND h.n > ? ORDER BY h.n LIMIT ?
            """
        count = """
            SELECT status, count(*), sum(CASE WHEN parked_at IS NULL THEN 0 ELSE 1 END)
            FROM \(names.jobs) GROUP BY status
            """
        liveCount = Self.liveCount(names.jobs) { " INDEXED BY \(names.jobs)_\($0)" }
        feed = """
            SELECT h.n, h.kind, h.from_status, h.to_status, h.actor, h.actor_name, h.reason, h.failure,
                h.fence, h.attempt, h.at, j.id, j.owner, h.place
            FROM \(names.history) h CROSS JOIN \(names.jobs) j ON j.seq = h.job
            WHERE h.place >= ? ORDER BY h.place LIMIT ?
            """
        lastPlace = "SELECT seq FROM sqlite_sequence WHERE name = '\(names.history)'"
        firstLine = "SELECT place, at FROM \(names.history) WHERE place >= ? ORDER BY place LIMIT 1"
        activity = """
            SELECT at - (at - ?) % ?, kind, to_status, count(*) FROM \(names.history)
            WHERE place >= ? AND at >= ? GROUP BY 1, 2, 3
            """
    }

    /// How many living jobs are in each status, and how many of them are parked: each of them is in one of four indexes.
    /// - Parameter index: what stands behind the table's name, for an index of the table.
    package static func liveCount(_ jobs: String, index: (String) -> String) -> String {
        """
        SELECT status, CAST(sum(jobs) AS bigint), CAST(sum(parked) AS bigint) FROM (
            SELECT status, count(*) AS jobs, 0 AS parked FROM \(jobs)\(index("claim"))
                WHERE claimed_by IS NULL AND parked_at IS NULL AND hold IS NULL AND ended_at IS NULL GROUP BY status
            UNION ALL SELECT status, count(*), 0 FROM \(jobs)\(index("held"))
                WHERE claimed_by IS NOT NULL AND parked_at IS NULL AND ended_at IS NULL GROUP BY status
            UNION ALL SELECT status, count(*), 0 FROM \(jobs)\(index("onhold"))
                WHERE hold IS NOT NULL AND claimed_by IS NULL AND parked_at IS NULL AND ended_at IS NULL
                GROUP BY status
            UNION ALL SELECT status, count(*), count(*) FROM \(jobs)\(index("parked"))
                WHERE parked_at IS NOT NULL AND ended_at IS NULL GROUP BY status
        ) AS live GROUP BY status
        """
    }
}

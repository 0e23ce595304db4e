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
    /// A job's history after a number: id, number.
    public let history: String
    /// How many jobs are in each status, and how many of them are parked.
    public let count: String

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
            WHERE j.id = ? AND h.n > ? ORDER BY h.n
            """
        count = """
            SELECT status, count(*), sum(CASE WHEN parked_at IS NULL THEN 0 ELSE 1 END)
            FROM \(names.jobs) GROUP BY status
            """
    }
}

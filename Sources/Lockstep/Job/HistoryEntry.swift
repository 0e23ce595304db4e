/// One line of a job's history: a move, or something else that changed what may happen to the job.
public struct HistoryEntry: Hashable, Sendable {
    /// What happened.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// The job was started (no `from`).
        case started
        /// A row of another table became the job, in the status it was in (no `from`).
        case imported
        /// The status changed.
        case moved
        /// A worker claimed the job in place.
        case claimed
        /// An attempt failed; another one follows.
        case retried
        /// The worker that held the claim is gone; another one may take over.
        case lost
        /// A worker that shuts down gave the job back; no attempt was counted.
        case yielded
        /// A failure needs an administrator.
        case parked
        /// An operator or the owner lets a parked or waiting job be tried again.
        case resumed
        /// A hold was put on the job.
        case held
        /// The hold was lifted.
        case released
        /// Something that the job needs was verified.
        case met
        /// Something happened that left the job as it is; the reason says what.
        case noted
    }

    /// The job.
    public var job: JobID
    /// Its place in the job's history, counted from 1.
    public var number: Int64
    /// What happened.
    public var kind: Kind
    /// The status before; `nil` for the start.
    public var from: String?
    /// The status after.
    public var to: String
    /// Who did it.
    public var actor: Actor
    /// Why, in words.
    public var reason: String?
    /// The failure that belongs to it.
    public var failure: Failure?
    /// The claim counter afterwards.
    public var fence: Int64
    /// The attempt afterwards.
    public var attempt: Int
    /// When.
    public var at: Timestamp

    /// Makes an entry.
    public init(
        job: JobID, number: Int64, kind: Kind, from: String?, to: String, actor: Actor, reason: String?,
        failure: Failure?, fence: Int64, attempt: Int, at: Timestamp
    ) {
        self.job = job
        self.number = number
        self.kind = kind
        self.from = from
        self.to = to
        self.actor = actor
        self.reason = reason
        self.failure = failure
        self.fence = fence
        self.attempt = attempt
        self.at = at
    }
}

/// A job as a store keeps it.
public struct JobRecord: Hashable, Sendable {
    /// Its id.
    public var id: JobID
    /// The store's own number for it, rising in the order of starts.
    public var sequence: Int64
    /// The lifecycle it moves through.
    public var lifecycle: String
    /// Where it is.
    public var status: String
    /// Whom it belongs to; `nil` belongs to nobody and is seen by operators alone.
    public var owner: String?
    /// The idempotency key: no two live jobs of a lifecycle have the same.
    public var key: String?
    /// Higher is claimed first.
    public var priority: Int
    /// What it was started with, as JSON text.
    public var input: String
    /// What it leaves behind, as JSON text.
    public var output: String?
    /// Free data beside it: a JSON object as text.
    public var metadata: String
    /// 0 to 100. It only rises, except that a move into a queue or a wait resets it.
    public var progress: Int
    /// What is being done, for people.
    public var progressDetail: String?
    /// The claim counter: every write of a worker carries the one it was given.
    public var fence: Int64
    /// The worker that holds the claim.
    public var claimedBy: WorkerID?
    /// The attempt in this status, counted from 1; 0 before the first claim.
    public var attempt: Int
    /// It is not claimed before this time.
    public var availableAt: Timestamp
    /// The hold that is on it.
    public var hold: String?
    /// Since when it is parked: not claimable until an administrator acts.
    public var parkedAt: Timestamp?
    /// The last failure that is not mended.
    public var failure: Failure?
    /// When the sweep acts: the status's deadline, the hold's, or the end of retention.
    public var deadline: Timestamp?
    /// When it entered this status.
    public var enteredAt: Timestamp
    /// When it was started.
    public var createdAt: Timestamp
    /// When it was last changed by anything that the history records.
    public var updatedAt: Timestamp
    /// When it ended; `nil` while it lives.
    public var endedAt: Timestamp?
    /// Counts the entries of its history.
    public var version: Int64
    /// How often each counted move was made, by `from>to`.
    public var spent: [String: Int]
    /// The needs that are met, as tokens (`upload:video`).
    public var met: Set<String>

    /// Whether it has not ended.
    public var isLive: Bool { endedAt == nil }

    /// Makes the record of a job that starts now.
    public init(
        id: JobID, lifecycle: String, status: String, input: String, metadata: String = "{}", now: Timestamp
    ) {
        self.id = id
        sequence = 0
        self.lifecycle = lifecycle
        self.status = status
        priority = 0
        self.input = input
        self.metadata = metadata
        progress = 0
        fence = 0
        attempt = 0
        availableAt = now
        enteredAt = now
        createdAt = now
        updatedAt = now
        version = 1
        spent = [:]
        met = []
    }
}

/// Names one run of a worker process; a restarted worker has a new one.
public struct WorkerID: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The name.
    public let text: String
    /// The name.
    public var description: String { text }
    /// Makes an id from its text.
    public init(_ text: String) { self.text = text }
}

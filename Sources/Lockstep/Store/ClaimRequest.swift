/// A worker's wish for work.
public struct ClaimRequest: Sendable {
    /// The worker; its lease must be registered by a heartbeat.
    public var worker: WorkerID
    /// For each lifecycle, the working statuses that the worker has handlers for.
    public var statuses: [String: [String]]
    /// How many jobs at most.
    public var limit: Int

    /// Makes a request.
    public init(worker: WorkerID, statuses: [String: [String]], limit: Int) {
        self.worker = worker
        self.statuses = statuses
        self.limit = limit
    }
}

/// A sign of life of a worker.
public struct Heartbeat: Sendable {
    /// The worker.
    public var worker: WorkerID
    /// How long the lease is renewed for.
    public var lease: Duration
    /// The working statuses it has handlers for, by lifecycle, for people to see.
    public var statuses: [String: [String]]
    /// What its process knows of each lifecycle, whether it has handlers for all of it or not. Only the first sign of
    /// life says it.
    public var knows: [String: KnownLifecycle] = [:]
    /// Whether this is the worker's last sign: its lease ends at once.
    public var isLast = false
    /// Whether the worker announces itself for the first time.
    public var isFirst = false
    /// The machine and process, for people to see.
    public var host: String

    /// Makes a sign of life.
    public init(worker: WorkerID, lease: Duration, statuses: [String: [String]], host: String) {
        self.worker = worker
        self.lease = lease
        self.statuses = statuses
        self.host = host
    }
}

/// What a worker learns from its heartbeat.
public struct HeartbeatReply: Sendable, Hashable {
    /// Whether the lease was renewed. When not, the worker counts as dead: all its claims are gone, and it
    /// must announce itself under a new name.
    public var isAlive: Bool
    /// The claims that it holds: the fence of each job.
    public var held: [JobID: Int64]
    /// The lifecycles of the jobs that it holds.
    public var lifecycles: [JobID: String]

    /// Makes a reply.
    public init(isAlive: Bool, held: [JobID: Int64], lifecycles: [JobID: String] = [:]) {
        self.isAlive = isAlive
        self.held = held
        self.lifecycles = lifecycles
    }
}

/// A worker as the store knows it.
public struct WorkerRecord: Sendable, Hashable {
    /// Its name.
    public var id: WorkerID
    /// The machine and process.
    public var host: String
    /// The working statuses it has handlers for, by lifecycle.
    public var statuses: [String: [String]]
    /// What its process says it knows of each lifecycle; one that says nothing of a lifecycle has no entry for it.
    public var knows: [String: KnownLifecycle] = [:]
    /// When it announced itself.
    public var startedAt: Timestamp
    /// When its last sign of life came.
    public var beatAt: Timestamp
    /// When its lease ends.
    public var leaseEnds: Timestamp
    /// How many jobs it holds.
    public var holding: Int

    /// Makes a record.
    public init(
        id: WorkerID, host: String, statuses: [String: [String]], startedAt: Timestamp, beatAt: Timestamp,
        leaseEnds: Timestamp, holding: Int
    ) {
        self.id = id
        self.host = host
        self.statuses = statuses
        self.startedAt = startedAt
        self.beatAt = beatAt
        self.leaseEnds = leaseEnds
        self.holding = holding
    }
}

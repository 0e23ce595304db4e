/// Where jobs are kept. All verbs take batches; all of them are atomic as said.
///
/// A store decides nothing about jobs: it finds them, asks the ``Road``, and writes what was decided. One
/// conformance suite holds for all stores.
///
/// ## Promises
/// - When ``start(_:)`` or ``apply(_:)`` returns, what it reports as done survives a crash of the process and,
///   as far as the disk keeps its word, of the machine.
/// - Every outcome stands for itself: a refused command of a batch does not undo the others.
public protocol Store: Sendable {
    /// The store's time: leases, deadlines and history use no other.
    var time: any TimeSource { get }

    /// Makes lifecycles known, creates or changes their tables, and compares with what is stored.
    /// - Returns: for each definition what changed.
    /// - Throws: ``AuditError`` for a bad definition, ``InstallRefusal`` when jobs are in removed statuses.
    @discardableResult
    func install(_ definitions: [Definition]) async throws -> [DefinitionChange]

    /// The definitions that are installed.
    func definitions() async throws -> [Definition]

    /// Makes a step on a lifecycle's way from one version to the next. A step that was made already is none, so that
    /// whoever was killed in one makes it again.
    /// - Returns: how far the rollout is now.
    /// - Throws: ``RolloutRefusal``, ``AuditError`` for a bad target.
    @discardableResult
    func rollOut(_ lifecycle: String, _ move: RolloutMove) async throws -> Rollout

    /// The last rollout of each lifecycle that had one and was not changed otherwise since.
    func rollouts() async throws -> [Rollout]

    /// Starts jobs, in order, in one transaction.
    func start(_ jobs: [NewJob]) async throws -> [StartOutcome]

    /// Hands out claimable jobs to a worker, best first: by priority, then by the time they became available.
    func claim(_ request: ClaimRequest) async throws -> [JobRecord]

    /// Carries out commands, in order, in one transaction (each on its own: a refused one changes nothing).
    func apply(_ commands: [Command]) async throws -> [Outcome]

    /// Renews a worker's lease, for all its claims at once.
    func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply

    /// Enforces what time enforces: dead workers, deadlines, retention.
    func sweep(_ request: SweepRequest) async throws -> SweepReport

    /// Finds jobs.
    func find(_ query: JobQuery) async throws -> [JobRecord]

    /// The history of a job after the entry with this number, in order. A history grows as long as its job is moved:
    /// whoever does not know that one is short reads it in pages.
    /// - Parameter limit: how many entries at most.
    func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry]

    /// How many jobs of a lifecycle are in each status, parked ones apart.
    func count(_ lifecycle: String) async throws -> [StatusCount]

    /// How many jobs of a lifecycle are in each status that is no end, parked ones apart. Unlike ``count(_:)`` it
    /// costs no more the more jobs have ended.
    func liveCount(_ lifecycle: String) async throws -> [StatusCount]

    /// The lines of all histories of a lifecycle, as they become visible: whatever transaction is still open, a line is
    /// missed by nobody who reads on at each page's ``FeedPage/horizon``. It may be given more than once, with the same
    /// job and number; lines of a job that was deleted before they were read are not given at all.
    /// - Parameters:
    ///   - cursor: where to begin; `nil` gives no lines, only the place where the feed is now.
    ///   - limit: how many lines at most; at least one.
    /// - Throws: ``Refusal`` for an unknown lifecycle or a cursor that is none.
    func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage

    /// How many lines the histories of a lifecycle got since a moment, by slices of time from that moment on, by kind
    /// and by the status afterwards. Where there were none there is no bucket.
    /// - Parameter every: the length of a slice, a millisecond or more.
    func activity(_ lifecycle: String, since: Timestamp, every: Duration) async throws -> [ActivityBucket]

    /// Pauses a lifecycle, or one of its queues or working statuses: no job is claimed there until
    /// ``resume(_:status:)``. What is paused already stays as it is.
    /// - Returns: the pause that holds.
    /// - Throws: ``Refusal`` for what is not there or cannot be paused.
    @discardableResult
    func pause(_ lifecycle: String, status: String?, by actor: Actor, reason: String?) async throws -> Pause

    /// Lifts a pause; those of the lifecycle and of each of its statuses are lifted one by one.
    /// - Returns: the pause that held; `nil` when nothing was paused there.
    /// - Throws: ``Refusal`` for what neither is paused nor could be.
    @discardableResult
    func resume(_ lifecycle: String, status: String?) async throws -> Pause?

    /// The pauses that hold.
    func pauses() async throws -> Pauses

    /// The workers whose leases have not ended, and those that were not yet swept.
    func workers() async throws -> [WorkerRecord]

    /// A hint whenever something changed, in this process or another one; hints may be merged or lost.
    func wakes() -> AsyncStream<Void>

    /// Carries out `body` in one transaction; throwing undoes everything.
    @discardableResult
    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result
}

extension Store {
    /// A store that does not say otherwise changes lifecycles at once and never in phases.
    @discardableResult
    public func rollOut(_ lifecycle: String, _ move: RolloutMove) async throws -> Rollout {
        throw Failure.adminRequired(
            "this store changes lifecycles at once; install the new definition of '\(lifecycle)'",
            code: "no_rollouts")
    }

    /// None.
    public func rollouts() async throws -> [Rollout] { [] }

    /// The whole history of a job after the entry with this number, in order, however long it is.
    /// - Throws: what the store throws.
    public func history(
        of job: JobID, in lifecycle: String, after number: Int64
    ) async throws -> [HistoryEntry] {
        try await history(of: job, in: lifecycle, after: number, limit: .max)
    }
}

/// A transaction of a store, in which starts and changes join what else is written.
///
/// SQL stores offer more on it (LockstepSQL).
public protocol StoreTransaction {
    /// Starts a job within the transaction.
    func start(_ job: NewJob) throws -> StartOutcome
    /// Carries out a command within the transaction.
    func apply(_ command: Command) throws -> Outcome
}

/// An installation that was refused because jobs are where the new definition knows no status.
public struct InstallRefusal: FailureConvertible, Hashable, CustomStringConvertible {
    /// The lifecycle.
    public let lifecycle: String
    /// One sentence: what drifted and what would be right.
    public let description: String
    /// It takes an administrator.
    public var failure: Failure { .adminRequired(description, code: "install_refused") }

    /// Makes the refusal for statuses that were removed although jobs are in them.
    public init(lifecycle: String, jobsByRemovedStatus: [(status: String, jobs: Int)]) {
        self.lifecycle = lifecycle
        let list = jobsByRemovedStatus.map { "'\($0.status)' (\($0.jobs) jobs)" }.joined(separator: ", ")
        description =
            "lifecycle '\(lifecycle)' no longer declares \(list) as it was; keep each, or declare it "
            + ".retired(as:), or move its jobs on first"
    }
}

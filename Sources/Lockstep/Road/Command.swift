/// What somebody wants to change about one job.
///
/// Every change of every job, whoever asks for it, is a command; stores apply commands by ``Road/decide(_:on:definition:now:draw:)``
/// and in no other way.
public struct Command: Sendable {
    /// The change that is asked for.
    public enum Change: Hashable, Sendable {
        /// A worker takes the job.
        case claim(WorkerID)
        /// To another status.
        case move(to: String)
        /// A failure: retried, parked or moved to the failure status, as declared.
        case fail(Failure)
        /// To the cancellation status.
        case cancel
        /// Puts a declared hold on a queued job.
        case hold(String)
        /// Lifts the hold.
        case release
        /// Lets a parked or waiting job be tried again with fresh attempts; an ended one reopens.
        case retry
        /// An ended job runs again.
        case reopen
        /// Progress of the work, 0 to 100, and what is being done.
        case report(progress: Int, detail: String?)
        /// Changes the metadata alone.
        case annotate
        /// Leaves the job as it is and says in its history why: the reason of the command.
        case note
        /// A need was verified (a token such as `upload:video`).
        case meet(String)
        /// A worker that shuts down gives the job back.
        case yield
        /// The claim's worker is dead.
        case lose
        /// The deadline passed.
        case expire
        /// The job was kept long enough.
        case retire
        /// What is due cannot be done now; the sweep looks again after this time.
        case postpone(TimeLimit)
        /// An ended job and its history are deleted before their time: a person's data.
        case erase
        /// The fence counts on from this number. When a backup is put in the place of a database, claims that
        /// the backup knows nothing of must stay stale.
        case raiseFence(to: Int64)
    }

    /// The lifecycle of the job.
    public var lifecycle: String
    /// The job.
    public var job: JobID
    /// What is asked for.
    public var change: Change
    /// Who asks.
    public var actor: Actor
    /// For a worker's writes: the claim it holds.
    public var claim: Claim?
    /// The status in which the asker believes the job to be.
    public var expecting: String?
    /// The version that the asker has seen.
    public var expectingVersion: Int64?
    /// Only a job of this owner is touched; another's is not found.
    public var ownedBy: String?
    /// Why, for the history.
    public var reason: String?
    /// Output to store with the change, as JSON text.
    public var output: String?
    /// Merge patches for the metadata, as JSON texts, applied in order: patches cannot be merged with each
    /// other beforehand (RFC 7396 composes no deletions).
    public var patches: [String] = []
    /// The one merge patch for the metadata, as JSON text.
    public var metadata: String? {
        get { patches.last }
        set { patches = newValue.map { [$0] } ?? [] }
    }
    /// A worker that moves the job into a working status keeps its claim there.
    public var keepsClaim = false
    /// What else is written in the same transaction. Throwing refuses the change.
    public var also: [@Sendable (any StoreTransaction) throws -> Void] = []

    /// Makes a command; the rest is set afterwards.
    public init(_ change: Change, job: JobID, of lifecycle: String, by actor: Actor) {
        self.change = change
        self.job = job
        self.lifecycle = lifecycle
        self.actor = actor
    }
}

/// A worker's hold on a job.
public struct Claim: Hashable, Sendable {
    /// The worker.
    public var worker: WorkerID
    /// The claim counter it was given.
    public var fence: Int64

    /// Makes a claim.
    public init(worker: WorkerID, fence: Int64) {
        self.worker = worker
        self.fence = fence
    }
}

/// What became of a command.
public enum Outcome: Sendable {
    /// It was done; the record afterwards.
    case done(JobRecord)
    /// It was done, and the job exists no more.
    case deleted(JobRecord)
    /// It was not done, and nothing changed.
    case refused(Refusal)

    /// The record afterwards.
    /// - Throws: the ``Refusal``.
    public func get() throws(Refusal) -> JobRecord {
        switch self {
        case .done(let record), .deleted(let record): return record
        case .refused(let refusal): throw refusal
        }
    }
}

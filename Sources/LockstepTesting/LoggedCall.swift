import Lockstep

/// One call of a client or a worker and what it was answered, as a line of a ``CallLog``.
///
/// A call whose process died, or that threw, has the answer `unknown`: it may have been carried out.
public struct LoggedCall: Codable, Hashable, Sendable {
    /// What the caller knows afterwards.
    public enum Answer: String, Codable, Sendable {
        /// It was done.
        case ok
        /// It was not done.
        case refused
        /// Nobody told.
        case unknown
    }

    /// A claim that was given out.
    public struct Grant: Codable, Hashable, Sendable {
        /// The job.
        public var job: JobID
        /// Its claim counter.
        public var fence: Int64

        /// Makes a grant.
        public init(job: JobID, fence: Int64) {
            self.job = job
            self.fence = fence
        }
    }

    /// The caller: one run of one process.
    public var client: String
    /// Counts the caller's calls.
    public var number: Int
    /// What was called: `start`, `claim`, `beat`, `sweep`, or the word of a command such as `move`.
    public var call: String
    /// The job, where it is about one.
    public var job: JobID?
    /// Its lifecycle.
    public var lifecycle: String?
    /// The key of a start.
    public var key: String?
    /// The owner of a start, or the one whose job alone is to be touched.
    public var owner: String?
    /// The delay of a start in microseconds.
    public var delay: Int64?
    /// Where a move is to lead.
    public var to: String?
    /// Who asked.
    public var actor: Actor?
    /// The worker of a claim, a heartbeat, or a write under a claim.
    public var worker: WorkerID?
    /// The fence of a write under a claim.
    public var fence: Int64?
    /// How long a heartbeat renews the lease, in microseconds.
    public var lease: Int64?
    /// The output that came with it.
    public var output: String?
    /// The keys that it set in the metadata.
    public var marks: [String]?
    /// Whether it wrote a row of its own beside the job.
    public var hasRow: Bool?

    /// What the caller knows.
    public var answer = Answer.unknown
    /// The word of a refusal or of an error.
    public var code: String?
    /// The sentence of a refusal or of an error.
    public var words: String?
    /// Whether a start gave a job that was there before.
    public var isReused: Bool?
    /// The job's version afterwards.
    public var version: Int64?
    /// The job's fence afterwards.
    public var fenceAfter: Int64?
    /// What a claim gave.
    public var grants: [Grant]?

    /// When it began, in microseconds of a clock that never steps back and that all processes share.
    public var begin: Int64 = 0
    /// When it was answered, by the same clock.
    public var end: Int64?
    /// The store's time when it began.
    public var at: Timestamp

    /// Makes a call that nobody has answered.
    public init(client: String, number: Int, call: String, at: Timestamp) {
        self.client = client
        self.number = number
        self.call = call
        self.at = at
    }

    /// Names the call, in the histories as well: the first word of the reason.
    public var tag: String { "\(client)#\(number)" }

    /// Whether doing it writes exactly one entry of history.
    var isRecorded: Bool {
        switch call {
        case "claim", "beat", "sweep", "report", "annotate", "postpone", "raise_fence", "erase", "retire",
            "meet", "clean":
            false
        default: isReused != true
        }
    }

    /// The kinds of entry that doing it may write.
    var kinds: Set<HistoryEntry.Kind> {
        switch call {
        case "start": [.started]
        case "move": [.moved, .parked]
        case "fail": [.moved, .parked, .retried]
        case "cancel", "reopen": [.moved]
        case "retry": [.resumed, .moved]
        case "hold": [.held]
        case "release": [.released]
        case "yield": [.yielded]
        case "meet": [.met]
        case "note": [.noted]
        case "lose": [.lost, .moved, .parked]
        case "expire": [.moved, .parked]
        default: []
        }
    }
}

extension Command.Change {
    /// The change as one word of a log.
    var word: String {
        switch self {
        case .claim: "claim_one"
        case .move: "move"
        case .fail: "fail"
        case .cancel: "cancel"
        case .hold: "hold"
        case .release: "release"
        case .retry: "retry"
        case .reopen: "reopen"
        case .report: "report"
        case .annotate: "annotate"
        case .note: "note"
        case .meet: "meet"
        case .yield: "yield"
        case .lose: "lose"
        case .expire: "expire"
        case .retire: "retire"
        case .postpone: "postpone"
        case .erase: "erase"
        case .raiseFence: "raise_fence"
        }
    }
}

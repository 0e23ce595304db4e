import Lockstep

/// The lifecycle of a question on its way to a narrated video.
///
/// There is neither a `generating` nor a `clarification_needed`: what is being made says which of the two makings it is,
/// and a question that is too vague waits in `pending` under a hold, with what is asked back in its metadata.
public enum ContentRequest: String, Lifecycle {
    /// Waits for a worker, or for the learner under the hold ``clarification``.
    case pending
    /// It is being found out whether the question can be answered.
    case validating
    /// Passages are being looked up.
    case retrieving
    /// The script is being written.
    case generatingScript = "generating_script"
    /// The narration is being read and the slides are being drawn.
    case generatingVideo = "generating_video"
    /// Sound, slides, subtitles and chapters are being put together.
    case processingVideo = "processing_video"
    /// The learner is being told; the video is there already.
    case notifying
    /// The video is there.
    case completed
    /// A step failed for good.
    case failed
    /// The learner or an operator has stopped it.
    case cancelled

    /// What a request is started with: the question is in a table of the application.
    public typealias Input = NoValue
    /// What a request leaves behind.
    public typealias Output = ContentSummary

    /// The name on every layer.
    public static let name = "content"
    /// The hold of a request whose question is too vague.
    public static let clarification = "clarification"
    /// The hold of a request whose message has not come yet, where requests are delivered by push.
    public static let delivery = "delivery"
    /// A request begins when it is asked.
    public static let initial: Set = [pending]
    /// Where failures lead.
    public static let failure = failed
    /// Where cancelling leads.
    public static let cancellation = cancelled

    /// What holds in each status.
    ///
    /// A notification that takes too long is given up, and the request completes: its video is there.
    public var rules: Rules<Self> {
        switch self {
        case .pending:
            .queues(for: .validating, within: .hours(24))
                .holds(Self.clarification, by: .person, within: .days(14), else: .cancelled)
                .holds(Self.delivery, by: .system, within: .days(7))
        case .validating:
            .works(within: .minutes(10), stuckAfter: .minutes(2)).retries(.exponential, attempts: 5)
                .moves(to: .retrieving).moves(to: .pending, holding: Self.clarification)
        case .retrieving:
            .works(within: .minutes(10), stuckAfter: .minutes(2)).retries(.exponential, attempts: 5)
                .moves(to: .generatingScript)
        case .generatingScript:
            .works(within: .minutes(30), stuckAfter: .minutes(10)).retries(.exponential, attempts: 5)
                .moves(to: .generatingVideo)
        case .generatingVideo:
            .works(within: .hours(1), stuckAfter: .minutes(20)).retries(.exponential, attempts: 5)
                .moves(to: .processingVideo)
        case .processingVideo:
            .works(within: .hours(1), stuckAfter: .minutes(20)).retries(.exponential, attempts: 5)
                .moves(to: .notifying)
        case .notifying:
            .works(within: .hours(6), stuckAfter: .hours(1)).retries(.exponential, attempts: 8)
                .moves(to: .completed).else(.completed)
        case .completed: .succeeds(keptFor: .days(90))
        case .failed: .fails(keptFor: .days(90))
        case .cancelled: .closes(keptFor: .days(90))
        }
    }

    /// What is going on, for people, as long as nobody says it more exactly.
    var words: String {
        switch self {
        case .pending: "Waiting for a worker"
        case .validating: "Reading the question"
        case .retrieving: "Looking for passages"
        case .generatingScript: "Writing the script"
        case .generatingVideo: "Reading it out and drawing slides"
        case .processingVideo: "Putting the video together"
        case .notifying: "Telling you that it is there"
        case .completed: "Ready"
        case .failed: "Failed"
        case .cancelled: "Cancelled"
        }
    }

    /// How far a request is that has just come here, in per cent of the whole way; `nil` where it stays as far as it was.
    var progress: Int? {
        switch self {
        case .pending: 0
        case .validating: 2
        case .retrieving: 5
        case .generatingScript: 10
        case .generatingVideo: 25
        case .processingVideo: 55
        case .notifying: 95
        case .completed: 100
        case .failed, .cancelled: nil
        }
    }

    /// What a question that is too vague is shown as.
    static let awaiting = "Awaiting user clarification"
}

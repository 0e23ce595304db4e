import Lockstep

/// The lifecycle of a match video: announced, uploaded, analysed quickly, then deeply.
public enum VideoJob: String, Lifecycle {
    /// Announced; nobody can claim it before its upload is there and verified.
    case awaitingUpload = "awaiting_upload"
    /// Uploaded; waits for a worker.
    case queued
    /// Container facts, thumbnails and scene cuts are being found.
    case quickRunning = "quick_running"
    /// The quick result can be read; waits for the deep analysis.
    case quickDone = "quick_done"
    /// Motion, active phases and the highlight reel are being made.
    case deepRunning = "deep_running"
    /// Finished, all results are there.
    case done
    /// An older name for the end.
    case completed
    /// The upload did not come, or a step failed.
    case failed

    /// What a job is started with.
    public typealias Input = VideoInput
    /// What a job leaves behind.
    public typealias Output = VideoSummary

    /// The name on every layer.
    public static let name = "video"
    /// The upload that a job waits for.
    static let upload = "video"
    /// A job begins when its upload is announced.
    public static let initial: Set = [awaitingUpload]
    /// Where failures lead.
    public static let failure = failed

    /// What holds in each status.
    public var rules: Rules<Self> {
        switch self {
        case .awaitingUpload:
            .waits(for: "the upload", within: .minutes(15), stuckAfter: .minutes(5)).moves(to: .queued)
        case .queued: .queues(for: .quickRunning, within: .hours(6)).needs(.upload(Self.upload))
        case .quickRunning:
            .works(within: .minutes(30)).retries(.exponential, attempts: 5).moves(to: .quickDone)
        case .quickDone: .queues(for: .deepRunning, within: .hours(24))
        case .deepRunning: .works(within: .hours(2)).retries(.exponential, attempts: 5).moves(to: .done)
        case .done: .succeeds(keptFor: .days(90))
        case .completed: .retired(as: .done)
        case .failed: .fails(keptFor: .days(90)).reopens(to: .queued)
        }
    }
}

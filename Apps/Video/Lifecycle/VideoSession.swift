import Lockstep

/// The lifecycle of the session that videos are uploaded in: its id is the `session_id` of their jobs.
///
/// It is `uploaded` in the same transaction in which its first video is `queued`.
public enum VideoSession: String, Lifecycle {
    /// Nothing is there yet.
    case created
    /// A video is there.
    case uploaded
    /// No video came in all the time in which its jobs could still be tried again.
    case abandoned

    /// The name on every layer.
    public static let name = "video_session"
    /// Where a session begins.
    public static let initial: Set = [created]
    /// Where a session without a video ends.
    public static let failure = abandoned

    /// What holds in each status.
    public var rules: Rules<Self> {
        switch self {
        case .created: .waits(for: "a video", within: .days(91)).moves(to: .uploaded)
        case .uploaded: .succeeds(keptFor: .days(91))
        case .abandoned: .fails(keptFor: .days(1))
        }
    }
}

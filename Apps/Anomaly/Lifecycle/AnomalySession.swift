import Lockstep

/// The lifecycle of a session: an analysis of a dataset, or a triage of a completed analysis.
///
/// An analysis starts in `initializing`, a triage in `triaging`. Neither end reopens: the next request starts
/// a new session, so that what one session found is never overwritten by another.
public enum AnomalySession: String, Lifecycle {
    /// Just created.
    case initializing
    /// The file is being read.
    case parsing
    /// The network is being trained and anomalies are being found.
    case detecting
    /// The worst rows are being explained.
    case triaging
    /// Finished, results stored.
    case completed
    /// A step failed, or somebody cancelled the session.
    case error

    /// What a session is started with.
    public typealias Input = SessionInput
    /// What a session leaves behind.
    public typealias Output = SessionSummary

    /// The name on every layer.
    public static let name = "anomaly"
    /// An analysis starts in the one, a triage in the other.
    public static let initial: Set = [initializing, triaging]
    /// Where failures lead.
    public static let failure = error
    /// Where cancelling leads.
    public static let cancellation = error

    /// What holds in each status.
    public var rules: Rules<Self> {
        switch self {
        case .initializing: .queues(for: .parsing, within: .hours(24))
        // Losing a worker counts as an attempt: five leave room for a bad night beside real failures.
        case .parsing: .works(within: .hours(1)).retries(.exponential, attempts: 5).moves(to: .detecting)
        case .detecting: .works(within: .hours(4)).retries(.exponential, attempts: 5).moves(to: .completed)
        case .triaging: .works(within: .hours(4)).retries(.exponential, attempts: 5).moves(to: .completed)
        case .completed: .succeeds(keptFor: .days(90))
        case .error: .fails(keptFor: .days(90))
        }
    }
}

extension AnomalySession {
    /// The key of a dataset's live analysis.
    static func analysisKey(_ dataset: String) -> String { "analyze:\(dataset)" }
    /// The key of a dataset's live triage.
    static func triageKey(_ dataset: String) -> String { "triage:\(dataset)" }
}

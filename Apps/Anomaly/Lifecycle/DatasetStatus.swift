import Lockstep

/// What people see of a dataset: a function of its latest sessions, never stored.
public enum DatasetStatus: String, Codable, Sendable, CaseIterable {
    /// No analysis was started.
    case uploaded
    /// An analysis is in `initializing`, `parsing` or `detecting`.
    case analyzing
    /// A triage runs.
    case triaging
    /// The latest analysis is completed, whatever became of a triage.
    case completed
    /// The latest analysis failed or was cancelled.
    case error

    /// The status that follows from a dataset's latest analysis and latest triage.
    init(analysis: Job<AnomalySession>?, triage: Job<AnomalySession>?) {
        if let analysis, analysis.isLive {
            self = .analyzing
        } else if let triage, triage.isLive {
            self = .triaging
        } else if let analysis {
            self = analysis.status == .completed ? .completed : .error
        } else {
            self = .uploaded
        }
    }
}

import Lockstep

/// The result of a completed analysis, its rows aside.
struct AnalysisResult: Hashable, Sendable {
    /// The session that found it.
    var session: JobID
    /// The dataset.
    var dataset: String
    /// The score above which a row counts as an anomaly.
    var threshold: Double
    /// The table as a whole.
    var details: AnalysisDetails
    /// When it was written.
    var createdAt: Timestamp
}

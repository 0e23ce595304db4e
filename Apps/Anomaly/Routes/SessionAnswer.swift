import Lockstep

/// A session as the API shows it.
struct SessionAnswer: Encodable {
    private let id: String
    private let dataset: String
    private let user: String?
    private let analysis: String?
    private let status: String
    private let progress: Int
    private let detail: String?
    private let attempt: Int
    private let reason: String?
    private let createdAt: Timestamp
    private let endedAt: Timestamp?
    private let output: SessionSummary?

    /// - Parameter history: the session's history, for the reason of its end.
    init(_ job: Job<AnomalySession>, history: [HistoryEntry]) throws {
        let input = try job.input()
        id = job.id.text
        dataset = input.dataset
        user = job.owner
        analysis = input.analysis
        status = job.status.description
        progress = job.progress
        detail = job.record.progressDetail
        attempt = job.record.attempt
        reason = job.status == .error || job.failure != nil ? Self.reason(of: job, history) : nil
        createdAt = job.record.createdAt
        endedAt = job.record.endedAt
        output = try job.output()
    }

    /// Why a session ended in `error`, or waits for its next attempt: the failure's sentence, or "cancelled".
    static func reason(of job: Job<AnomalySession>, _ history: [HistoryEntry]) -> String? {
        job.failure?.message ?? history.last { $0.to == AnomalySession.error.rawValue }?.reason
    }

    private enum CodingKeys: String, CodingKey {
        case id, status, progress, detail, attempt, reason, output
        case dataset = "dataset_id"
        case user = "user_id"
        case analysis = "analysis_session_id"
        case createdAt = "created_at"
        case endedAt = "ended_at"
    }
}

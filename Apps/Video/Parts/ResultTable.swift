import Lockstep
import LockstepSQL
import LockstepServer

/// Reads and writes `video_results`.
struct ResultTable: Sendable {
    let store: any SQLStore

    /// The analyses.
    enum Analysis: String, Sendable, CaseIterable {
        case quick, deep
    }

    /// Writes what an analysis found, within the transaction of the move that ends it.
    /// - Parameter fence: the claim under which it was found.
    static func insert(
        _ result: some Encodable, of analysis: Analysis, for job: JobID, fence: Int64, at now: Timestamp,
        in transaction: any SQLTransaction
    ) throws {
        // A job that ran again has new results.
        try transaction.execute(
            "DELETE FROM video_results WHERE job_id = ?1 AND analysis = ?2", job.text, analysis.rawValue)
        try transaction.execute(
            """
            INSERT INTO video_results (job_id, analysis, result, fence, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
            """, job.text, analysis.rawValue, try JSONText.encode(result), fence, now.microseconds)
    }

    /// What the quick analysis found; `nil` before it is done.
    func quick(of job: JobID) async throws -> QuickResult? { try await find(.quick, of: job) }

    /// What the deep analysis found; `nil` before it is done.
    func deep(of job: JobID) async throws -> DeepResult? { try await find(.deep, of: job) }

    private func find<Result: Decodable & Sendable>(_ analysis: Analysis, of job: JobID) async throws
        -> Result?
    {
        try await store.read { database in
            let rows = try database.query(
                "SELECT result FROM video_results WHERE job_id = ?1 AND analysis = ?2", job.text,
                analysis.rawValue)
            return try rows.first.map { row in
                guard let text = row[0].text else { throw Failure.unreadableRow(of: "video_results") }
                return try JSONText.decode(Result.self, from: text)
            }
        }
    }
}

import Lockstep
import LockstepSQL
import LockstepServer

/// Reads and writes `content_results`: what a stage came to, so that it is never worked out again.
struct StageTable: Sendable {
    let store: any SQLStore

    /// The stages that leave something behind.
    enum Stage: String, Sendable, CaseIterable {
        case passages, script, footage, video
    }

    /// Writes what a stage came to, within the transaction of the move that ends it.
    /// - Parameter fence: the claim under which it was worked out.
    static func insert(
        _ document: some Encodable, of stage: Stage, for request: JobID, fence: Int64, at now: Timestamp,
        in transaction: any SQLTransaction
    ) throws {
        // An administrator may have had a stage repeated.
        try transaction.execute(
            "DELETE FROM content_results WHERE request_id = ?1 AND stage = ?2", request.text, stage.rawValue)
        try transaction.execute(
            "INSERT INTO content_results (request_id, stage, document, fence, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            request.text, stage.rawValue, try JSONText.encode(document), fence, now.microseconds)
    }

    /// What a stage came to; `nil` before it is done.
    func find<Document: Decodable & Sendable>(
        _ type: Document.Type, of stage: Stage, for request: JobID
    ) async throws -> Document? {
        try await store.read { database in
            let rows = try database.query(
                "SELECT document FROM content_results WHERE request_id = ?1 AND stage = ?2", request.text,
                stage.rawValue)
            return try rows.first.map { row in
                guard let text = row[0].text else { throw Failure.unreadableRow(of: "content_results") }
                return try JSONText.decode(type, from: text)
            }
        }
    }
}

import Lockstep
import LockstepSQL
import LockstepServer

/// Reads and writes `expense_reports`.
struct ReportTable: Sendable {
    let store: any SQLStore

    /// Writes a session's report, within the transaction of the move that ends it.
    static func insert(
        _ report: SessionReport, of session: JobID, at now: Timestamp, in transaction: any SQLTransaction
    ) throws {
        // A session that ran again has a new one.
        try delete(session, in: transaction)
        try transaction.execute(
            "INSERT INTO expense_reports (session_id, report, created_at) VALUES (?1, ?2, ?3)", session.text,
            try JSONText.encode(report), now.microseconds)
    }

    /// Erases a session's report.
    static func delete(_ session: JobID, in transaction: any SQLTransaction) throws {
        try transaction.execute("DELETE FROM expense_reports WHERE session_id = ?1", session.text)
    }

    /// A session's report; `nil` before it is completed and after it was erased.
    func find(_ session: JobID) async throws -> SessionReport? {
        try await store.read { database in
            let rows = try database.query(
                "SELECT report FROM expense_reports WHERE session_id = ?1", session.text)
            return try rows.first.map { row in
                guard let text = row[0].text else { throw Failure.unreadableRow(of: "expense_reports") }
                return try JSONText.decode(SessionReport.self, from: text)
            }
        }
    }
}

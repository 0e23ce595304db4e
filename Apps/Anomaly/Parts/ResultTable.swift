import Lockstep
import LockstepSQL
import LockstepServer

/// Reads and writes `anomaly_results` and `anomaly_rows`.
struct ResultTable: Sendable {
    let store: any SQLStore

    // MARK: Writing, within the transaction of a move

    /// Writes a result with its worst rows.
    static func insert(
        _ result: AnalysisResult, rows: [AnomalousRow], in transaction: any SQLTransaction
    ) throws {
        let details = try JSONText.encode(result.details)
        // Repeatable: should an earlier result of this session be there, this one replaces it.
        try delete(result.session, in: transaction)
        try transaction.execute(
            """
            INSERT INTO anomaly_results (session_id, dataset_id, threshold, details, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """, result.session.text, result.dataset, result.threshold, details,
            result.createdAt.microseconds)
        for row in rows {
            try transaction.execute(
                """
                INSERT INTO anomaly_rows
                    (session_id, place, row_number, line, score, contributions, cells)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """, result.session.text, row.rank, row.row, row.line, row.score,
                try JSONText.encode(row.contributions), try JSONText.encode(row.cells))
        }
    }

    /// Writes what a triage said about rows of an analysis.
    static func explain(
        _ session: JobID, _ explanations: [Int: Explanation], in transaction: any SQLTransaction
    ) throws {
        for (rank, explanation) in explanations.sorted(by: { $0.key < $1.key }) {
            try transaction.execute(
                "UPDATE anomaly_rows SET explanation = ?1, refusal = ?2 WHERE session_id = ?3 AND place = ?4",
                explanation.text, explanation.refusal, session.text, rank)
        }
    }

    /// Erases a session's result.
    static func delete(_ session: JobID, in transaction: any SQLTransaction) throws {
        try transaction.execute("DELETE FROM anomaly_answers WHERE analysis_id = ?1", session.text)
        try transaction.execute("DELETE FROM anomaly_rows WHERE session_id = ?1", session.text)
        try transaction.execute("DELETE FROM anomaly_results WHERE session_id = ?1", session.text)
    }

    // MARK: Reading

    /// The latest result of a dataset: its latest completed analysis.
    func latest(of dataset: String) async throws -> AnalysisResult? {
        try await store.read { try Self.latest(of: dataset, in: $0) }
    }

    /// As ``latest(of:)``, within a transaction.
    static func latest(of dataset: String, in database: any SQLReading) throws -> AnalysisResult? {
        try database.query(
            """
            SELECT session_id, threshold, details, created_at FROM anomaly_results
            WHERE dataset_id = ?1 ORDER BY created_at DESC, session_id DESC LIMIT 1
            """, dataset
        ).first.map { row in
            guard let session = row[0].text, let threshold = row[1].real, let details = row[2].text,
                let createdAt = row[3].integer
            else { throw Failure.unreadableRow(of: "anomaly_results") }
            return AnalysisResult(
                session: JobID(stored: session), dataset: dataset, threshold: threshold,
                details: try JSONText.decode(AnalysisDetails.self, from: details),
                createdAt: Timestamp(microseconds: createdAt))
        }
    }

    /// The names of the columns of an analysis, left to right; none when its result is gone.
    func columns(of session: JobID) async throws -> [String] {
        let rows = try await store.read {
            try $0.query("SELECT details FROM anomaly_results WHERE session_id = ?1", session.text)
        }
        guard let row = rows.first else { return [] }
        guard let details = row[0].text else { throw Failure.unreadableRow(of: "anomaly_results") }
        return try JSONText.decode(AnalysisDetails.self, from: details).columns
    }

    /// The worst rows of an analysis of this dataset, worst first.
    func rows(of session: JobID, dataset: String, limit: Int) async throws -> [AnomalousRow] {
        try await store.read { database in
            try database.query(
                """
                SELECT place, row_number, line, score, contributions, cells, explanation, refusal
                FROM anomaly_rows WHERE session_id = ?1 AND EXISTS
                    (SELECT 1 FROM anomaly_results WHERE session_id = ?1 AND dataset_id = ?2)
                ORDER BY place LIMIT ?3
                """, session.text, dataset, limit
            ).map { row in
                guard let rank = row[0].integer, let number = row[1].integer, let line = row[2].integer,
                    let score = row[3].real, let contributions = row[4].text, let cells = row[5].text
                else { throw Failure.unreadableRow(of: "anomaly_rows") }
                return AnomalousRow(
                    rank: Int(rank), row: Int(number), line: Int(line), score: score,
                    contributions: try JSONText.decode([Contribution].self, from: contributions),
                    cells: try JSONText.decode([String].self, from: cells), explanation: row[6].text,
                    refusal: row[7].text)
            }
        }
    }
}

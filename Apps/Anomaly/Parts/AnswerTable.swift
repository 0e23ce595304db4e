import Lockstep
import LockstepSQL

/// Reads and writes `anomaly_answers`: what a triage that still runs has been told so far.
///
/// A triage shows its explanations all at once, with its end. Until then every answer is kept here, so that
/// an attempt after a failure asks only about the rows that are left: questions cost money.
struct AnswerTable: Sendable {
    let store: any SQLStore

    /// The answers so far, by the rows' ranks.
    func answers(of triage: JobID) async throws -> [Int: Explanation] {
        let rows = try await store.read {
            try $0.query(
                "SELECT place, explanation, refusal FROM anomaly_answers WHERE triage_id = ?1", triage.text)
        }
        var answers: [Int: Explanation] = [:]
        for row in rows {
            guard let place = row[0].integer else { continue }
            answers[Int(place)] =
                row[1].text.map(Explanation.text) ?? row[2].text.map(Explanation.refused)
        }
        return answers
    }

    /// Keeps an answer; the first about a row stays.
    func keep(_ answer: Explanation, about rank: Int, of analysis: JobID, triage: JobID) async throws {
        try await store.write { transaction in
            // Deleted since: nothing of the dataset may come back.
            let results = try transaction.query(
                "SELECT 1 FROM anomaly_results WHERE session_id = ?1", analysis.text)
            guard !results.isEmpty else { throw AnalysisFiles.gone }
            try transaction.execute(
                """
                INSERT INTO anomaly_answers (triage_id, place, analysis_id, explanation, refusal)
                VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (triage_id, place) DO NOTHING
                """, triage.text, rank, analysis.text, answer.text, answer.refusal)
        }
    }

    /// Forgets the answers of a triage.
    static func forget(_ triage: JobID, in transaction: any SQLTransaction) throws {
        try transaction.execute("DELETE FROM anomaly_answers WHERE triage_id = ?1", triage.text)
    }
}

import Lockstep
import LockstepSQL

/// Explains the worst rows of a completed analysis.
struct TriageStage: Sendable {
    /// How many of the kept rows are explained.
    static let explainedRows = 20

    let files: AnalysisFiles
    let explainer: any Explainer

    private var store: any SQLStore { files.store }

    /// Explains row after row, and writes the explanations with the move to `completed`.
    func run(_ work: Work<AnomalySession>) async throws -> AnomalySession {
        let dataset = try await files.dataset(of: work.job, input: work.input)
        guard let analysis = work.input.analysis.map(JobID.init(stored:)) else {
            throw Failure.userFixable(
                "The triage names no analysis; start it with the triage route of a dataset.",
                code: "no_analysis")
        }
        let results = ResultTable(store: store)
        let rows = try await results.rows(of: analysis, dataset: dataset.id, limit: Self.explainedRows)
        guard !rows.isEmpty else {
            throw Failure.userFixable(
                "The results of the analysis are gone; analyse the dataset again.", code: "no_results")
        }
        let columns = try await results.columns(of: analysis)
        let answers = AnswerTable(store: store)
        let (triage, total) = (work.id, rows.count)
        var explanations = try await answers.answers(of: triage)
        for row in rows where explanations[row.rank] == nil {
            try Task.checkCancellation()
            let explanation = try await explainer.explain(row, columns: columns)
            // The last answer is written with the move, in one transaction.
            if explanations.count + 1 < total {
                try await answers.keep(explanation, about: row.rank, of: analysis, triage: triage)
            }
            explanations[row.rank] = explanation
            work.report(99 * explanations.count / total, "explaining row \(explanations.count) of \(total)")
        }
        let finished = explanations
        work.alsoSQL { transaction in
            try ResultTable.explain(analysis, finished, in: transaction)
            try AnswerTable.forget(triage, in: transaction)
        }
        var summary = SessionSummary()
        summary.refused = finished.values.count { $0.refusal != nil }
        summary.explained = finished.count - (summary.refused ?? 0)
        try work.output(summary)
        return .completed
    }
}

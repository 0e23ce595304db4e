import AnomalyDetection
import AnomalyTables
import Lockstep

/// Finds the rows of a table that do not fit, and compares the worst of them with their columns.
struct AnomalyFinder {
    /// Fewer rows than this say nothing about what is usual.
    static let fewestRows = 10

    /// What was found.
    struct Finding: Sendable {
        /// The score of every row, in file order.
        var scores: [Float]
        /// The score above which a row counts as an anomaly.
        var threshold: Double
        /// How many rows do.
        var anomalies: Int
        /// The worst rows, worst first.
        var rows: [AnomalousRow]
        /// The columns that were not used.
        var ignored: [IgnoredColumn]
    }

    /// How many columns of a row are kept as contributions.
    private static let keptContributions = 12
    /// The share of the time that training takes; scoring takes the rest.
    private static let trainingShare = 0.9

    /// Trains and scores. It computes for long: call it on a thread of its own.
    /// - Parameter progress: told now and then how much is done, 0 to 1.
    static func find(
        in table: any TableSource, seed: UInt32, stop: Offload.Stop,
        progress: @escaping @Sendable (Double) -> Void
    ) throws -> Finding {
        var options = AnomalyDetector.Options()
        options.seed = UInt64(seed)
        do {
            let fitted = try AnomalyDetector(options: options).fit(
                table, progress: { progress($0 * trainingShare) }, isCancelled: { stop.isRequested })
            let scores = try fitted.score(
                progress: { progress(trainingShare + $0 * (1 - trainingShare)) },
                isCancelled: { stop.isRequested })
            return try finding(scores, in: table, by: fitted, stop: stop)
        } catch let error as DetectionError {
            throw Failure.userFixable("\(error)", code: "no_signal")
        } catch let error as TableError {
            throw Failure(error)
        }
    }

    private static func finding(
        _ scores: [Float], in table: any TableSource, by fitted: FittedDetector, stop: Offload.Stop
    ) throws -> Finding {
        guard scores.allSatisfy(\.isFinite) else {
            throw Failure.adminRequired(
                "the training ended in scores that are no numbers; the table's file shows why",
                code: "no_scores")
        }
        let threshold = Threshold.of(scores)
        let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
        let worst = Array(order.prefix(AnomalyStages.keptRows))
        // All else is said of these rows alone, so that only they need to be in memory.
        let picked = try table.picking(worst)
        var profiles: [Int: ColumnProfile] = [:]
        let rows = try fitted.explain(rows: worst).enumerated().map { index, explanation in
            let contributions = try explanation.contributions.prefix(keptContributions).map { found in
                if stop.isRequested { throw CancellationError() }
                let profile = try profiles[found.column] ?? ColumnProfile(table.column(at: found.column))
                profiles[found.column] = profile
                return profile.contribution(
                    of: index, in: picked.columns[found.column], share: Double(found.share),
                    expected: found.expected.isEmpty ? nil : found.expected)
            }
            return AnomalousRow(
                rank: index + 1, row: explanation.row + 1, line: explanation.line,
                score: Double(scores[explanation.row]), contributions: contributions,
                cells: picked.columns.map { $0.text(row: index) }, explanation: nil,
                refusal: nil)
        }
        return Finding(
            scores: scores, threshold: threshold, anomalies: scores.count { Double($0) > threshold },
            rows: rows,
            ignored: fitted.ignoredColumns)
    }
}

extension AnomalyFinder.Finding {
    /// What is kept of the table as a whole.
    func details(_ table: any TableSource, seed: UInt32, reading: Double, detecting: Double)
        -> AnalysisDetails
    {
        AnalysisDetails(
            rows: table.rowCount, columns: table.columnNames, anomalies: anomalies, sheet: table.sheetName,
            ignored: ignored.map { AnalysisDetails.Ignored(column: $0.name, reason: $0.reason) },
            warnings: table.warnings, histogram: Histogram(scores, threshold: threshold), seed: seed,
            readingSeconds: reading, detectingSeconds: detecting)
    }
}

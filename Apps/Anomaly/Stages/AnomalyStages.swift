import AnomalyDetection
import Lockstep
import LockstepSQL
import LockstepServer

/// What workers do in each working status.
struct AnomalyStages: Sendable {
    /// How many of the worst rows are kept.
    static let keptRows = 100

    let store: any SQLStore
    let folder: ObjectFolder
    let explainer: any Explainer

    /// The handlers of all working statuses, and the clean-up at the end of retention.
    @HandlerBuilder var handlers: [Handler] {
        Handler(AnomalySession.parsing) { try await parse($0) }
        Handler(AnomalySession.detecting) { try await detect($0) }
        Handler(AnomalySession.triaging) { try await TriageStage(files: files, explainer: explainer).run($0) }
        Handler.cleaningUp(AnomalySession.self) { try await forget($0) }
    }

    private var files: AnalysisFiles { AnalysisFiles(store: store, folder: folder) }

    /// Reads the file to find out whether it can be analysed.
    ///
    /// The table itself is not handed on: detecting may happen in another process, and reads it again.
    private func parse(_ work: Work<AnomalySession>) async throws -> AnomalySession {
        let dataset = try await files.dataset(of: work.job, input: work.input)
        work.report(5, "reading \(Figures.bytes(dataset.size))")
        let table = try await files.table(of: dataset)
        guard table.rowCount >= AnomalyFinder.fewestRows else {
            throw Failure.userFixable(
                "The table has \(table.rowCount) row\(table.rowCount == 1 ? "" : "s"); add rows, for at least "
                    + "\(AnomalyFinder.fewestRows) are needed to tell usual from unusual.",
                code: "too_few_rows")
        }
        work.report(30, "\(Figures.whole(table.rowCount)) rows × \(table.columnNames.count) columns")
        return .detecting
    }

    /// Trains the network, scores every row, and writes the results with the move to `completed`.
    private func detect(_ work: Work<AnomalySession>) async throws -> AnomalySession {
        let clock = ContinuousClock()
        let dataset = try await files.dataset(of: work.job, input: work.input)
        work.report(30, "reading \(Figures.bytes(dataset.size))")
        let started = clock.now
        let table = try await files.table(of: dataset)
        let read = clock.now
        let seed = work.input.seed
        let path = folder.scores(of: work.id, in: dataset.storageKey)
        work.report(32, "training on \(Figures.whole(table.rowCount)) rows")
        let finding = try await Offload.run { stop in
            let finding = try AnomalyFinder.find(in: table, seed: seed, stop: stop) { share in
                work.report(32 + Int(share * 65), "training on \(Figures.whole(table.rowCount)) rows")
            }
            work.report(98, "writing the scores")
            try ScoreFile.write(finding.scores, to: path)
            return finding
        }
        let details = finding.details(
            table, seed: seed, reading: (read - started).seconds, detecting: (clock.now - read).seconds)
        let result = AnalysisResult(
            session: work.id, dataset: dataset.id, threshold: finding.threshold, details: details,
            createdAt: store.time.now())
        let rows = finding.rows
        work.alsoSQL { transaction in
            // Deleted since: nothing of the dataset may come back.
            guard try DatasetTable.find(dataset.id, of: dataset.owner, in: transaction) != nil else {
                throw AnalysisFiles.gone
            }
            try ResultTable.insert(result, rows: rows, in: transaction)
        }
        try work.output(SessionSummary(details, threshold: finding.threshold))
        return .completed
    }

    /// Erases what a session left behind, before its job is deleted. It may run more than once.
    private func forget(_ job: Job<AnomalySession>) async throws {
        let input = try job.input()
        // A triage has no results of its own; its words belong to the analysis.
        guard input.analysis == nil else {
            return try await store.write { try AnswerTable.forget(job.id, in: $0) }
        }
        if let owner = job.owner,
            let dataset = try await DatasetTable(store: store).find(input.dataset, of: owner)
        {
            try await folder.eraseScores(of: job.id, in: dataset.storageKey)
        }
        try await store.write { try ResultTable.delete(job.id, in: $0) }
    }
}

extension SessionSummary {
    /// The numbers of an analysis.
    init(_ details: AnalysisDetails, threshold: Double) {
        self.init()
        rows = details.rows
        columns = details.columns.count
        ignoredColumns = details.ignored.count
        anomalies = details.anomalies
        self.threshold = threshold
        readingSeconds = details.readingSeconds
        detectingSeconds = details.detectingSeconds
    }
}

import Lockstep
import LockstepSQL
import LockstepServer

/// What users may do with their datasets; the routes only translate.
///
/// Every method takes the user and finds nothing that belongs to somebody else.
struct AnomalyService: Sendable {
    let store: any SQLStore
    let folder: ObjectFolder
    let jobs: Jobs<AnomalySession>

    var datasets: DatasetTable { DatasetTable(store: store) }
    var results: ResultTable { ResultTable(store: store) }

    /// A dataset with its latest sessions.
    struct View: Sendable {
        var dataset: Dataset
        var analysis: Job<AnomalySession>?
        var triage: Job<AnomalySession>?

        /// What people see of it.
        var status: DatasetStatus { DatasetStatus(analysis: analysis, triage: triage) }
        /// The session that the status speaks of.
        var session: Job<AnomalySession>? { status == .triaging ? triage : analysis }
        /// 0 to 100.
        var progress: Int { session?.progress ?? 0 }
    }

    /// What a start gave.
    struct StartedSession: Sendable {
        var id: JobID
        /// Whether the session was active before.
        var reused: Bool
    }

    // MARK: Datasets

    /// Takes an uploaded file in.
    func add(fileAt path: String, named name: String, size: Int64, sha256: String, owner: String) async throws
        -> Dataset
    {
        let now = store.time.now()
        let dataset = Dataset(
            id: JobID(at: now).text, owner: owner, filename: name, size: size, sha256: sha256,
            storageKey: ObjectFolder.newKey(), createdAt: now)
        // The file comes first: a dataset that is listed has its file.
        try await folder.adopt(path, as: dataset.storageKey)
        do {
            try await datasets.insert(dataset)
        } catch {
            try await folder.erase(dataset.storageKey)
            throw error
        }
        return dataset
    }

    /// A user's datasets, newest first.
    func list(of owner: String, limit: Int) async throws -> [View] {
        try await views(datasets.list(of: owner, limit: limit))
    }

    /// One dataset.
    func view(_ id: String, of owner: String) async throws -> View {
        guard let dataset = try await datasets.find(id, of: owner) else { throw Problem.noDataset }
        return try await views([dataset])[0]
    }

    private func views(_ datasets: [Dataset]) async throws -> [View] {
        let ids = datasets.flatMap { [$0.analysisSession, $0.triageSession] }.compactMap { $0 }
        var sessions: [JobID: Job<AnomalySession>] = [:]
        if !ids.isEmpty {
            let found = try await jobs.find {
                $0.ids = ids
                $0.limit = ids.count
            }
            for job in found { sessions[job.id] = job }
        }
        return datasets.map { dataset in
            View(
                dataset: dataset, analysis: dataset.analysisSession.flatMap { sessions[$0] },
                triage: dataset.triageSession.flatMap { sessions[$0] })
        }
    }

    /// Erases a dataset with everything that came from it: what runs is stopped first.
    func delete(_ id: String, of owner: String) async throws {
        guard let dataset = try await datasets.find(id, of: owner) else { throw Problem.noDataset }
        // Once the row is gone no session can be started, and none that runs can write its results.
        try await datasets.delete(dataset)
        try await stopSessions(of: dataset, reason: "the dataset was deleted")
        try await folder.erase(dataset.storageKey)
        try await datasets.erased(dataset.storageKey)
    }

    /// Finishes deletions that a crash interrupted between the rows and the files.
    func finishErasures() async throws {
        for key in try await datasets.erasures() {
            try await folder.erase(key)
            try await datasets.erased(key)
        }
    }

    // MARK: Sessions

    /// Starts an analysis, or finds the one that is active.
    func analyze(_ id: String, of owner: String, seed: UInt32) async throws -> StartedSession {
        try await start(id, of: owner, column: "analysis_session") { _ in
            try jobs.new(
                SessionInput(dataset: id, seed: seed), in: .initializing,
                key: AnomalySession.analysisKey(id), owner: owner)
        }
    }

    /// Starts a triage of the latest completed analysis, or finds the one that is active.
    func triage(_ id: String, of owner: String) async throws -> StartedSession {
        try await start(id, of: owner, column: "triage_session") { transaction in
            guard let result = try ResultTable.latest(of: id, in: transaction) else {
                throw Problem.notAnalysed
            }
            let input = SessionInput(dataset: id, analysis: result.session.text, seed: result.details.seed)
            return try jobs.new(
                input, in: .triaging, key: AnomalySession.triageKey(id), owner: owner)
        }
    }

    /// The start and the dataset's note of it are one transaction: a session never starts on a dataset that
    /// is being deleted, and none is lost from view.
    private func start(
        _ id: String, of owner: String, column: String,
        _ make: @escaping @Sendable (any SQLTransaction) throws -> NewJob
    ) async throws -> StartedSession {
        let (record, reused) = try await store.write { transaction in
            guard try DatasetTable.find(id, of: owner, in: transaction) != nil else {
                throw Problem.noDataset
            }
            let (record, reused) = try transaction.start(make(transaction)).get()
            // Keys can also be taken through the general job routes, by anybody.
            guard Owner.isSame(record.owner, owner) else { throw Problem.keyTaken }
            if !reused {
                try transaction.execute(
                    "UPDATE anomaly_datasets SET \(column) = ?1 WHERE id = ?2", record.id.text, id)
            }
            return (record, reused)
        }
        return StartedSession(id: record.id, reused: reused)
    }

    /// Stops what runs on a dataset.
    /// - Returns: the sessions that were stopped.
    func cancel(_ id: String, of owner: String) async throws -> [JobID] {
        guard let dataset = try await datasets.find(id, of: owner) else { throw Problem.noDataset }
        return try await stopSessions(of: dataset, reason: "cancelled")
    }

    @discardableResult
    private func stopSessions(of dataset: Dataset, reason: String) async throws -> [JobID] {
        var stopped: [JobID] = []
        for key in [AnomalySession.analysisKey(dataset.id), AnomalySession.triageKey(dataset.id)] {
            let live = try await jobs.find {
                $0.key = key
                $0.owner = dataset.owner
                $0.isLive = true
            }
            for job in live {
                do {
                    try await jobs.cancel(
                        job.id, by: .owner(dataset.owner), ownedBy: dataset.owner, reason: reason)
                    stopped.append(job.id)
                } catch let refusal as Refusal where refusal.code == .notApplicable {
                    // It has ended in the meantime, which is as good.
                    continue
                }
            }
        }
        return stopped
    }
}

import ExpenseStatements
import Foundation
import Lockstep
import LockstepSQL
import LockstepServer

/// What users may do with their sessions; the routes only translate.
///
/// Every method takes the user and finds nothing that belongs to somebody else.
struct ExpenseService: Sendable {
    let store: any SQLStore
    let folder: ObjectFolder
    let jobs: Jobs<ExpenseSession>
    let repository: SessionRepository

    var sessions: SessionTable { SessionTable(store: store) }
    var directory: DirectoryTable { DirectoryTable(store: store) }
    var reports: ReportTable { ReportTable(store: store) }

    /// A session with its job and its files.
    struct View: Sendable {
        var row: SessionTable.Row
        var job: Job<ExpenseSession>
        var files: [SessionFile]
        var isStuck: Bool
    }

    /// A file that was uploaded.
    struct Upload: Sendable {
        var path: String
        var filename: String
        var size: Int64
        var sha256: String
    }

    // MARK: Starting

    /// Takes uploaded files in and starts their session.
    func start(_ uploads: [Upload], owner: String) async throws -> View {
        let now = store.time.now()
        let row = SessionTable.Row(
            id: JobID(at: now), owner: owner, storageKey: ObjectFolder.newKey(), createdAt: now)
        let files = uploads.enumerated().map { index, upload in
            SessionFile(place: index + 1, filename: upload.filename, size: upload.size, sha256: upload.sha256)
        }
        var new = try jobs.new(NoValue(), owner: owner)
        new.id = row.id
        let job = new
        do {
            // The files come first: a session that is there has its files.
            for (upload, file) in zip(uploads, files) {
                try await folder.adopt(upload.path, as: file.name, in: row.storageKey)
            }
            let record = try await store.write { transaction in
                let (record, _) = try transaction.start(job).get()
                try SessionTable.insert(row, files: files, in: transaction)
                return record
            }
            return View(row: row, job: Job(record), files: files, isStuck: false)
        } catch {
            try await folder.erase(row.storageKey)
            throw error
        }
    }

    /// Lets a failed session run again from its files.
    func retry(_ session: JobID, identity: Identity) async throws -> View {
        let view = try await view(session, identity: identity)
        let paths = view.files.map { folder.path(of: $0.name, in: view.row.storageKey) }
        if view.job.status == .failed {
            let areThere = try await Offload.run { _ in
                paths.allSatisfy { FileManager.default.fileExists(atPath: $0) }
            }
            guard areThere else { throw Problem.filesGone }
        }
        _ = try await repository.update(session, to: ExpenseSession.processing.rawValue, by: identity)
        return try await self.view(session, identity: identity)
    }

    // MARK: Reading

    /// A user's sessions, newest first.
    /// - Parameter status: those alone that are in this status.
    func list(of owner: String, in status: ExpenseSession? = nil, limit: Int) async throws -> [View] {
        let found = try await jobs.find {
            $0.owner = owner
            $0.statuses = status.map { [$0.rawValue] }
            $0.limit = limit
        }
        return try await views(of: found)
    }

    /// One session. Operators see everybody's.
    func view(_ session: JobID, identity: Identity) async throws -> View {
        let owner = identity.operates ? nil : identity.user
        guard let job = try await jobs.find(session, ownedBy: owner),
            let view = try await views(of: [job]).first
        else { throw Problem.noSession }
        return view
    }

    /// The report of a session that is completed.
    /// - Throws: ``Problem`` 409 before, 410 when it was erased.
    func report(of view: View) async throws -> SessionReport {
        if view.job.status == .expired { throw Problem.reportGone }
        guard view.job.status == .completed else { throw Problem.noReport(view.job) }
        // Its time of keeping may have ended since it was looked at.
        guard let report = try await reports.find(view.row.id) else { throw Problem.reportGone }
        return report
    }

    private func views(of found: [Job<ExpenseSession>]) async throws -> [View] {
        let rows = try await sessions.find(found.map(\.id))
        let files = try await sessions.files(of: found.map(\.id))
        let now = store.time.now()
        return found.compactMap { job in
            rows[job.id].map { row in
                View(
                    row: row, job: job, files: files[job.id] ?? [],
                    isStuck: job.record.isStuck(definition: jobs.definition, now: now))
            }
        }
    }
}

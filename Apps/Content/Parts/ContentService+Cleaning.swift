import Lockstep
import LockstepSandbox
import LockstepSQL
import LockstepServer

extension ContentService {
    private static let page = 500

    /// Forgets all of a request but its job.
    func forget(_ request: JobID, at now: Timestamp, in transaction: any SQLTransaction) throws {
        try shelf.forget(request, at: now, in: transaction)
        try transaction.execute("DELETE FROM content_results WHERE request_id = ?1", request.text)
        try transaction.execute("DELETE FROM content_requests WHERE id = ?1", request.text)
    }

    /// Forgets requests whose jobs were deleted, takes the files of those away that were stopped, erases what was left of
    /// lost work, and what processes that died have left in the folder of their work.
    /// - Returns: how many files were erased.
    @discardableResult
    func cleanUp(scratch: String) async throws -> Int {
        try await SandboxFolder.cleanUp(in: scratch)
        let jobs = store.dialect.jobs(of: ContentRequest.name)
        let gone = try await store.read { database in
            try database.query(
                """
                SELECT id FROM content_requests WHERE NOT EXISTS (SELECT 1 FROM \(jobs) WHERE id = content_requests.id)
                ORDER BY id LIMIT \(Self.page)
                """)
        }
        for request in gone.compactMap({ $0[0].text.map { JobID(stored: $0) } }) {
            let now = store.time.now()
            try await store.write { try forget(request, at: now, in: $0) }
        }
        try await emptyStopped()
        return try await shelf.erase { request, fence in
            guard let record = try await self.jobs.find(request)?.record else { return false }
            return record.claimedBy != nil && record.fence == fence
        }
    }

    /// Takes the files of requests away that ended without a video: they may have been stopped by an operator or a
    /// deadline, and their worker may have died at that moment.
    private func emptyStopped() async throws {
        let shelf = shelf
        let rows = try await store.read { database in
            try database.query(
                """
                SELECT DISTINCT job_id FROM content_artefacts WHERE job_id NOT IN
                    (SELECT request_id FROM content_results WHERE stage = 'video')
                UNION SELECT DISTINCT job_id FROM content_drafts
                """)
        }
        for request in rows.compactMap({ $0[0].text.map { JobID(stored: $0) } }) {
            guard let job = try await jobs.find(request), !job.isLive else { continue }
            let now = store.time.now()
            if try await stages.find(VideoFacts.self, of: .video, for: request) == nil
                || job.status == .cancelled
            {
                try await store.write { try shelf.forget(request, at: now, in: $0) }
            }
            try await shelf.empty(request)
        }
    }
}

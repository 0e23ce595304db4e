import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads

extension VideoService {
    private static let page = 500

    /// Forgets all of a job.
    func forget(_ job: JobID, at now: Timestamp, in transaction: any SQLTransaction) throws {
        try shelf.forget(job, at: now, in: transaction)
        try transaction.execute("DELETE FROM video_results WHERE job_id = ?1", job.text)
        try transaction.execute("DELETE FROM video_videos WHERE job_id = ?1", job.text)
    }

    /// Forgets videos whose jobs were deleted, and erases files that nobody will see any more.
    /// - Returns: how many files were erased.
    @discardableResult
    func cleanUp() async throws -> Int {
        var place = ""
        while true {
            let known = try await videos.jobs(after: place, limit: Self.page)
            guard let last = known.last else { break }
            place = last.text
            let found = try await jobs.find {
                $0.ids = known
                $0.limit = known.count
            }
            let now = store.time.now()
            for job in Set(known).subtracting(found.map(\.id)) {
                try await store.write { try forget(job, at: now, in: $0) }
            }
        }
        return try await shelf.erase { job, fence in
            guard let record = try await jobs.find(job)?.record else { return false }
            return record.claimedBy != nil && record.fence == fence
        }
    }
}

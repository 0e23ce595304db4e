import Lockstep
import LockstepSQL
import LockstepUploads

extension VideoService {
    private static let page = 500

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
                try await store.write { try ArtefactShelf.forget(job, at: now, in: $0) }
            }
        }
        return try await shelf.erase(olderThan: ArtefactShelf.patience) { job, fence in
            guard let record = try await jobs.find(job)?.record else { return false }
            return record.claimedBy != nil && record.fence == fence
        }
    }
}

import Lockstep
import LockstepSQL
import LockstepUploads
import Logging
import ServiceLifecycle

/// Erases, now and then, files whose work was lost and what belonged to jobs that are gone.
///
/// Any number of processes may clean up at once.
public struct VideoCleaner: Service {
    private let service: VideoService
    private let interval: Duration
    private let logger: Logger

    init(_ service: VideoService, every interval: Duration = .seconds(300), logger: Logger) {
        self.service = service
        self.interval = interval
        self.logger = logger
    }

    /// Cleans up until a graceful shutdown begins, or the task is cancelled.
    /// - Throws: nothing; what fails is logged, and tried again.
    public func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                try await service.cleanUp()
            } catch {
                logger.warning(
                    "cleaning up videos failed and is tried again", metadata: ["error": "\(error)"])
            }
            do {
                let (time, moment) = (service.store.time, service.store.time.now() + interval)
                try await cancelWhenGracefulShutdown { try await time.sleep(until: moment) }
            } catch {
                // The sleep was cut short because the service ends.
                return
            }
        }
    }
}

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

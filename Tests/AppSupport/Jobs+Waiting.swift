import Lockstep
import LockstepTesting

extension Worker {
    /// Works while `body` runs.
    package func working(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.run() }
            group.addTask {
                defer { self.stop() }
                try await body()
            }
            try await group.waitForAll()
        }
    }
}

extension Jobs {
    /// Waits until a job has ended.
    package func end(of job: JobID) async throws -> Job<Status> {
        var last: Job<Status>?
        for try await job in watch(job) { last = job }
        guard let last else { throw Conformance.Violation(description: "there is no job '\(job)'") }
        return last
    }

    /// Waits until a job is in a status.
    package func wait(for job: JobID, in status: Status) async throws {
        for try await job in watch(job) where job.status == status { return }
        throw Conformance.Violation(
            description: "the job ended without being seen in '\(status.rawValue)'")
    }
}

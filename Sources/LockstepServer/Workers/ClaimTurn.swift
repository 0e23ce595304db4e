import Lockstep
import NIOCore
import ServiceLifecycle

/// One worker's wish for jobs, for as long as it waits.
struct ClaimTurn: Sendable {
    let core: APICore
    let worker: WorkerID
    let limit: Int
    let deadline: Timestamp
    /// Whether the client's token is still valid.
    let isStillValid: @Sendable () async throws -> Bool

    /// Takes jobs if there are some.
    /// - Throws: ``Problem`` 409 when the worker counts as dead; an error of the store.
    func look() async throws -> [JobRecord] {
        guard let entry = try await core.workers.living(worker) else { throw WorkerCalls.dead(worker) }
        let request = ClaimRequest(worker: worker, statuses: entry.statuses, limit: limit)
        // Cancelling a claim under way would leave unknown whether jobs were taken.
        let store = core.store
        return try await Task { try await store.claim(request) }.value
    }

    /// Takes jobs, and waits for some until the deadline. A client that goes, and a server that shuts down, end the
    /// wait with none.
    /// - Parameter channel: the client's connection.
    /// - Throws: see ``look()``; ``Problem`` 401 when the token is no longer valid once it is its turn.
    func wait(_ channel: (any Channel)?, _ watch: DisconnectWatch) async throws -> [JobRecord] {
        guard let entry = try await core.workers.living(worker) else { throw WorkerCalls.dead(worker) }
        let waiting = Task { try await standInLine(entry.statuses) }
        return try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await watch.during(channel, onGone: { waiting.cancel() }) { try await waiting.value }
            } onGracefulShutdown: {
                waiting.cancel()
            }
        } onCancel: {
            waiting.cancel()
        }
    }

    private func standInLine(_ wish: ClaimLine.Wish) async throws -> [JobRecord] {
        core.line.join(wish)
        defer { core.line.leave(wish) }
        while true {
            let seen = core.line.count(wish)
            let jobs = try await look()
            if !jobs.isEmpty {
                core.line.pass(wish)
                return jobs
            }
            if Task.isCancelled || core.store.time.now() >= deadline { return [] }
            await core.line.wait(wish, beyond: seen, until: deadline)
            if Task.isCancelled {
                // Whoever was let through and does not look lets the next one.
                core.line.pass(wish)
                return []
            }
            // A store that cannot be asked about the token has no jobs for the next one either.
            guard try await isStillValid() else {
                core.line.pass(wish)
                throw Problem.unauthorized("the token is no longer valid", error: "invalid_token")
            }
        }
    }
}

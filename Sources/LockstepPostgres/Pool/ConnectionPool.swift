import Synchronization

/// Connections to one database, as many as are needed and allowed. Each lives on a thread of its own, so that waiting
/// for the server never blocks Swift's cooperative threads.
final class ConnectionPool: Sendable {
    private let core: PoolCore
    private let number = Atomic<UInt64>(0)

    /// Makes a pool without connections; the first use makes the first.
    /// - Parameter onConnect: is called with every new connection, on its thread; what it throws counts as a failed
    ///   attempt, and as one that cannot help to repeat unless it is of kind `connection`, `unknown` or `busy`.
    init(
        _ options: PostgresOptions,
        onConnect: @escaping @Sendable (PGConnection) throws -> Void = { _ in }
    ) {
        core = PoolCore(options, onConnect: onConnect)
    }

    deinit { core.beginClosing() }

    /// Runs `body` on a connection's own thread. A transaction that it leaves open is undone; a connection that
    /// broke is replaced. When it turns out before anything was sent that the connection is dead, `body` runs again
    /// on a fresh one.
    /// - Throws: what `body` throws; ``SQLError`` of kind `connection` when there is no connection in time;
    ///   `CancellationError` when the task is cancelled before `body` runs.
    func use<Result: Sendable>(
        _ body: @escaping @Sendable (PGConnection) throws -> Result
    ) async throws -> Result {
        let number = number.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                core.submit(
                    PoolRequest(
                        number: number, deadline: .now + core.options.acquireTimeout,
                        run: { connection in
                            do {
                                let result = try body(connection)
                                return PoolRequest.Ending(error: nil) {
                                    continuation.resume(returning: result)
                                }
                            } catch {
                                return PoolRequest.Ending(error: error) {
                                    continuation.resume(throwing: error)
                                }
                            }
                        }, fail: { continuation.resume(throwing: $0) }))
            }
        } onCancel: {
            core.cancel(number)
        }
    }

    /// Refuses further uses, waits for those under way and closes the connections.
    func close() async {
        core.beginClosing()
        await core.waitUntilClosed()
    }
}

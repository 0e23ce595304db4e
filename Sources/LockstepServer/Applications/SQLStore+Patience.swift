import Lockstep
import LockstepSQL

extension SQLStore {
    /// After so long whoever asked is told.
    private static var patience: Duration { .seconds(5) }

    /// Writes in one transaction, again when somebody else held a lock for too long: that passes by itself, and whoever
    /// asked for the write need not hear of it. What the refused transaction had written was undone.
    /// - Throws: what `body` throws; `SQLError`, of kind `busy` after the fourth time, or after some seconds.
    @discardableResult
    public func writePatiently<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        let begun = ContinuousClock.now
        for pause in [25, 100, 400] {
            do {
                return try await write(body)
            } catch let error as SQLError
                where error.kind == .busy && begun.duration(to: .now) < Self.patience
            {
                try await Task.sleep(for: .milliseconds(pause))
            }
        }
        return try await write(body)
    }
}

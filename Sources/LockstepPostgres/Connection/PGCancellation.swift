import CPostgres
import Dispatch
import Foundation

/// Asks a server to stop what it does for a connection.
///
/// libpq makes a connection of its own for that and waits for it, which a dead network can make long: so it happens
/// on another thread.
final class PGCancellation {
    private let ended = DispatchSemaphore(value: 0)
    private var hasEnded = false

    /// What libpq needs for it; a `PGcancel` may be used on any thread.
    private struct Request: @unchecked Sendable { let handle: OpaquePointer }

    /// Asks at once. `nil` when the connection is not open.
    init?(_ connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else { return nil }
        let request = Request(handle: handle)
        Thread.detachNewThread { [ended] in
            // Whether it helped shows on the connection itself; the words of a failure would help nobody.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { words in
                _ = PQcancel(request.handle, words.baseAddress, 256)
            }
            PQfreeCancel(request.handle)
            ended.signal()
        }
    }

    /// Waits until the request has been delivered: later it would hit the wrong statement.
    /// - Returns: whether it was.
    func finish(within limit: DispatchTimeInterval) -> Bool {
        if !hasEnded { hasEnded = ended.wait(timeout: .now() + limit) == .success }
        return hasEnded
    }
}

import Lockstep
import LockstepSQL
import Synchronization

/// A store whose database does not do some of an application's transactions, or loses the answer.
package struct FaultyStore: WrappingSQLStore {
    /// What happens to a transaction.
    package enum Fault: Sendable {
        /// The connection is lost before it begins.
        case before
        /// The connection is lost after the commit, and with it the answer.
        case after
        /// Somebody else holds a lock for too long.
        case busy
        /// Nothing.
        case none
    }

    package let inner: any SQLStore
    private let coming = Coming()

    private final class Coming: Sendable {
        let faults = Mutex<[Fault]>([])
    }

    package init(_ inner: any SQLStore) { self.inner = inner }

    /// What happens to the next transactions.
    package func fail(_ next: [Fault]) { coming.faults.withLock { $0 = next } }

    /// What is still to happen.
    package var left: [Fault] { coming.faults.withLock { $0 } }

    @discardableResult
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        let fault = coming.faults.withLock { $0.isEmpty ? Fault.none : $0.removeFirst() }
        switch fault {
        case .before: throw SQLError(kind: .connection, message: "the server closed the connection")
        case .busy: throw SQLError(kind: .busy, message: "canceling statement due to lock timeout")
        case .after, .none: break
        }
        let result = try await inner.write(body)
        if fault == .after { throw SQLError(kind: .unknown, message: "the server closed the connection") }
        return result
    }
}

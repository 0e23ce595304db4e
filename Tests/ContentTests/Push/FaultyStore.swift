import AppSupport
import Lockstep
import LockstepSQL
import Synchronization

/// A store whose database is lost for some transactions: before they begin, or after the commit, when the answer is.
struct FaultyStore: WrappingSQLStore {
    enum Fault: Sendable { case before, after }

    let inner: any SQLStore
    private let coming = Coming()

    private final class Coming: Sendable {
        let faults = Mutex<[Fault]>([])
    }

    init(_ inner: any SQLStore) { self.inner = inner }

    /// What happens to the next transactions.
    func fail(_ next: [Fault]) { coming.faults.withLock { $0 = next } }

    @discardableResult
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        let fault = coming.faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if fault == .before { throw SQLError(kind: .connection, message: "the server closed the connection") }
        let result = try await inner.write(body)
        if fault == .after { throw SQLError(kind: .unknown, message: "the server closed the connection") }
        return result
    }
}

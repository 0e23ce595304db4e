import AppSupport
import Lockstep
import LockstepSQL
import Synchronization

/// A store whose database is lost for some updates of a status: before they reach it, or after, when the answer is.
struct LosingStore: WrappingSQLStore {
    enum Loss: Sendable { case before, after }

    let inner: any SQLStore
    private let losses = Losses()

    private final class Losses: Sendable {
        let coming = Mutex<[Loss]>([])
        let done = Mutex(0)
    }

    init(_ inner: any SQLStore) { self.inner = inner }

    /// Loses the next updates that move a job.
    func lose(_ next: [Loss]) { losses.coming.withLock { $0 = next } }

    /// How many were lost.
    var lost: Int { losses.done.withLock { $0 } }

    func apply(_ commands: [Command]) async throws -> [Outcome] {
        let moves = commands.contains { if case .move = $0.change { true } else { false } }
        let loss = moves ? losses.coming.withLock { $0.isEmpty ? nil : $0.removeFirst() } : nil
        if loss != nil { losses.done.withLock { $0 += 1 } }
        if loss == .before { throw SQLError(kind: .connection, message: "the server closed the connection") }
        let outcomes = try await inner.apply(commands)
        if loss == .after { throw SQLError(kind: .unknown, message: "the server closed the connection") }
        return outcomes
    }
}

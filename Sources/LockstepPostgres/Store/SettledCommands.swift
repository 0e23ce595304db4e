import Lockstep
import Synchronization

/// What became of those commands of a batch that are committed already, while the rest of the batch may be tried again.
final class SettledCommands: Sendable {
    private let outcomes = Mutex<[Int: Outcome]>([:])

    /// Whether nothing is committed yet.
    var isEmpty: Bool { outcomes.withLock(\.isEmpty) }

    /// What became of the command at a place of the batch; `nil` when that is open.
    func outcome(_ place: Int) -> Outcome? { outcomes.withLock { $0[place] } }

    /// The command at a place of the batch is committed.
    func settle(_ place: Int, _ outcome: Outcome) { outcomes.withLock { $0[place] = outcome } }
}

import Lockstep

/// What somebody may do with a job now.
///
/// Every answer is the road's own: each command is decided on the job as it is, and nothing is written. Another
/// moment or another job under the same key may change it, and then the command is refused.
public struct AllowedActions: Sendable, Hashable {
    /// An action besides moves.
    public enum Action: String, Sendable, CaseIterable {
        /// To the cancellation status.
        case cancel
        /// Try it again, with fresh attempts.
        case retry
        /// Put one of ``AllowedActions/holds`` on it.
        case hold
        /// Lift its hold.
        case release
        /// Run it again after its end.
        case reopen
        /// Delete it and its history.
        case erase
    }

    /// The statuses that it can be moved to, in declared order.
    public let moves: [String]
    /// The actions that can be taken.
    public let actions: [Action]
    /// The holds that can be put on it.
    public let holds: [String]

    /// Finds out what an identity may do.
    /// - Parameter now: the store's time.
    public init(on record: JobRecord, _ definition: Definition, for identity: Identity, now: Timestamp) {
        guard identity.role != .worker else {
            (moves, actions, holds) = ([], [], [])
            return
        }
        func after(_ change: Command.Change) -> JobRecord? {
            var command = Command(change, job: record.id, of: definition.name, by: identity.actor)
            command.ownedBy = identity.seesOnly
            switch Road.decide(command, on: record, definition: definition, now: now, draw: 0) {
            case .write(let after, _), .update(let after), .delete(let after): return after
            case .refuse: return nil
            }
        }
        moves = definition.allowed(from: record.status, by: identity.actor.kind).filter { target in
            // A counted move that is used up becomes a failure.
            after(.move(to: target))?.status == target
        }
        holds = (definition.rule(for: record.status)?.holds ?? []).map(\.name).filter {
            after(.hold($0)) != nil
        }
        var actions: [Action] = []
        for (action, change) in Self.plain where after(change) != nil { actions.append(action) }
        if !holds.isEmpty { actions.append(.hold) }
        if identity.role == .admin, after(.erase) != nil { actions.append(.erase) }
        self.actions = actions
    }

    private static let plain: [(Action, Command.Change)] = [
        (.cancel, .cancel), (.retry, .retry), (.release, .release), (.reopen, .reopen),
    ]
}

extension Identity {
    /// Whose jobs alone the identity sees and moves; `nil` for everybody's.
    var seesOnly: String? { operates ? nil : user }
}

import Lockstep

/// What a verified upload does to a job, derived from where the job is and what its lifecycle declares.
///
/// A status that waits and moves on to one that needs uploads is where a job waits for them; a bad end that reopens into
/// such a status is where it can be tried again.
struct UploadPlan: Hashable, Sendable {
    /// The names of the uploads that must be verified.
    let names: [String]
    /// What is done then, in order.
    let changes: [Command.Change]
    /// Whether the job has failed before.
    let isRepeat: Bool

    /// The plan for a job in this status; `nil` when an upload changes nothing there.
    init?(_ status: String, in definition: Definition) {
        guard let rule = definition.rule(for: status) else { return nil }
        switch rule.kind {
        case .wait:
            guard let (names, change) = Self.way(out: rule, in: definition) else { return nil }
            self.init(names: names, changes: [change], isRepeat: false)
        case .failure:
            guard let target = rule.reopens.flatMap({ definition.rule(for: $0) }) else { return nil }
            if let names = target.uploads {
                self.init(names: names, changes: [.reopen], isRepeat: true)
            } else if target.kind == .wait, let (names, change) = Self.way(out: target, in: definition) {
                self.init(names: names, changes: [.reopen, change], isRepeat: true)
            } else {
                return nil
            }
        case .queue, .work, .success, .closed, .retired: return nil
        }
    }

    private init(names: [String], changes: [Command.Change], isRepeat: Bool) {
        self.names = names
        self.changes = changes
        self.isRepeat = isRepeat
    }

    private static func way(
        out rule: StatusRule, in definition: Definition
    ) -> (names: [String], change: Command.Change)? {
        for move in rule.moves {
            if let names = definition.rule(for: move.to)?.uploads { return (names, .move(to: move.to)) }
        }
        return nil
    }

    /// The names of all uploads that a lifecycle declares.
    static func names(in definition: Definition) -> Set<String> {
        Set(definition.statuses.flatMap { $0.uploads ?? [] })
    }

    /// How long a job that starts now may wait for its uploads.
    static func longestWait(in definition: Definition) -> TimeLimit? {
        definition.initial.filter { UploadPlan($0, in: definition) != nil }
            .compactMap { definition.rule(for: $0)?.limit }.max()
    }

    /// Who a change is made by: whoever asks, where the lifecycle lets them, and else the event that they raise.
    static func actor(
        for change: Command.Change, from status: String, by actor: Actor, in definition: Definition
    ) -> Actor {
        guard case .move(let target) = change,
            let actors = definition.edge(from: status, to: target)?.causes[.event],
            !actors.contains(actor.kind), actors.contains(.event)
        else { return actor }
        return Actor(.event, name: actor.name)
    }
}

extension StatusRule {
    /// The names of the uploads that the status needs; `nil` when there are none.
    fileprivate var uploads: [String]? {
        let names = needs.filter { $0.kind == .upload }.map(\.name)
        return names.isEmpty ? nil : names
    }
}

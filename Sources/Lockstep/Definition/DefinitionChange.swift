/// What the way from a stored definition to a new one means for the jobs that are there.
public enum DefinitionChange: Hashable, Sendable {
    /// Nothing changed.
    case equal
    /// The rules changed, and every status that jobs may be in is still declared.
    /// The sentences say what changed.
    case compatible([String])
    /// Statuses were removed, or changed between living and ended. It is possible only while no job is in any
    /// of them.
    case removes(statuses: [String])
    /// The new definition was installed earlier and replaced since; it knows nothing that the present one
    /// does not. The present one stays: a process of the old version goes on beside the new ones.
    case superseded
    /// It is the target of a rollout that is not activated: the tables accept its statuses, and the rules are those of
    /// the version before until ``RolloutMove/activate(despite:)``.
    case coming

    /// Compares a stored definition with a new one of the same name.
    public init(from stored: Definition, to new: Definition) {
        if stored == new {
            self = .equal
            return
        }
        let removed = stored.names.filter { name in
            guard let before = stored.rule(for: name), let after = new.rule(for: name) else { return true }
            return before.kind.isEnd != after.kind.isEnd
        }
        if !removed.isEmpty {
            self = .removes(statuses: removed)
            return
        }
        var sentences = new.names.filter { !stored.declares($0) }.map { "status '\($0)' was added" }
        for edge in new.edges where stored.declares(edge.from) && stored.declares(edge.to) {
            if stored.edge(from: edge.from, to: edge.to) == nil {
                sentences.append("the move from '\(edge.from)' to '\(edge.to)' was added")
            }
        }
        for edge in stored.edges where new.edge(from: edge.from, to: edge.to) == nil {
            sentences.append("the move from '\(edge.from)' to '\(edge.to)' was removed")
        }
        let changed = new.statuses.filter { rule in
            stored.declaredRule(for: rule.name).map { $0 != rule } ?? false
        }
        sentences += changed.map { "the rules of status '\($0.name)' changed" }
        if stored.initial != new.initial {
            sentences.append("jobs now start in \(Definition.list(new.initial))")
        }
        self = .compatible(sentences)
    }
}

extension Definition {
    /// Whether everything that another definition may do is declared here as well.
    public func covers(_ other: Definition) -> Bool {
        other.names.allSatisfy(declares)
            && other.initial.allSatisfy(initial.contains)
            && other.edges.allSatisfy { old in
                edge(from: old.from, to: old.to).map { old.actors.isSubset(of: $0.actors) } ?? false
            }
    }

    /// The statuses whose time limit is another one than in an earlier definition.
    public func statusesWithNewLimits(since stored: Definition) -> [String] {
        names.filter { name in
            guard let before = stored.rule(for: name), let after = rule(for: name) else { return false }
            return before.limit != after.limit
        }
    }
}

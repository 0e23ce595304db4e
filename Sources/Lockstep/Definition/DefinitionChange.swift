/// What the way from a stored definition to a new one means for the jobs that are there.
public enum DefinitionChange: Hashable, Sendable {
    /// Nothing changed.
    case equal
    /// The rules changed, and every status that jobs may be in is still declared.
    /// The sentences say what changed.
    case compatible([String])
    /// Statuses were removed. It is possible only while no job is in any of them.
    case removes(statuses: [String])

    /// Compares a stored definition with a new one of the same name.
    public init(from stored: Definition, to new: Definition) {
        if stored == new {
            self = .equal
            return
        }
        let removed = stored.names.filter { !new.declares($0) }
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

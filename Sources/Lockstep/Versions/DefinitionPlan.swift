/// The way from one version of a lifecycle to the next, as steps for people: what each of them does, whether it goes
/// well while processes of the version before live, and what holds it up.
public struct DefinitionPlan: Hashable, Sendable {
    /// One step.
    public struct Step: Hashable, Sendable, Encodable {
        /// When it is made.
        public enum Phase: String, Codable, Sendable, CaseIterable {
            /// `lockstep rollout expand`.
            case expand
            /// Processes of the new version take the place of the others.
            case deploy
            /// `lockstep rollout activate`.
            case activate
            /// `lockstep rollout contract`.
            case contract
        }

        /// How it goes with processes of the version before.
        public enum Safety: String, Codable, Sendable, CaseIterable {
            /// They do not notice.
            case safe
            /// It is refused until what is said is so; then it is safe.
            case guarded
            /// Nothing refuses it, and it does harm unless somebody sees to what is said.
            case careful
        }

        /// When it is made.
        public let phase: Phase
        /// The status that it is about, where there is one.
        public let status: String?
        /// One sentence: what it does.
        public let sentence: String
        /// How it goes with processes of the version before.
        public let safety: Safety
        /// What must be so first.
        public let condition: String?
    }

    /// The lifecycle.
    public let lifecycle: String
    /// The steps, in order; none when the two versions are equal.
    public let steps: [Step]
    /// Why the change cannot be made in one rollout, one sentence each; empty when it can.
    public let faults: [String]

    /// Makes the plan from one definition to another of the same name.
    public init(from source: Definition, to target: Definition) {
        lifecycle = target.name
        guard source != target else {
            (steps, faults) = ([], [])
            return
        }
        let planning = Planning(source: source, target: target)
        steps = planning.expand + planning.deploy + planning.activate + planning.contract
        var found = planning.activated.auditUnreached()
        if source.name != target.name {
            found.append("'\(source.name)' cannot become '\(target.name)'; a lifecycle keeps its name")
        }
        faults = found
    }
}

/// Finds the steps.
private struct Planning {
    let source: Definition
    let target: Definition

    var expanded: Definition { source.expanded(by: target) }
    var activated: Definition { expanded.activated(as: target) }
    private var added: [String] { target.names.filter { !source.declares($0) } }
    private var removed: [String] { source.names.filter { !target.declares($0) } }
    private var isCovered: Bool { activated.covers(source) }

    private func step(
        _ phase: DefinitionPlan.Step.Phase, _ sentence: String, about status: String? = nil,
        _ safety: DefinitionPlan.Step.Safety = .safe, _ condition: String? = nil
    ) -> DefinitionPlan.Step {
        DefinitionPlan.Step(
            phase: phase, status: status, sentence: sentence, safety: safety, condition: condition)
    }

    var expand: [DefinitionPlan.Step] {
        added.map {
            step(.expand, "the tables accept the status '\($0)'; no job can enter it yet", about: $0)
        } + changedColumns(from: source, to: expanded).map { columns(.expand, $0) }
    }

    private func columns(_ phase: DefinitionPlan.Step.Phase, _ column: String) -> DefinitionPlan.Step {
        step(
            phase, "the column '\(column)' is made anew", .careful,
            "PostgreSQL writes the whole table anew for that, and everybody waits; SQLite does not")
    }

    private func changedColumns(from before: Definition, to after: Definition) -> [String] {
        func values(_ definition: Definition, _ column: String) -> [String: String] {
            definition.names.reduce(into: [:]) { $0[$1] = definition.rule(for: $1)?.shows[column] }
        }
        return Set(before.shownColumns + after.shownColumns).sorted()
            .filter { values(before, $0) != values(after, $0) }
    }

    var deploy: [DefinitionPlan.Step] {
        let withheld = target.statusesToWithhold(under: expanded).filter(source.declares)
        let words =
            withheld.isEmpty
            ? "" : ", and leave \(Definition.list(target.names.filter(withheld.contains))) to the others"
        let mustGo = !added.isEmpty || !isCovered
        return [
            step(
                .deploy,
                "processes of the new version start beside the others; they go by the old rules\(words)")
        ] + (mustGo ? [step(.deploy, "the processes of the version before end")] : [])
    }

    var activate: [DefinitionPlan.Step] {
        let toCome = added.map {
            step(
                .activate, "jobs may enter '\($0)'", about: $0, .guarded,
                "every live worker of the lifecycle knows '\($0)'")
        }
        return toCome + moves + starts + rules + strays
            + changedColumns(from: expanded, to: activated).map {
                columns(.activate, $0)
            }
    }

    private var moves: [DefinitionPlan.Step] {
        let new = target.edges.filter { edge in
            source.declares(edge.from) && source.declares(edge.to)
                && source.edge(from: edge.from, to: edge.to) == nil
        }.map { edge in
            step(.activate, "the move from '\(edge.from)' to '\(edge.to)' is allowed", about: edge.from)
        }
        let gone = source.edges.filter { edge in
            target.declares(edge.from) && activated.edge(from: edge.from, to: edge.to) == nil
        }.map { edge in
            step(
                .activate, "the move from '\(edge.from)' to '\(edge.to)' is allowed no more",
                about: edge.from,
                .guarded, "no live worker is of the version before")
        }
        return new + gone
    }

    private var starts: [DefinitionPlan.Step] {
        let new = target.initial.filter { !source.initial.contains($0) }.map {
            step(.activate, "jobs may start in '\($0)'", about: $0)
        }
        let gone = source.initial.filter { !target.initial.contains($0) }.map {
            step(
                .activate, "jobs start in '\($0)' no more", about: $0, .careful,
                "whoever still starts jobs there is refused; change clients first")
        }
        return new + gone
    }

    private var rules: [DefinitionPlan.Step] {
        let flips = Set(source.statusesWithOtherEnds(in: target))
        return target.names.flatMap { name -> [DefinitionPlan.Step] in
            guard let before = source.rule(for: name), let after = target.rule(for: name), before != after
            else { return [] }
            var found: [DefinitionPlan.Step] = []
            if flips.contains(name) {
                found.append(
                    step(
                        .activate, "'\(name)' \(after.kind.isEnd ? "becomes an end" : "is an end no more")",
                        about: name, .guarded, "no job is in it"))
            }
            if before.limit != after.limit {
                found.append(
                    step(
                        .activate,
                        "jobs in '\(name)' may stay for \(after.limit) instead of \(before.limit), those that are "
                            + "there too", about: name))
            }
            let new = after.needs.filter { !before.needs.contains($0) }
            found += new.map {
                step(
                    .activate, "jobs need \($0.token) to enter '\(name)'", about: name, .careful,
                    "whoever moves jobs there has met it")
            }
            var rest = before
            (rest.limit, rest.moves, rest.needs) = (after.limit, after.moves, after.needs)
            if found.isEmpty, rest != after {
                found.append(step(.activate, "the rules of '\(name)' change", about: name))
            }
            return found
        }
    }

    /// Nobody of the new version works in a status that it does not have.
    private var strays: [DefinitionPlan.Step] {
        removed.filter { source.declaredRule(for: $0)?.kind == .work }.map {
            step(
                .activate, "nobody of the new version works in '\($0)', which goes", about: $0, .careful,
                "the version before has emptied it; or keep it one version longer, with nothing leading to it"
            )
        }
    }

    var contract: [DefinitionPlan.Step] {
        removed.map {
            step(.contract, "the tables accept '\($0)' no more", about: $0, .guarded, "no job is in it")
        } + changedColumns(from: activated, to: target).map { columns(.contract, $0) }
    }
}

/// A move that a definition allows, with everybody who may make it.
public struct Edge: Hashable, Codable, Sendable {
    /// Why the move exists.
    public enum Cause: String, Codable, Sendable, CaseIterable {
        /// A worker takes a queued job.
        case claim
        /// A worker's handler returned.
        case finish
        /// The awaited event came.
        case event
        /// The deadline passed and its `else` says so.
        case deadline
        /// A permanent failure, used-up attempts, or a deadline without an `else`.
        case failure
        /// Cancelled by its owner or an operator.
        case cancellation
        /// The job was kept long enough.
        case retention
        /// An ended job runs again.
        case reopening
        /// A job under a retired name takes its successor's.
        case renaming
    }

    /// The status that is left.
    public let from: String
    /// The status that is entered.
    public let to: String
    /// Why, and by whom for each reason.
    public let causes: [Cause: Set<Actor.Kind>]

    /// Everybody who may make the move, for whatever reason.
    public var actors: Set<Actor.Kind> { causes.values.reduce(into: []) { $0.formUnion($1) } }
}

extension Edge {
    /// All edges of a list of statuses, in declared order of `from`, then `to`.
    static func all(of statuses: [StatusRule]) -> [Edge] {
        let order = Dictionary(
            statuses.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        return statuses.flatMap { rule -> [Edge] in
            var targets: [String: [Cause: Set<Actor.Kind>]] = [:]
            for (to, cause, actors) in Self.arrows(from: rule, in: statuses) where order[to] != nil {
                targets[to, default: [:]][cause, default: []].formUnion(actors)
            }
            return
                targets
                .map { Edge(from: rule.name, to: $0.key, causes: $0.value) }
                .sorted { order[$0.to, default: 0] < order[$1.to, default: 0] }
        }
    }

    private typealias Arrow = (to: String, cause: Cause, actors: Set<Actor.Kind>)

    private static func arrows(from rule: StatusRule, in statuses: [StatusRule]) -> [Arrow] {
        if let successor = rule.retiredAs {
            // A row under an old name behaves as its successor does, and may be renamed to it.
            let inherited =
                statuses.first { $0.name == successor && $0.retiredAs == nil }
                .map { Self.arrows(from: $0, in: statuses) } ?? []
            return inherited + [(successor, .renaming, [.engine, .operator])]
        }
        var found: [Arrow] = []
        if let claimed = rule.claimedAs { found.append((claimed, .claim, [.worker])) }
        for move in rule.moves {
            if rule.kind == .wait {
                found.append((move.to, .event, (rule.source ?? .anyone).actors))
            } else {
                found.append((move.to, .finish, [.worker]))
            }
        }
        for late in [rule.late] + rule.holds.map(\.late) {
            if let late { found.append((late, .deadline, [.engine])) }
        }
        if let failure = rule.failure {
            // A worker may fail what it holds; an awaited event may turn out to be a failure.
            var actors: Set<Actor.Kind> = [.engine, .operator, .owner]
            if rule.kind == .work { actors.insert(.worker) }
            if rule.kind == .wait { actors.insert(.event) }
            found.append((failure, .failure, actors))
        }
        if let target = rule.cancellation { found.append((target, .cancellation, [.operator, .owner])) }
        if let then = rule.then { found.append((then, .retention, [.engine])) }
        if let target = rule.reopens { found.append((target, .reopening, [.operator, .owner])) }
        return found
    }
}

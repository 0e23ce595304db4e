/// A lifecycle as plain data: what stores, servers, command lines and other languages use.
///
/// It is made from a ``Lifecycle`` by ``init(_:)`` or read from JSON. Nothing uses a definition that was not
/// audited: ``audited()`` returns it, or throws every fault with its cure.
public struct Definition: Hashable, Sendable {
    /// The lifecycle's name: lower-case letters, digits and `_`.
    public let name: String
    /// The statuses in the order of their declaration.
    public let statuses: [StatusRule]
    /// The statuses in which a job may start, in the order of their declaration.
    public let initial: [String]
    /// Every move that may ever happen, with who makes it; derived from the statuses.
    public let edges: [Edge]

    private let indexByName: [String: Int]
    private let edgesByFrom: [String: [Edge]]

    /// Makes a definition from its parts, without auditing it.
    public init(name: String, statuses: [StatusRule], initial: [String]) {
        self.name = name
        self.statuses = statuses
        self.initial =
            statuses.map(\.name).filter(initial.contains)
            + initial.filter { status in
                !statuses.contains { $0.name == status }
            }
        indexByName = Dictionary(
            statuses.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        edges = Edge.all(of: statuses)
        edgesByFrom = Dictionary(grouping: edges, by: \.from)
    }

    /// Makes the definition of a lifecycle declared in Swift, without auditing it.
    public init<L: Lifecycle>(_ lifecycle: L.Type) {
        let cancellation = (L.cancellation as? L)?.rawValue
        let statuses = L.allCases.map { status -> StatusRule in
            let rules = status.rules
            var rule = rules.rule
            rule.name = status.rawValue
            let canFail = !rule.kind.isEnd && rule.kind != .retired && status != L.failure
            if !rules.failureIsDeclared, canFail { rule.failure = L.failure.rawValue }
            let canCancel = !rule.kind.isEnd && rule.kind != .retired && cancellation != rule.name
            if !rules.cancellationIsDeclared, canCancel { rule.cancellation = cancellation }
            return rule
        }
        self.init(name: L.name, statuses: statuses, initial: L.initial.map(\.rawValue))
    }

    /// The names of all declared statuses, retired ones included.
    public var names: [String] { statuses.map(\.name) }

    /// Whether this status is declared.
    public func declares(_ status: String) -> Bool { indexByName[status] != nil }

    /// The rule that was declared for this status, as it was declared.
    public func declaredRule(for status: String) -> StatusRule? {
        indexByName[status].map { statuses[$0] }
    }

    /// The rule that holds in this status: for a retired one, its successor's.
    public func rule(for status: String) -> StatusRule? {
        guard let rule = declaredRule(for: status) else { return nil }
        guard let successor = rule.retiredAs else { return rule }
        return declaredRule(for: successor)
    }

    /// The moves out of a status.
    public func edges(from status: String) -> [Edge] { edgesByFrom[status] ?? [] }

    /// The move between two statuses, if it is declared.
    public func edge(from: String, to: String) -> Edge? {
        edgesByFrom[from]?.first { $0.to == to }
    }

    /// The statuses that this kind of actor may move a job to from `status`, in declared order.
    public func allowed(from status: String, by kind: Actor.Kind) -> [String] {
        let targets = Set(edges(from: status).filter { $0.actors.contains(kind) }.map(\.to))
        return names.filter(targets.contains)
    }

    /// The statuses that any actor may move a job to from `status`, in declared order.
    public func allowed(from status: String) -> [String] {
        let targets = Set(edges(from: status).map(\.to))
        return names.filter(targets.contains)
    }

    /// Where a job may be found so that a worker with a handler for `work` can claim it: the status itself,
    /// the queues that lead to it, and the retired names of either.
    public func claimable(for work: String) -> [String] {
        guard declaredRule(for: work)?.kind == .work else { return [] }
        let direct = statuses.filter { $0.name == work || $0.claimedAs == work }.map(\.name)
        let retired = statuses.filter { $0.retiredAs.map(direct.contains) ?? false }.map(\.name)
        return direct + retired
    }

    /// The columns that are functions of the status, sorted by name.
    public var shownColumns: [String] {
        Set(statuses.flatMap(\.shows.keys)).sorted()
    }
}

extension Definition: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, statuses, initial
    }

    /// Reads a definition, without auditing it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try container.decode(String.self, forKey: .name),
            statuses: try container.decode([StatusRule].self, forKey: .statuses),
            initial: try container.decode([String].self, forKey: .initial))
    }

    /// Writes the declared parts; edges are derived again when it is read.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(statuses, forKey: .statuses)
        try container.encode(initial, forKey: .initial)
    }

    /// Two definitions are equal when they declare the same.
    public static func == (left: Definition, right: Definition) -> Bool {
        left.name == right.name && left.statuses == right.statuses && left.initial == right.initial
    }

    /// Hashes what was declared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(statuses)
        hasher.combine(initial)
    }
}

import Lockstep

/// Who may move a job of a lifecycle from where to where, and why: every status against every status, for
/// every kind of actor.
///
/// The table is read straight from the declared rules, cell by cell, and not from ``Definition/edges``, by
/// which the road, the database's trigger and the HTTP API decide: what agrees with the table agrees with the
/// declaration, not merely with itself.
public struct MoveTable: Hashable, Sendable {
    /// One question: may this actor move a job from here to there?
    public struct Cell: Hashable, Sendable, CustomStringConvertible {
        /// The status that is left.
        public let from: String
        /// The status that is entered.
        public let to: String
        /// Who asks.
        public let actor: Actor.Kind

        /// Makes a question.
        public init(from: String, to: String, actor: Actor.Kind) {
            self.from = from
            self.to = to
            self.actor = actor
        }

        /// `queued → packing by the worker`
        public var description: String { "\(from) → \(to) by the \(actor.rawValue)" }
    }

    /// The lifecycle.
    public let lifecycle: String
    /// Its statuses in declared order, retired names included: the rows and the columns.
    public let statuses: [String]
    /// The statuses in which a job may start, in declared order.
    public let starts: [String]
    /// The allowed cells, each with its causes.
    public let allowed: [Cell: Set<Edge.Cause>]

    /// Reads the table from a definition's rules.
    public init(_ definition: Definition) {
        lifecycle = definition.name
        statuses = definition.statuses.map(\.name)
        starts = statuses.filter(definition.initial.contains)
        var allowed: [Cell: Set<Edge.Cause>] = [:]
        for rule in definition.statuses {
            for to in statuses {
                for actor in Actor.Kind.allCases {
                    let causes = Self.causes(rule, to: to, by: actor, in: definition.statuses)
                    guard !causes.isEmpty else { continue }
                    allowed[Cell(from: rule.name, to: to, actor: actor)] = causes
                }
            }
        }
        self.allowed = allowed
    }

    /// Why this actor may make this move; empty when it may not.
    public func causes(from: String, to: String, by actor: Actor.Kind) -> Set<Edge.Cause> {
        allowed[Cell(from: from, to: to, actor: actor)] ?? []
    }

    /// Whether this actor may make this move, or, when none is named, whether anybody may.
    public func allows(from: String, to: String, by actor: Actor.Kind? = nil) -> Bool {
        let actors = actor.map { [$0] } ?? Actor.Kind.allCases
        return actors.contains { !causes(from: from, to: to, by: $0).isEmpty }
    }

    /// Where this actor, or anybody, may move a job to from here, in declared order.
    public func targets(from: String, by actor: Actor.Kind? = nil) -> [String] {
        statuses.filter { allows(from: from, to: $0, by: actor) }
    }

    /// Where a cause leads when this actor brings it about, in declared order.
    public func targets(from: String, because cause: Edge.Cause, by actor: Actor.Kind) -> [String] {
        statuses.filter { causes(from: from, to: $0, by: actor).contains(cause) }
    }

    /// The cells in which two tables differ, in declared order.
    public func differences(from other: MoveTable) -> [Cell] {
        statuses.flatMap { from in
            statuses.flatMap { to in
                Actor.Kind.allCases.map { Cell(from: from, to: to, actor: $0) }
            }
        }.filter { (allowed[$0] == nil) != (other.allowed[$0] == nil) }
    }
}

// MARK: Reading the rules

extension MoveTable {
    private static func causes(
        _ rule: StatusRule, to: String, by actor: Actor.Kind, in statuses: [StatusRule]
    ) -> Set<Edge.Cause> {
        guard rule.kind == .retired else { return causes(rule, to: to, by: actor) }
        // A job under an old name is where its successor is; besides, it may take the new name.
        var causes: Set<Edge.Cause> = []
        if let successor = statuses.first(where: { $0.name == rule.retiredAs }) {
            causes = Self.causes(successor, to: to, by: actor)
        }
        if rule.retiredAs == to, actor == .engine || actor == .operator { causes.insert(.renaming) }
        return causes
    }

    private static func causes(
        _ rule: StatusRule, to: String, by actor: Actor.Kind
    ) -> Set<Edge.Cause> {
        var causes: Set<Edge.Cause> = []
        switch actor {
        case .worker:
            // It takes what waits for it, returns where its work leads, and may say that its work failed.
            if rule.kind == .queue, rule.claimedAs == to { causes.insert(.claim) }
            if rule.kind == .work, declares(rule, to) { causes.insert(.finish) }
            if rule.kind == .work, rule.failure == to { causes.insert(.failure) }
        case .event:
            // It is awaited, and may turn out to be a failure.
            if rule.kind == .wait, rule.source != .person, declares(rule, to) { causes.insert(.event) }
            if rule.kind == .wait, rule.failure == to { causes.insert(.failure) }
        case .owner, .operator:
            let raises = rule.source != .system || actor == .operator
            if rule.kind == .wait, raises, declares(rule, to) { causes.insert(.event) }
            if rule.failure == to { causes.insert(.failure) }
            if rule.cancellation == to { causes.insert(.cancellation) }
            if rule.reopens == to { causes.insert(.reopening) }
        case .engine:
            let late = [rule.late] + rule.holds.map(\.late)
            if late.contains(to) { causes.insert(.deadline) }
            if rule.failure == to { causes.insert(.failure) }
            if rule.then == to { causes.insert(.retention) }
        }
        return causes
    }

    private static func declares(_ rule: StatusRule, _ to: String) -> Bool {
        rule.moves.contains { $0.to == to }
    }
}

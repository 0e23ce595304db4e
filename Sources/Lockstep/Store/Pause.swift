/// What an operator has stopped for a while: a lifecycle, or one of its statuses.
///
/// While it holds, no job is claimed from that status, and for a working status none is claimed into it either,
/// so that no work begins there. Whatever runs goes on and finishes; starts, moves and time limits go on too.
public struct Pause: Hashable, Sendable {
    /// The lifecycle.
    public var lifecycle: String
    /// The queue or working status; `nil` when the whole lifecycle is paused.
    public var status: String?
    /// Since when it holds, by the store's time.
    public var pausedAt: Timestamp
    /// Who paused it.
    public var actor: Actor
    /// Why, for people.
    public var reason: String?

    /// Makes a pause.
    public init(
        _ lifecycle: String, status: String? = nil, at moment: Timestamp, by actor: Actor,
        reason: String? = nil
    ) {
        self.lifecycle = lifecycle
        self.status = status
        pausedAt = moment
        self.actor = actor
        self.reason = reason.map { Failure.shortened($0) }
    }

    /// What is paused, in words: `'queued' of lifecycle 'video'`, or the lifecycle alone.
    public var place: String {
        (status.map { "'\($0)' of " } ?? "") + "lifecycle '\(lifecycle)'"
    }
}

extension Pause: CustomStringConvertible {
    /// One sentence: what is paused, since when, by whom and why.
    public var description: String {
        "\(place) is paused since \(pausedAt) by \(actor)" + (reason.map { ": \($0)" } ?? "")
    }
}

extension Pause: Encodable {
    private enum Key: String, CodingKey {
        case lifecycle, status, reason, by
        case pausedAt = "paused_at"
    }

    /// Writes the pause as every face of Lockstep shows it; what is not there is `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(lifecycle, forKey: .lifecycle)
        try container.encode(status, forKey: .status)
        try container.encode(pausedAt, forKey: .pausedAt)
        try container.encode(actor, forKey: .by)
        try container.encode(reason, forKey: .reason)
    }
}

/// All pauses that hold in a store, as the road asks for them.
public struct Pauses: Hashable, Sendable {
    /// The pauses, by lifecycle and status; a whole lifecycle's comes before those of its statuses.
    public let all: [Pause]

    /// Nothing is paused.
    public static let none = Pauses([])

    /// Collects pauses.
    public init(_ all: [Pause]) {
        self.all = all.sorted { ($0.lifecycle, $0.status ?? "") < ($1.lifecycle, $1.status ?? "") }
    }

    /// The pause that keeps jobs in this status from being claimed; `nil` when none does.
    public func onClaims(from status: String, in definition: Definition) -> Pause? {
        // Nearly always nothing is paused, and this is asked for every claim.
        if all.isEmpty { return nil }
        let rule = definition.rule(for: status)
        return all.first { pause in
            guard pause.lifecycle == definition.name else { return false }
            guard let paused = pause.status else { return true }
            let name = definition.rule(for: paused)?.name
            return name != nil && (name == rule?.name || name == rule?.claimedAs)
        }
    }

    /// The pause that a store keeps when one is asked for: what is paused already stays as it is.
    /// - Throws: ``Refusal`` for a status that is not declared, or that no worker works on or claims from.
    public func adding(_ wish: Pause, in definition: Definition) throws(Refusal) -> (Pause, isNew: Bool) {
        var pause = wish
        pause.status = try Self.pausable(wish.status, in: definition)
        if let kept = kept(pause.status, in: definition) { return (kept, false) }
        return (pause, true)
    }

    /// The pause that a store lifts when asked to; `nil` when nothing is paused there.
    /// - Throws: ``Refusal`` for what neither is paused nor could be.
    public func lifting(_ status: String?, in definition: Definition) throws(Refusal) -> Pause? {
        if let kept = kept(status, in: definition) { return kept }
        _ = try Self.pausable(status, in: definition)
        return nil
    }

    /// A status that was renamed since it was paused is still found under either name.
    private func kept(_ status: String?, in definition: Definition) -> Pause? {
        func present(_ name: String?) -> String? { name.map { definition.rule(for: $0)?.name ?? $0 } }
        return all.first { $0.lifecycle == definition.name && present($0.status) == present(status) }
    }

    private static func pausable(_ status: String?, in definition: Definition) throws(Refusal) -> String? {
        guard let status else { return nil }
        guard let rule = definition.rule(for: status) else { throw .undeclared(status, in: definition) }
        guard rule.kind == .queue || rule.kind == .work else {
            let others = definition.statuses.filter { $0.kind == .queue || $0.kind == .work }.map(\.name)
            throw Refusal(
                .notApplicable,
                "no job of lifecycle '\(definition.name)' is claimed from '\(status)'; pause "
                    + "\(Definition.list(others)), or the whole lifecycle")
        }
        return rule.name
    }
}

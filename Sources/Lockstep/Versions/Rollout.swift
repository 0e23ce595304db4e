/// The way of a lifecycle from one version of its definition to the next, in phases: what the database accepts comes
/// first, then the processes, then the rules, and what nobody uses any more goes last.
///
/// 1. **expand** (``RolloutMove/expand(to:)``): the tables accept the new statuses; the rules are the old ones, so that
///    nobody enters them.
/// 2. **deploy**: processes of the new version take the place of those of the old one and work by the old rules.
/// 3. **activate** (``RolloutMove/activate(despite:)``): the rules are the new ones, at once and for everybody. It is
///    refused while a live worker does not know the new statuses.
/// 4. **contract** (``RolloutMove/contract``): the statuses that went are accepted no more. It is refused while a job is
///    in one of them.
///
/// A lifecycle for which nobody asks for phases changes at once, when a process installs another definition.
public struct Rollout: Hashable, Sendable {
    /// How far it is.
    public enum Phase: String, Codable, Sendable, CaseIterable {
        /// The tables accept the statuses of both versions, the rules are those of the source.
        case expanded
        /// The tables accept the statuses of both versions, the rules are those of the target.
        case activated
        /// Only the target is left.
        case contracted
    }

    /// The lifecycle.
    public var lifecycle: String
    /// How far it is.
    public var phase: Phase
    /// The version before.
    public var source: Definition
    /// The version to come.
    public var target: Definition
    /// When it came into this phase, by the store's time.
    public var changedAt: Timestamp

    /// Makes a rollout.
    public init(
        lifecycle: String, phase: Phase, source: Definition, target: Definition, changedAt: Timestamp
    ) {
        self.lifecycle = lifecycle
        self.phase = phase
        self.source = source
        self.target = target
        self.changedAt = changedAt
    }

    /// Whether it has begun and not ended.
    public var isUnderWay: Bool { phase != .contracted }
    /// The statuses that only the target declares.
    public var added: [String] { target.names.filter { !source.declares($0) } }
    /// The statuses that only the source declares.
    public var removed: [String] { source.names.filter { !target.declares($0) } }
}

/// A step of a rollout.
public enum RolloutMove: Sendable {
    /// Begins: the tables accept the statuses of the target.
    case expand(to: Definition)
    /// The target's rules hold from now on. Live workers that do not know its statuses refuse that, but for those that
    /// are named here.
    case activate(despite: Set<WorkerID> = [])
    /// Ends: the statuses that only the source has are accepted no more.
    case contract
    /// Turns source and target around: what was expanded is contracted next, what was activated is activated back.
    case turnBack
}

/// What a worker's process knows of a lifecycle; it says so with its first sign of life.
public struct KnownLifecycle: Hashable, Codable, Sendable {
    /// The statuses that its code has.
    public var statuses: [String]
    /// The fingerprint of its definition, where it has one.
    public var version: String?

    /// Makes an entry.
    public init(statuses: [String], version: String? = nil) {
        self.statuses = statuses
        self.version = version
    }

    /// What a process with this definition knows.
    public init(_ definition: Definition) throws {
        self.init(statuses: definition.names, version: try definition.fingerprint())
    }
}

/// What holds in one status, as plain data.
public struct StatusRule: Hashable, Codable, Sendable {
    /// What a job does in a status.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Waits for a free worker.
        case queue
        /// A worker's handler runs.
        case work
        /// Waits for an outside event.
        case wait
        /// A good end.
        case success
        /// A bad end.
        case failure
        /// An end that is neither.
        case closed
        /// An old name, never entered.
        case retired

        /// Whether a job here has ended.
        public var isEnd: Bool { self == .success || self == .failure || self == .closed }
    }

    /// The status: the string in the database and on every other layer.
    public var name: String
    /// What a job does here.
    public var kind: Kind
    /// How long a job may stay; for an end, how long it is kept.
    public var limit: TimeLimit
    /// The moves declared here, by the worker's return (work) or the awaited event (wait).
    public var moves: [DeclaredMove] = []
    /// For a queue: the working status that a claim moves to.
    public var claimedAs: String?
    /// For a wait: the event, in words for people.
    public var event: String?
    /// For a wait: who may raise the event.
    public var source: EventSource?
    /// For work and a wait: when a job here is listed as stuck.
    public var stuckAfter: TimeLimit = .forever
    /// Where the deadline leads; `nil` means the failure target.
    public var late: String?
    /// Where a failure leads; `nil` means that nothing fails here.
    public var failure: String?
    /// Where cancelling leads; `nil` means that cancelling is refused.
    public var cancellation: String?
    /// For work: how often it is tried.
    public var retry: RetryPolicy?
    /// For work: where its jobs are pushed to, for workers that do not ask for them.
    public var webhook: Webhook?
    /// For a queue: the holds that may be put on a job here.
    public var holds: [Hold] = []
    /// What must be there before a job may enter.
    public var needs: [Need] = []
    /// For an end: where retention leads; `nil` means that the job is deleted.
    public var then: String?
    /// For an end: where the job may run again.
    public var reopens: String?
    /// For a retired status: the status that stands for it now.
    public var retiredAs: String?
    /// Further columns as functions of the status.
    public var shows: [String: String] = [:]

    /// Makes a rule; everything else is set afterwards.
    public init(name: String, kind: Kind, limit: TimeLimit) {
        self.name = name
        self.kind = kind
        self.limit = limit
    }

    /// The retry policy that holds here, said or not.
    public var retryPolicy: RetryPolicy { retry ?? .once }

    /// The declared hold of this name.
    public func hold(named name: String) -> Hold? { holds.first { $0.name == name } }

    /// The declared move to this status.
    public func move(to status: String) -> DeclaredMove? { moves.first { $0.to == status } }
}

extension StatusRule {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, kind, limit, moves, claimedAs, event, source, stuckAfter, late, failure, cancellation,
            retry
        case holds, needs, then, reopens, retiredAs, shows, webhook
    }

    /// What may be said in a rule's plain form.
    package static var keys: [String] { CodingKeys.allCases.map(\.stringValue) }

    /// Reads a rule; what is not said has its default, so that people can write definitions by hand.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func optional<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
            try container.decodeIfPresent(Value.self, forKey: key)
        }
        name = try container.decode(String.self, forKey: .name)
        kind = try container.decode(Kind.self, forKey: .kind)
        limit = try optional(.limit) ?? .forever
        moves = try optional(.moves) ?? []
        claimedAs = try optional(.claimedAs)
        event = try optional(.event)
        source = try optional(.source)
        stuckAfter = try optional(.stuckAfter) ?? .forever
        late = try optional(.late)
        failure = try optional(.failure)
        cancellation = try optional(.cancellation)
        retry = try optional(.retry)
        webhook = try optional(.webhook)
        holds = try optional(.holds) ?? []
        needs = try optional(.needs) ?? []
        then = try optional(.then)
        reopens = try optional(.reopens)
        retiredAs = try optional(.retiredAs)
        shows = try optional(.shows) ?? [:]
    }
}

/// A move that a status declares.
public struct DeclaredMove: Hashable, Codable, Sendable {
    /// Where it leads.
    public var to: String
    /// The hold it puts on the job.
    public var holding: String?
    /// How many times a job may make it.
    public var atMost: Int?

    /// Makes a move.
    public init(to: String, holding: String? = nil, atMost: Int? = nil) {
        self.to = to
        self.holding = holding
        self.atMost = atMost
    }
}

/// A hold that may be put on a queued job.
public struct Hold: Hashable, Codable, Sendable {
    /// Its name, such as "clarification".
    public var name: String
    /// Who may release it.
    public var source: EventSource
    /// How long it may last.
    public var limit: TimeLimit
    /// Where its deadline leads; `nil` means the failure target.
    public var late: String?

    /// Makes a hold.
    public init(name: String, source: EventSource = .person, limit: TimeLimit, late: String? = nil) {
        self.name = name
        self.source = source
        self.limit = limit
        self.late = late
    }
}

/// Something that must be there before a job may enter a status.
public struct Need: Hashable, Codable, Sendable {
    /// What kind of thing is needed.
    public enum Kind: String, Codable, Sendable {
        /// A verified upload.
        case upload
    }

    /// The kind of thing.
    public var kind: Kind
    /// Its name within the job.
    public var name: String

    /// A verified upload of this name.
    public static func upload(_ name: String) -> Need { Need(kind: .upload, name: name) }

    /// The need as it is written into a job's list of met needs: `upload:video`.
    public var token: String { "\(kind.rawValue):\(name)" }
}

/// Who may raise an awaited event.
public enum EventSource: String, Codable, Sendable, CaseIterable {
    /// Another program; an operator may do it in its stead.
    case system
    /// The job's owner or an operator, never a program by itself. Cycles may rest on it.
    case person
    /// Any of them.
    case anyone

    /// The kinds of actor that this stands for.
    public var actors: Set<Actor.Kind> {
        switch self {
        case .system: [.event, .operator]
        case .person: [.owner, .operator]
        case .anyone: [.event, .owner, .operator]
        }
    }
}

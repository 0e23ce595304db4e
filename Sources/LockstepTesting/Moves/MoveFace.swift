import Lockstep

/// A way by which jobs are moved and started from outside (the Swift API, the HTTP API, a worker's handlers,
/// plain SQL), as ``MoveCheck`` asks it.
///
/// A face answers with what was really seen afterwards, not with what it was told.
public protocol MoveFace: Sendable {
    /// Its name in a report.
    var name: String { get }
    /// The actors for whom it can ask; `nil` when it asks for nobody in particular, and is answered with what
    /// anybody may do.
    var actors: [Actor.Kind]? { get }
    /// Whether every refusal to an actor who holds no claim must say from, to and what is allowed.
    var explains: Bool { get }
    /// Whether a start can say that what the status needs is verified; otherwise a start there must be refused.
    var verifiesNeeds: Bool { get }
    /// Whether a question can be put by this way at all.
    func canAsk(from rule: StatusRule, to: String, by actor: Actor.Kind?) -> Bool
    /// Tries the moves. All jobs are in the same status, nobody holds them, and none is asked about twice.
    /// - Returns: an answer for each question, in order.
    func ask(_ questions: [MoveQuestion]) async throws -> [MoveAnswer]
    /// Tries to start a job in each status.
    /// - Returns: whether each was accepted, and then really was there; `nil` when nothing is started this
    ///   way.
    func start(in statuses: [String]) async throws -> [Bool]?
    /// The statuses that its constraint names, when it has one that can be read.
    func constraint() async throws -> [String]?
}

extension MoveFace {
    /// Refusals are explained unless it is said otherwise.
    public var explains: Bool { true }
    /// What is needed can be said to be there unless it is said otherwise.
    public var verifiesNeeds: Bool { true }
    /// Everything can be asked unless it is said otherwise.
    public func canAsk(from rule: StatusRule, to: String, by actor: Actor.Kind?) -> Bool { true }
    /// Nothing is started unless it is said how.
    public func start(in statuses: [String]) async throws -> [Bool]? { nil }
    /// There is no constraint to read unless it is said how.
    public func constraint() async throws -> [String]? { nil }
}

/// May this job be moved there, by this actor?
public struct MoveQuestion: Sendable {
    /// The job as it is, in the status to be left.
    public let job: JobRecord
    /// The status that is asked for; it need not be declared.
    public let to: String
    /// Who asks; `nil` when the way knows no actors.
    public let actor: Actor.Kind?

    /// Makes a question.
    public init(job: JobRecord, to: String, actor: Actor.Kind?) {
        self.job = job
        self.to = to
        self.actor = actor
    }
}

/// What became of a question.
public struct MoveAnswer: Sendable {
    /// A change of status as the history has it.
    public struct Move: Hashable, Sendable {
        /// The status that was left.
        public let from: String
        /// The status that was entered.
        public let to: String

        /// Makes a change of status.
        public init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    /// What a refusal said of itself.
    public struct Explanation: Hashable, Sendable {
        /// The stable word, such as `undeclared_move`.
        public let code: String
        /// The status that the job is in.
        public let from: String?
        /// The status that was asked for.
        public let to: String?
        /// The statuses that would have been accepted.
        public let allowed: [String]?

        /// Makes an explanation.
        public init(code: String, from: String?, to: String?, allowed: [String]?) {
            self.code = code
            self.from = from
            self.to = to
            self.allowed = allowed
        }

        /// What a refusal says of itself.
        public init(_ refusal: Refusal) {
            self.init(
                code: refusal.code.rawValue, from: refusal.from, to: refusal.to, allowed: refusal.allowed)
        }
    }

    /// Whether the asker was told that it was done.
    public var accepted: Bool
    /// The job's status afterwards.
    public var status: String
    /// The changes of status that the history has since the question, in order.
    public var moves: [Move]
    /// What a refusal said of itself.
    public var explanation: Explanation?
    /// The words of a refusal, for the report.
    public var words: String

    /// Makes an answer.
    public init(
        accepted: Bool, status: String, moves: [Move], explanation: Explanation? = nil, words: String = ""
    ) {
        self.accepted = accepted
        self.status = status
        self.moves = moves
        self.explanation = explanation
        self.words = words
    }

    /// Looks at a job in its store after it was asked about.
    public init(
        seeing job: JobRecord, in store: any Store, accepted: Bool, explanation: Explanation? = nil,
        words: String = ""
    ) async throws {
        var query = JobQuery(job.lifecycle)
        query.ids = [job.id]
        let status = try await store.find(query).first?.status ?? "(gone)"
        let since = try await store.history(of: job.id, in: job.lifecycle, after: job.version)
        let moves = since.filter { $0.kind == .moved }.map { Move(from: $0.from ?? "", to: $0.to) }
        self.init(accepted: accepted, status: status, moves: moves, explanation: explanation, words: words)
    }
}

/// A cell in which a way of moving jobs and the table of moves disagree.
public struct MoveMismatch: Hashable, Sendable, CustomStringConvertible {
    /// The lifecycle.
    public let lifecycle: String
    /// The way of moving.
    public let face: String
    /// The status that was left; `nil` for a start.
    public let from: String?
    /// The status that was asked for.
    public let to: String
    /// Who asked; `nil` when the way knows no actors.
    public let actor: Actor.Kind?
    /// What the table says and what was seen instead.
    public let words: String

    /// Makes a mismatch.
    public init(
        lifecycle: String, face: String, from: String?, to: String, actor: Actor.Kind?, words: String
    ) {
        self.lifecycle = lifecycle
        self.face = face
        self.from = from
        self.to = to
        self.actor = actor
        self.words = words
    }

    /// `parcel, HTTP: queued → packing by the owner: is refused by the table and was accepted`
    public var description: String {
        let move = from.map { "\($0) → \(to)" } ?? "a start in \(to)"
        return "\(lifecycle), \(face): \(move)\(actor.map { " by the \($0.rawValue)" } ?? ""): \(words)"
    }
}

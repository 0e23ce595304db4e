/// Why a command or a start was refused. Nothing was changed.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable word for programs. New ones may be added.
    public struct Code: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        /// The word.
        public let rawValue: String
        /// Makes a code from its word.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The word.
        public var description: String { rawValue }

        /// No such lifecycle is installed.
        public static let unknownLifecycle = Code(rawValue: "unknown_lifecycle")
        /// The status is not declared.
        public static let undeclaredStatus = Code(rawValue: "undeclared_status")
        /// The move is not declared, or not for this actor.
        public static let undeclaredMove = Code(rawValue: "undeclared_move")
        /// No job starts in this status.
        public static let notInitial = Code(rawValue: "not_initial")
        /// There is no such job, or it belongs to somebody else.
        public static let notFound = Code(rawValue: "not_found")
        /// The worker no longer holds the claim.
        public static let staleClaim = Code(rawValue: "stale_claim")
        /// The job is not where the asker believed it to be.
        public static let unexpectedState = Code(rawValue: "unexpected_state")
        /// The job cannot be claimed now.
        public static let notClaimable = Code(rawValue: "not_claimable")
        /// The change does not apply to the job as it is.
        public static let notApplicable = Code(rawValue: "not_applicable")
        /// Another live job has the key.
        public static let keyTaken = Code(rawValue: "key_taken")
        /// Something that the status needs is not verified.
        public static let needsUnmet = Code(rawValue: "needs_unmet")
        /// A value is malformed.
        public static let badValue = Code(rawValue: "bad_value")
        /// What was to be written in the same transaction failed.
        public static let companionFailed = Code(rawValue: "companion_failed")
        /// The database refused the write.
        public static let constraintViolated = Code(rawValue: "constraint_violated")
    }

    /// The stable word.
    public let code: Code
    /// One sentence: what was wrong, where, and what would be right.
    public let message: String
    /// For a refused move: the status the job is in.
    public var from: String?
    /// For a refused move: the status that was asked for.
    public var to: String?
    /// The statuses that would have been accepted.
    public var allowed: [String]?
    /// The failure that a refusal amounts to when a worker meets it.
    public var cause: Failure?

    /// Makes a refusal.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    public var description: String { message }

    /// A status that is not declared.
    public static func undeclared(_ status: String, in definition: Definition) -> Refusal {
        var refusal = Refusal(
            .undeclaredStatus,
            "'\(status)' is no status of lifecycle '\(definition.name)'; "
                + "it has \(Definition.list(definition.names))")
        refusal.to = status
        refusal.allowed = definition.names
        return refusal
    }

    static func move(from: String, to: String, by kind: Actor.Kind, in definition: Definition) -> Refusal {
        let mine = definition.allowed(from: from, by: kind)
        let everybody = definition.allowed(from: from)
        let words =
            if !mine.isEmpty {
                "allowed for the \(kind.rawValue): \(Definition.list(mine))"
            } else if everybody.isEmpty {
                "allowed: nothing"
            } else {
                "the \(kind.rawValue) may not move it; others may move it to \(Definition.list(everybody))"
            }
        var refusal = Refusal(
            .undeclaredMove,
            "a job of lifecycle '\(definition.name)' cannot move from '\(from)' to '\(to)'; \(words)")
        refusal.from = from
        refusal.to = to
        refusal.allowed = mine
        return refusal
    }

    /// No such job, or not the asker's.
    public static func notFound(_ job: JobID, in lifecycle: String) -> Refusal {
        Refusal(.notFound, "there is no job \(job) in lifecycle '\(lifecycle)'")
    }

    /// No such lifecycle.
    public static func unknownLifecycle(_ name: String, known: [String]) -> Refusal {
        var refusal = Refusal(
            .unknownLifecycle,
            "there is no lifecycle '\(name)'; installed are \(Definition.list(known.sorted()))")
        refusal.allowed = known.sorted()
        return refusal
    }
}

extension Refusal: FailureConvertible {
    /// What a refusal means to a handler that ran into it: a declaration or a database that disagrees with
    /// the code can never be cured by trying again.
    public var failure: Failure {
        if let cause { return cause }
        switch code {
        case .staleClaim, .unexpectedState, .notClaimable:
            return .temporary(message, code: code.rawValue)
        default: return .adminRequired(message, code: code.rawValue)
        }
    }
}

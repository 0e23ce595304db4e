import Lockstep

/// A ticket of an export, and what is known of it in Jira.
public struct ExportTicket: Hashable, Sendable, Codable {
    /// The ticket's id: letters, digits and strokes.
    public let id: String
    /// How many bytes it has in a request.
    public internal(set) var bytes: Int
    /// How far it is.
    public internal(set) var state: State

    /// How far a ticket is.
    public enum State: Hashable, Sendable, Codable {
        /// It is certainly not in Jira.
        case waiting
        /// A call that creates it may have been made: it has to be looked for before it may be created again.
        case inDoubt(Doubt)
        /// It is in Jira.
        case created(id: String, key: String)
        /// Jira will not take it as it is, and why.
        case refused(String)
    }

    /// What is known of a creation whose outcome is not.
    public struct Doubt: Hashable, Sendable, Codable {
        /// When the call was about to be made.
        public var since: Timestamp
        /// Every issue of the project that the call created has a higher number.
        public var mark: Int
        /// Keys of issues that the call created, one of which is this ticket.
        public var candidates: [String] = []
        /// The one that it is by its order in the answer, in case that Jira does not show the issue.
        public var expected: FoundIssue?
        /// How often the search was asked: at once, and when it had time to learn of everything.
        public var searches = 0
    }

    /// Makes a ticket that was never exported.
    public init(id: String, bytes: Int) {
        self.id = id
        self.bytes = bytes
        state = .waiting
    }

    /// Its doubt, if it is in doubt.
    public var doubt: Doubt? { if case .inDoubt(let doubt) = state { doubt } else { nil } }
    /// Its key in Jira, if it is there.
    public var key: String? { if case .created(_, let key) = state { key } else { nil } }
    /// Why Jira refused it, if it did.
    public var refusal: String? { if case .refused(let reason) = state { reason } else { nil } }
    /// Whether it is in Jira, or may be.
    public var hasBegun: Bool { key != nil || doubt != nil }
    /// Whether nothing more is to be done.
    public var isSettled: Bool { key != nil || refusal != nil }
}

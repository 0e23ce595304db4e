/// Who makes a move.
public struct Actor: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The kinds of actor that rules speak of.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// A worker that claims a job or holds its claim.
        case worker
        /// The outside event that a job waits for.
        case event
        /// The person or account that the job belongs to.
        case owner
        /// Somebody who runs the system.
        case `operator`
        /// Lockstep itself: deadlines, dead workers, retention.
        case engine
    }

    /// The kind.
    public let kind: Kind
    /// A name for the history, such as a worker's or a user's.
    public let name: String?

    /// Makes an actor.
    public init(_ kind: Kind, name: String? = nil) {
        self.kind = kind
        self.name = name
    }

    /// A worker.
    public static func worker(_ name: String) -> Actor { Actor(.worker, name: name) }
    /// The awaited event.
    public static let event = Actor(.event)
    /// The awaited event, raised by `name`.
    public static func event(_ name: String) -> Actor { Actor(.event, name: name) }
    /// The job's owner.
    public static func owner(_ name: String) -> Actor { Actor(.owner, name: name) }
    /// An operator.
    public static func `operator`(_ name: String) -> Actor { Actor(.operator, name: name) }
    /// Lockstep itself.
    public static let engine = Actor(.engine)

    /// `worker anna-1`, or the kind alone.
    public var description: String { name.map { "\(kind.rawValue) \($0)" } ?? kind.rawValue }
}

import Lockstep

/// The lifecycle of a message that a push service has delivered.
///
/// A message has the id that its `messageId` gives, so that it is taken once however often it comes. One that can never
/// succeed is acknowledged all the same and parked here, where an operator sees it and its reason.
public enum ContentMessage: String, Lifecycle {
    /// It has come. It stays here only when it is parked: what can be done is done in the same transaction.
    case received
    /// What it asked for is done.
    case handled
    /// Nobody looked at it in all the time that it was parked.
    case rejected
    /// An operator has looked at it.
    case dismissed

    /// What a message is kept as.
    public typealias Input = MessageFacts

    /// The name on every layer.
    public static let name = "content_message"
    /// A message begins when it comes.
    public static let initial: Set = [received]
    /// Where a parked message ends in time.
    public static let failure = rejected
    /// Where an operator puts it.
    public static let cancellation = dismissed

    /// What holds in each status. A message that was handled is known for as long as push services keep one at most.
    public var rules: Rules<Self> {
        switch self {
        case .received: .waits(for: "its handling", within: .days(30)).moves(to: .handled)
        case .handled: .succeeds(keptFor: .days(31))
        case .rejected: .fails(keptFor: .days(31))
        case .dismissed: .closes(keptFor: .days(31))
        }
    }
}

/// What is kept of a message: enough to find it at its sender, and nothing that a user wrote.
public struct MessageFacts: Codable, Hashable, Sendable {
    /// The sender's id of it, where it has one.
    public var messageID: String?
    /// The subscription that it came by, where it says so.
    public var subscription: String?
    /// The request that it is about, where it names one.
    public var request: String?
    /// The SHA-256 of the body, or of what was read of it, in hexadecimal.
    public var sha256: String
    /// The length of the body in bytes, as far as it was read.
    public var length: Int

    private enum CodingKeys: String, CodingKey {
        case messageID = "message_id"
        case subscription
        case request = "request_id"
        case sha256, length
    }
}

/// What a learner is told when a video is there.
public struct ContentNotice: Hashable, Sendable {
    /// Where it goes.
    public enum Recipient: Hashable, Sendable {
        /// To an address of the learner's, by a signed POST.
        case webhook(String)
        /// By mail.
        case email(String)
    }

    /// Where it goes.
    public var recipient: Recipient
    /// The request.
    public var request: String
    /// Its status at that moment.
    public var status: String
    /// What was asked.
    public var question: String
    /// Where the video is: a path of this server, behind its address where that is known.
    public var link: String
    /// The length of the video in seconds.
    public var seconds: Double
    /// The idempotency key: the same at every attempt, so that a receiver can tell a repetition.
    public var key: String
}

extension ContentNotice.Recipient: Codable {
    private enum Key: String, CodingKey { case webhook, email }

    /// Reads `{"webhook": …}` or `{"email": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if let url = try container.decodeIfPresent(String.self, forKey: .webhook) {
            self = .webhook(url)
        } else {
            self = .email(try container.decode(String.self, forKey: .email))
        }
    }

    /// Writes what is read.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .webhook(let url): try container.encode(url, forKey: .webhook)
        case .email(let address): try container.encode(address, forKey: .email)
        }
    }
}

/// Tells learners that their videos are there.
public protocol ContentNotifier: Sendable {
    /// Whether something can be sent there, before a request is accepted.
    /// - Throws: a user-fixable `Failure` that says what would be right.
    func check(_ recipient: ContentNotice.Recipient) throws

    /// Sends a notice, once or, when nobody knows whether it got through, again with the same key.
    /// - Throws: a `Failure`: a temporary one is tried again.
    func send(_ notice: ContentNotice) async throws
}

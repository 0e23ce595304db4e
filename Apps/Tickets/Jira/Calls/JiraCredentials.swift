import Foundation

/// A person's e-mail address and API token, which Jira Cloud takes as basic authentication. They can be sent, but
/// neither printed, logged nor encoded.
/// <https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/>
public struct JiraCredentials: Sendable {
    /// Whose token it is.
    public let email: String
    private let token: String

    /// Takes an address and a token as they stand in a form or a file.
    /// - Returns: `nil` when one of them is empty, or could not be sent in a header.
    public init?(email: String, token: String) {
        let email = email.trimmingCharacters(in: .whitespacesAndNewlines)
        let token = token.trimmingCharacters(in: .whitespacesAndNewlines)
        let isText = { (text: String) in
            !text.isEmpty && text.utf8.count <= 1000 && text.utf8.allSatisfy { (33...126).contains($0) }
        }
        // A colon would end the address (RFC 7617, 2).
        guard isText(email), isText(token), !email.contains(":") else { return nil }
        self.email = email
        self.token = token
    }

    /// The value of the header `Authorization`.
    public var authorization: String { "Basic " + Data("\(email):\(token)".utf8).base64EncodedString() }

    /// Whether a text gives the token away.
    public func isGivenAway(by text: some StringProtocol) -> Bool {
        secrets.contains { text.contains($0) }
    }

    /// A text without the token, wherever it gives it away.
    public func withheld(from text: String) -> String {
        // What is shorter is no secret, and stands in words and numbers that have nothing to do with it.
        guard token.utf8.count >= 8, isGivenAway(by: text) else { return text }
        return secrets.reduce(text) { $0.replacing($1, with: "(withheld)") }
    }

    /// The token as it is sent, and as JSON may write it.
    private var secrets: [String] {
        let sent = String(authorization.dropFirst(6))
        return [sent, sent.replacing("/", with: "\\/"), token, token.replacing("/", with: "\\/")]
    }
}

extension JiraCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Whose they are, and no more.
    public var description: String { "(credentials of \(email))" }
    /// As ``description``.
    public var debugDescription: String { description }
    /// Shows nothing to `dump` and to string interpolation of what holds the token.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

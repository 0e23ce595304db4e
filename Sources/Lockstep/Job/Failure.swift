/// What went wrong with a job, and who can do something about it.
public struct Failure: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    /// Who can do something about a failure.
    public enum Audience: String, Codable, Sendable, CaseIterable {
        /// The user: other input is needed. Never retried.
        case userFixable = "user_fixable"
        /// An administrator: the job is parked, nothing is retried.
        case adminRequired = "admin_required"
        /// Nobody: it may succeed later and is retried as declared.
        case temporary
    }

    /// Who can do something about it.
    public var audience: Audience
    /// A short stable word for programs, such as `bad_file`.
    public var code: String
    /// One sentence for the audience.
    public var message: String
    /// The earliest time of the next attempt in microseconds from now, when the cause said so (Retry-After).
    public var retryAfter: TimeLimit?

    private enum CodingKeys: String, CodingKey {
        case audience, code, message
        case retryAfter = "retry_after"
    }

    /// Makes a failure.
    public init(_ audience: Audience, code: String, message: String, retryAfter: TimeLimit? = nil) {
        self.audience = audience
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// A failure that the user can fix.
    public static func userFixable(_ message: String, code: String = "user_fixable") -> Failure {
        Failure(.userFixable, code: code, message: message)
    }
    /// A failure that needs an administrator.
    public static func adminRequired(_ message: String, code: String = "admin_required") -> Failure {
        Failure(.adminRequired, code: code, message: message)
    }
    /// A failure that may pass by itself.
    public static func temporary(
        _ message: String, code: String = "temporary", retryAfter: TimeLimit? = nil
    ) -> Failure {
        Failure(.temporary, code: code, message: message, retryAfter: retryAfter)
    }

    /// The longest message, reason or detail that is kept, in characters.
    public static let longestMessage = 2000

    static func shortened(_ text: String) -> String {
        // A text with few bytes has few characters; counting them costs more.
        guard text.utf8.count > longestMessage, text.count > longestMessage else { return text }
        return text.prefix(longestMessage - 1) + "…"
    }

    /// The message with its audience and code.
    public var description: String { "\(message) (\(audience.rawValue), \(code))" }
}

/// An error that knows who can do something about it.
public protocol FailureConvertible: Error {
    /// The error as a failure.
    var failure: Failure { get }
}

extension Failure: FailureConvertible {
    /// Itself.
    public var failure: Failure { self }

    /// Any error as a failure: those that know their audience say so, all others are taken as temporary,
    /// because an unknown error may pass and its attempts are counted.
    public init(_ error: any Error) {
        if let known = error as? any FailureConvertible {
            self = known.failure
        } else {
            self = .temporary("\(error)", code: "unexpected_error")
        }
    }
}

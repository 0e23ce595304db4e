/// There is no answer to a request, and Jira may have done what it asked for.
public struct JiraNoAnswer: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why, such as "the connection broke".
    public let reason: String
    /// The reason.
    public var description: String { reason }

    init(_ reason: String) { self.reason = reason }
}

import Foundation
import Lockstep

/// A request to Jira Cloud's REST API, version 3. Where Jira is and who asks, a ``JiraTransport`` knows.
/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/>
public struct JiraRequest: Hashable, Sendable {
    /// `GET` or `POST`.
    public let method: String
    /// The path below the site's address, such as `/rest/api/3/myself`.
    public let path: String
    /// The body as JSON, when there is one.
    public let body: JSONValue?

    /// Makes a request.
    public init(_ method: String, _ path: String, body: JSONValue? = nil) {
        self.method = method
        self.path = path
        self.body = body
    }
}

/// What Jira answered.
public struct JiraAnswer: Hashable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The headers, by name in lower case.
    public let headers: [String: String]
    /// The body.
    public let body: Data

    /// Makes an answer.
    /// - Parameter headers: names in any case; of two that differ in case one is kept.
    public init(status: Int, headers: [String: String] = [:], body: Data = Data()) {
        self.status = status
        self.headers = Dictionary(
            headers.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        self.body = body
    }
}

/// Sends requests to one Jira site in somebody's name.
public protocol JiraTransport: Sendable {
    /// Sends a request and waits for the whole answer, whatever its status: redirects are not followed, nothing is
    /// tried twice, and the body is bounded.
    ///
    /// After ``ExportTimes/call`` at the latest the connection is closed, because later nobody knows what becomes of
    /// the request.
    /// - Throws: ``JiraUnsent`` when the request has certainly not left this machine; anything else when there is no
    ///   answer, and Jira may have done what was asked.
    func send(_ request: JiraRequest) async throws -> JiraAnswer
}

/// A request has certainly not been sent: no connection came about.
public struct JiraUnsent: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why, such as "the name cannot be resolved".
    public let reason: String
    /// The reason.
    public var description: String { reason }

    /// Makes the error.
    public init(_ reason: String) { self.reason = reason }
}

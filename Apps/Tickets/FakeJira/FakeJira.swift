import Foundation
import Lockstep
import TicketDocument

/// A Jira Cloud site in memory, for tests and for a demo without a network.
///
/// It answers the requests of an export, checks them as the published API description (REST v3) says and somewhat more
/// strictly, keeps what was created, and can be told to misbehave. It knows no HTTP server: ``handle(_:)`` is given a
/// request and returns the answer.
/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/>
public struct FakeJira: Sendable {
    /// The issues, oldest first.
    public internal(set) var issues: [Issue] = []
    /// The projects' names by key.
    public let projects: [String: String]
    /// The names of the types of issues.
    public let issueTypes: [String]
    /// After how many more requests the search knows of a new issue.
    public var searchLag = 0
    /// The most bytes of a request; longer ones are answered 413.
    public var mostBytes = 10_000_000
    /// Whether the issues of a bulk creation are told in another order than they were asked for.
    public var tellsBackwards = false
    /// What is to go wrong, each once, with the next request that it is for.
    public var troubles: [Trouble] = []
    /// How many requests there were.
    public private(set) var requests = 0
    /// What is still to be created of requests that nobody waits for.
    private var postponed: [Request] = []
    var numbers: [String: Int] = [:]
    /// Where it is served, for the addresses in its answers.
    public var origin: String
    let email: String
    let token: String

    /// Makes a site with projects in which nothing has been created.
    /// - Parameters:
    ///   - origin: where it is served, for the addresses in its answers.
    ///   - email: whose credentials it takes.
    ///   - token: the API token that goes with them.
    public init(
        origin: String = "https://example.atlassian.net", email: String, token: String,
        projects: [String: String] = ["WEB": "Web site"], issueTypes: [String] = ["Task", "Story", "Bug"]
    ) {
        self.origin = origin
        self.email = email
        self.token = token
        self.projects = projects
        self.issueTypes = issueTypes
    }

    /// An issue that it keeps.
    public struct Issue: Hashable, Sendable {
        /// Its id.
        public let id: Int
        /// Its key.
        public var key: String
        /// The key of its project.
        public let project: String
        /// The name of its type.
        public let type: String
        /// Its title.
        public let summary: String
        /// Its description.
        public let description: ADFNode?
        /// Its labels.
        public let labels: [String]
        /// After how many requests it was created.
        let createdAt: Int
        /// Whether the account sees it.
        var isVisible = true

        var number: Int { key.split(separator: "-").last.flatMap { Int($0) } ?? 0 }
    }

    /// A request, as an HTTP server has it.
    public struct Request: Hashable, Sendable {
        /// The method.
        public var method: String
        /// The path, without the query.
        public var path: String
        /// The query.
        public var query: [String: String]
        /// The headers, by name in lower case.
        public var headers: [String: String]
        /// The body.
        public var body: Data

        /// Makes a request.
        public init(
            _ method: String, _ path: String, query: [String: String] = [:], headers: [String: String] = [:],
            body: Data = Data()
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = Dictionary(
                headers.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
            self.body = body
        }
    }

    /// An answer.
    public struct Answer: Hashable, Sendable {
        /// The status.
        public var status: Int
        /// The headers, by name in lower case.
        public var headers: [String: String]
        /// The body.
        public var body: Data
        /// How long the server should wait before it answers.
        public var delay: Duration?

        init(_ status: Int, _ json: JSONValue?, headers: [String: String] = [:]) {
            self.status = status
            self.headers = headers.merging(["content-type": "application/json;charset=UTF-8"]) { own, _ in own
            }
            body = Data(((try? json?.encoded()) ?? "").utf8)
        }

        static func errors(
            _ status: Int, _ messages: [String] = [], fields: [String: String] = [:]
        ) -> Answer {
            Answer(status, errorCollection(messages, fields: fields))
        }

        static func errorCollection(_ messages: [String], fields: [String: String]) -> JSONValue {
            [
                "errorMessages": .array(messages.map(JSONValue.string)),
                "errors": .object(fields.mapValues(JSONValue.string)),
            ]
        }
    }

    /// Answers a request.
    /// - Returns: `nil` when the connection is to be closed without an answer.
    public mutating func handle(_ request: Request) -> Answer? {
        requests += 1
        let endpoint = Endpoint(request)
        let index = troubles.firstIndex { $0.endpoint == nil || $0.endpoint == endpoint }
        let kind = index.map { troubles.remove(at: $0).kind }
        switch kind {
        case .status(let status, let retryAfter):
            var answer = Answer.errors(status, ["The fake was told to answer \(status)."])
            if let retryAfter { answer.headers["retry-after"] = "\(retryAfter)" }
            return answer
        case .dropRequest: return nil
        case .loseAnswer:
            _ = answer(request, endpoint)
            return nil
        case .postpone:
            postponed.append(request)
            return nil
        case .garble:
            guard var garbled = answer(request, endpoint) else { return nil }
            garbled.body = Data("<html>".utf8)
            return garbled
        case .slow(let delay):
            guard var slow = answer(request, endpoint) else { return nil }
            slow.delay = delay
            return slow
        case .refuse(let elements): return answer(request, endpoint, refused: elements)
        case .unreadable:
            return Answer(
                200, ["issues": [], "issueErrors": [["id": "10000", "errorMessage": "Try again."]]])
        case nil: return answer(request, endpoint)
        }
    }

    /// Does what is still to be done of postponed requests.
    public mutating func settle() {
        let requests = postponed
        postponed = []
        for request in requests { _ = answer(request, Endpoint(request)) }
    }

    /// Adds issues that somebody else creates.
    public mutating func add(_ count: Int, to project: String, labels: [String] = []) {
        for _ in 0..<count {
            keep(
                IssueFields(
                    project: project, type: issueTypes.first ?? "Task", summary: "Somebody else's",
                    description: nil, labels: labels))
        }
    }

    /// Takes an issue away, as somebody who deletes it does. Its number is not used again.
    public mutating func delete(_ key: String) { issues.removeAll { $0.key == key } }

    /// Hides an issue from the account.
    public mutating func hide(_ key: String) {
        for index in issues.indices where issues[index].key == key { issues[index].isVisible = false }
    }

    /// Gives an issue another key, as moving it to another project does.
    public mutating func move(_ key: String, to other: String) {
        for index in issues.indices where issues[index].key == key { issues[index].key = other }
    }
}

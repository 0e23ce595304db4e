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
    public private(set) var issues: [Issue] = []
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
    private var numbers: [String: Int] = [:]
    private let email: String
    private let token: String
    private let origin: String

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

    // MARK: What it does

    private mutating func answer(
        _ request: Request, _ endpoint: Endpoint?, refused: [Int: Int] = [:]
    ) -> Answer? {
        if let refusal = refusal(of: request, endpoint) { return refusal }
        let body = try? BoundedJSON.read(request.body, mostBytes: mostBytes)
        switch endpoint {
        case .myself:
            return Answer(
                200,
                [
                    "accountId": "5b10a2844c20165700ede21g", "accountType": "atlassian", "active": true,
                    "displayName": "Fake Jira's user", "emailAddress": .string(email),
                    "self": .string("\(origin)/rest/api/3/user?accountId=5b10a2844c20165700ede21g"),
                ])
        case .create: return createOne(body)
        case .createMany: return createMany(body, refused: refused)
        case .search: return search(body)
        case .fetch: return fetch(body)
        case nil: return .errors(404, ["There is nothing at \(request.path.prefix(100))."])
        }
    }

    private func refusal(of request: Request, _ endpoint: Endpoint?) -> Answer? {
        let credentials = "Basic " + Data("\(email):\(token)".utf8).base64EncodedString()
        guard request.headers["authorization"] == credentials else {
            return .errors(401, ["Client must be authenticated to access this resource."])
        }
        guard request.body.count <= mostBytes else { return .errors(413, ["The request is too large."]) }
        if request.method == "POST", endpoint != nil {
            let type = request.headers["content-type"]?.split(separator: ";").first.map(String.init)
            guard type == "application/json" else {
                return .errors(415, ["The body must be application/json."])
            }
        }
        return nil
    }

    private mutating func createOne(_ body: JSONValue?) -> Answer {
        switch check(body) {
        case .success(let fields): return Answer(201, told(keep(fields)))
        case .failure(let errors): return Answer(400, errors.json)
        }
    }

    private mutating func createMany(_ body: JSONValue?, refused: [Int: Int]) -> Answer {
        guard case .object(let members) = body, Set(members.keys) == ["issueUpdates"],
            case .array(let updates) = members["issueUpdates"], (1...50).contains(updates.count)
        else { return .errors(400, ["issueUpdates must be a list of 1 to 50 issues."]) }
        var (created, errors): ([JSONValue], [JSONValue]) = ([], [])
        for (index, update) in updates.enumerated() {
            func fail(_ status: Int, _ json: JSONValue) {
                errors.append(
                    [
                        "status": .integer(Int64(status)), "elementErrors": json,
                        "failedElementNumber": .integer(Int64(index)),
                    ])
            }
            if let status = refused[index] {
                fail(status, Answer.errorCollection(["The fake was told to refuse this."], fields: [:]))
                continue
            }
            switch check(update) {
            case .success(let fields): created.append(told(keep(fields)))
            case .failure(let wrong): fail(400, wrong.json)
            }
        }
        if tellsBackwards { created.reverse() }
        return Answer(created.isEmpty ? 400 : 201, ["issues": .array(created), "errors": .array(errors)])
    }

    private func check(_ body: JSONValue?) -> Result<IssueFields, FieldErrors> {
        IssueFields.read(body, projects: projects, types: issueTypes)
    }

    @discardableResult private mutating func keep(_ fields: IssueFields) -> Issue {
        let number = numbers[fields.project, default: 0] + 1
        numbers[fields.project] = number
        let issue = Issue(
            id: 10_000 + numbers.values.reduce(0, +), key: "\(fields.project)-\(number)",
            project: fields.project,
            type: fields.type, summary: fields.summary, description: fields.description,
            labels: fields.labels,
            createdAt: requests)
        issues.append(issue)
        return issue
    }

    private func told(_ issue: Issue, fields: JSONValue? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string("\(issue.id)"), "key": .string(issue.key),
            "self": .string("\(origin)/rest/api/3/issue/\(issue.id)"),
        ]
        members["fields"] = fields
        return .object(members)
    }

    private func search(_ body: JSONValue?) -> Answer {
        let query: SearchQuery
        switch SearchQuery.read(body, projects: projects) {
        case .success(let read): query = read
        case .failure(let errors): return Answer(400, errors.json)
        }
        let known = issues.filter { $0.isVisible && $0.createdAt + searchLag <= requests }
        let found = known.filter(query.matches).sorted { left, right in
            let isBefore = (left.project, left.number) < (right.project, right.number)
            return query.isDescending ? !isBefore : isBefore
        }
        let page = found.prefix(query.most).map { told($0, fields: query.fields($0)) }
        var members: [String: JSONValue] = [
            "issues": .array(page), "isLast": .bool(found.count <= query.most),
        ]
        if found.count > query.most { members["nextPageToken"] = "more" }
        return Answer(200, .object(members))
    }

    private func fetch(_ body: JSONValue?) -> Answer {
        guard case .object(let members) = body, case .array(let names) = members["issueIdsOrKeys"],
            Set(members.keys).isSubset(of: [
                "expand", "fields", "fieldsByKeys", "issueIdsOrKeys", "properties",
            ])
        else { return .errors(400, ["issueIdsOrKeys must be a list of ids or keys."]) }
        let keys = Set(names.compactMap { $0.text?.uppercased() })
        guard (1...100).contains(names.count), keys.count == names.count else {
            return .errors(400, ["issueIdsOrKeys must be 1 to 100 different ids or keys."])
        }
        let fields = SearchQuery.fieldNames(members["fields"])
        let found = issues.filter { $0.isVisible && (keys.contains($0.key) || keys.contains("\($0.id)")) }
            .sorted { $0.id < $1.id }
        return Answer(
            200,
            [
                "issues": .array(found.map { told($0, fields: SearchQuery.shown($0, fields)) }),
                "issueErrors": [],
            ])
    }
}

import Foundation
import Lockstep
import TicketDocument

extension FakeJira {
    mutating func answer(
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

    @discardableResult mutating func keep(_ fields: IssueFields) -> Issue {
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

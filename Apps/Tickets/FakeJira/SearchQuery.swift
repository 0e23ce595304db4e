import Lockstep

/// A search, in the small part of JQL that an export speaks: `project = "…"` and `labels in ("…", …)`, joined by
/// `AND`, then `ORDER BY key` up or down.
struct SearchQuery {
    private var project: String?
    private var labels: Set<String>?
    private(set) var isDescending = false
    private(set) var most = 50
    private var names: Set<String> = []

    static func read(_ body: JSONValue?, projects: [String: String]) -> Result<SearchQuery, FieldErrors> {
        let known: Set = [
            "expand", "fields", "fieldsByKeys", "jql", "maxResults", "nextPageToken", "properties",
            "reconcileIssues",
        ]
        guard case .object(let members) = body, let jql = members["jql"]?.text,
            members.keys.allSatisfy(known.contains)
        else {
            return .failure(
                FieldErrors(messages: ["Invalid request payload. Refer to the REST API documentation."]))
        }
        var query = SearchQuery()
        if let most = members["maxResults"]?.double {
            guard (1...5000).contains(most) else {
                return .failure(FieldErrors(messages: ["maxResults must be from 1 to 5000."]))
            }
            query.most = min(100, Int(most))
        }
        query.names = fieldNames(members["fields"])
        var words = Words(jql)
        guard query.parse(&words) else {
            return .failure(FieldErrors(messages: ["Error in the JQL Query: '\(jql.prefix(200))'."]))
        }
        guard query.project != nil || query.labels != nil else {
            return .failure(
                FieldErrors(messages: [
                    "Unbounded JQL queries are not allowed here. Please add a search restriction."
                ]))
        }
        if let project = query.project, projects[project] == nil {
            return .failure(
                FieldErrors(messages: ["The value '\(project)' does not exist for the field 'project'."]))
        }
        return .success(query)
    }

    func matches(_ issue: FakeJira.Issue) -> Bool {
        (project.map { $0 == issue.project } ?? true)
            && (labels.map { !$0.isDisjoint(with: issue.labels) } ?? true)
    }

    func fields(_ issue: FakeJira.Issue) -> JSONValue? { Self.shown(issue, names) }

    static func fieldNames(_ json: JSONValue?) -> Set<String> {
        guard case .array(let names) = json else { return [] }
        return Set(names.compactMap(\.text))
    }

    static func shown(_ issue: FakeJira.Issue, _ names: Set<String>) -> JSONValue? {
        var fields: [String: JSONValue] = [:]
        if names.contains("labels") { fields["labels"] = .array(issue.labels.map(JSONValue.string)) }
        if names.contains("summary") { fields["summary"] = .string(issue.summary) }
        return names.isEmpty ? nil : .object(fields)
    }

    private mutating func parse(_ words: inout Words) -> Bool {
        repeat {
            switch words.next()?.lowercased() {
            case "project":
                guard words.take("="), let key = words.next() else { return false }
                project = key
            case "labels":
                guard words.take("in"), words.take("(") else { return false }
                var list: Set<String> = []
                repeat {
                    guard let label = words.next(), label != ")" else { return false }
                    list.insert(label)
                } while words.take(",")
                guard words.take(")") else { return false }
                labels = list
            default: return false
            }
        } while words.take("and")
        if words.take("order") {
            guard words.take("by"), words.take("key") else { return false }
            isDescending = words.take("desc")
            if !isDescending { _ = words.take("asc") }
        }
        return words.next() == nil
    }
}

/// The words of a query: names, signs, and texts without their quotes.
private struct Words {
    private var rest: Substring

    private let text: String

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    mutating func next() -> String? {
        rest = rest.drop(while: \.isWhitespace)
        guard let first = rest.first else { return nil }
        if first == "\"" {
            let inner = rest.dropFirst()
            guard let end = inner.firstIndex(of: "\"") else { return nil }
            rest = inner[inner.index(after: end)...]
            return String(inner[..<end])
        }
        let word =
            "=(),".contains(first)
            ? rest.prefix(1) : rest.prefix { !$0.isWhitespace && !"=(),\"".contains($0) }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    mutating func take(_ word: String) -> Bool {
        let before = rest
        if next()?.lowercased() == word { return true }
        rest = before
        return false
    }
}

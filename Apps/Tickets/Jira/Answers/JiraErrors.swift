import Lockstep

/// What Jira says is wrong: its `ErrorCollection`.
struct JiraErrors {
    /// Sentences about the request, and those about fields with the field in front.
    let sentences: [String]

    init(_ json: JSONValue?) {
        var sentences: [String] = []
        if case .array(let messages) = json?["errorMessages"] { sentences += messages.compactMap(\.text) }
        if case .object(let fields) = json?["errors"] {
            sentences += fields.sorted { $0.key < $1.key }.compactMap { name, value in
                value.text.map { "\(name): \($0)" }
            }
        }
        self.sentences = sentences.filter { !$0.isEmpty }
    }

    /// All of it on one line that is not too long and ends without a full stop, or a phrase for an answer without
    /// words.
    var text: String {
        let line = sentences.prefix(10).joined(separator: " ")
            .split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        let visible = String(
            String.UnicodeScalarView(
                line.unicodeScalars.filter { ![.control, .format].contains($0.properties.generalCategory) }))
        if visible.isEmpty { return "it gave no reason" }
        if visible.count > 500 { return visible.prefix(499) + "…" }
        return visible.hasSuffix(".") ? String(visible.dropLast()) : visible
    }
}

/// An issue of a bulk creation that was not created.
struct FailedElement {
    let index: Int
    let status: Int
    let errors: JiraErrors

    init?(_ json: JSONValue) {
        guard case .integer(let index) = json["failedElementNumber"], (0..<1000).contains(index) else {
            return nil
        }
        self.index = Int(index)
        status = json["status"]?.double.flatMap { Int(exactly: $0) } ?? 400
        errors = JiraErrors(json["elementErrors"])
    }
}

/// The answer to a bulk creation: `CreatedIssues`.
struct BulkResult {
    let created: [FoundIssue]
    let failed: [FailedElement]

    /// - Returns: `nil` for an answer that does not account for all issues of the request.
    init?(_ json: JSONValue?, count: Int) {
        guard let json else { return nil }
        var (issues, errors): ([JSONValue], [JSONValue]) = ([], [])
        if case .array(let list) = json["issues"] { issues = list }
        if case .array(let list) = json["errors"] { errors = list }
        created = issues.compactMap(FoundIssue.init(_:))
        failed = errors.compactMap(FailedElement.init(_:))
        let indices = Set(failed.map(\.index))
        guard created.count == issues.count, failed.count == errors.count, indices.count == failed.count,
            indices.allSatisfy({ $0 < count }), created.count + failed.count == count
        else { return nil }
    }
}

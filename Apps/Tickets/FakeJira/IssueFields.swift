import Lockstep
import TicketDocument

/// The fields of an issue to be created, as `IssueUpdateDetails` has them.
struct IssueFields {
    var project: String
    var type: String
    var summary: String
    var description: ADFNode?
    var labels: [String]

    /// Reads and checks fields; all that is wrong is told at once, as Jira does.
    static func read(
        _ body: JSONValue?, projects: [String: String], types: [String]
    ) -> Result<IssueFields, FieldErrors> {
        guard case .object(let members) = body else {
            return .failure(
                FieldErrors(messages: ["Invalid request payload. Refer to the REST API documentation."]))
        }
        let known: Set = ["fields", "historyMetadata", "properties", "transition", "update"]
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            return .failure(FieldErrors(messages: ["Unrecognized field \"\(unknown)\"."]))
        }
        guard case .object(let fields) = members["fields"] else {
            return .failure(FieldErrors(messages: ["fields must be an object."]))
        }
        var errors = FieldErrors()
        let settable: Set = ["project", "issuetype", "summary", "description", "labels"]
        for name in fields.keys where !settable.contains(name) {
            errors.fields[name] =
                "Field '\(name)' cannot be set. It is not on the appropriate screen, or unknown."
        }
        let project = fields["project"]?["key"]?.text
        if project.flatMap({ projects[$0] }) == nil { errors.fields["project"] = "valid project is required" }
        let type = fields["issuetype"]?["name"]?.text
        if !types.contains(where: { $0 == type }) {
            errors.fields["issuetype"] = "Specify a valid issue type"
        }
        let summary = fields["summary"]?.text ?? ""
        if summary.allSatisfy(\.isWhitespace) {
            errors.fields["summary"] = "You must specify a summary of the issue."
        } else if summary.utf16.count > 255 {
            errors.fields["summary"] = "Summary must be less than 255 characters."
        } else if summary.contains(where: \.isNewline) {
            errors.fields["summary"] = "The summary is invalid because it contains newline characters."
        }
        let description = read(description: fields["description"], &errors)
        let labels = read(labels: fields["labels"], &errors)
        guard errors.isEmpty, let project, let type else { return .failure(errors) }
        return .success(
            IssueFields(
                project: project, type: type, summary: summary, description: description, labels: labels))
    }

    private static func read(description: JSONValue?, _ errors: inout FieldErrors) -> ADFNode? {
        guard let description, description != .null else { return nil }
        guard case .object = description else {
            errors.fields["description"] =
                "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
            return nil
        }
        do {
            let node = try ADFNode(description)
            try ADFValidator().check(node)
            return node
        } catch {
            // Jira says INVALID_INPUT and no more; whoever tests wants to know.
            errors.fields["description"] = "INVALID_INPUT (\(error))"
            return nil
        }
    }

    private static func read(labels: JSONValue?, _ errors: inout FieldErrors) -> [String] {
        guard let labels, labels != .null else { return [] }
        guard case .array(let elements) = labels, elements.allSatisfy({ $0.text != nil }) else {
            errors.fields["labels"] = "data was not an array of strings"
            return []
        }
        let texts = elements.compactMap(\.text)
        if let label = texts.first(where: { $0.isEmpty || $0.contains(where: \.isWhitespace) }) {
            errors.fields["labels"] = "The label '\(label)' contains spaces which is invalid."
        } else if texts.contains(where: { $0.utf16.count > 255 }) {
            errors.fields["labels"] = "A label exceeds the maximum length of 255 characters."
        }
        return texts
    }
}

/// What is wrong with a request.
struct FieldErrors: Error {
    var messages: [String] = []
    var fields: [String: String] = [:]

    var isEmpty: Bool { messages.isEmpty && fields.isEmpty }
    var json: JSONValue { FakeJira.Answer.errorCollection(messages, fields: fields) }
}

import Lockstep
import TicketDocument

/// An issue to be created.
public struct JiraIssue: Hashable, Sendable {
    /// The key of its project, such as `WEB`.
    public var project: String
    /// The name of its type, such as `Task`.
    public var type: String
    /// Its title, on one line.
    public var summary: String
    /// Its description.
    public var description: ADFNode
    /// Its labels, the one that tells the ticket among them.
    public var labels: [String]

    /// Makes an issue.
    public init(
        project: String, type: String = "Task", summary: String, description: ADFNode, labels: [String]
    ) {
        self.project = project
        self.type = type
        self.summary = summary
        self.description = description
        self.labels = labels
    }

    /// The label that tells an exported ticket from all others: Jira has no idempotency keys, so this is how it is
    /// found again.
    public static func label(ticket id: String) -> String { "lockstep-\(id)" }

    /// Whether a text can be a project's key: letters, digits and underscores, a letter first.
    public static func isProjectKey(_ text: String) -> Bool {
        let bytes = text.utf8
        let isLetter = { (byte: UInt8) in (65...90).contains(byte & 0xDF) }
        return (2...50).contains(bytes.count) && bytes.first.map(isLetter) == true
            && bytes.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }

    /// Whether a text can be a ticket's id in a label: letters, digits and strokes.
    public static func isTicketID(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (65...90).contains(byte & 0xDF) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
            }
    }

    /// The issue as `IssueUpdateDetails`.
    var details: JSONValue {
        [
            "fields": [
                "project": ["key": .string(project)], "issuetype": ["name": .string(type)],
                "summary": .string(summary), "description": description.json,
                "labels": .array(labels.map(JSONValue.string)),
            ]
        ]
    }

    /// How many bytes it has in a request.
    public var bytes: Int { (try? details.encoded().utf8.count) ?? .max }
}

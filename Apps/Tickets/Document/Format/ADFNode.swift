import Lockstep

/// A node of the Atlassian Document Format: a document, a block in it, or what stands in a line.
///
/// A node is data. What this program does not know is kept and written again as it was read; whether a document
/// may be sent to Jira is ``ADFValidator``'s to say.
/// <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>
public struct ADFNode: Hashable, Sendable {
    /// What the node is, such as `paragraph`.
    public var type: String
    /// The attributes; `nil` when there is no such member.
    public var attrs: [String: JSONValue]?
    /// The nodes in it; `nil` when there is no such member.
    public var content: [ADFNode]?
    /// The marks on it; `nil` when there is no such member.
    public var marks: [ADFMark]?
    /// The text of a text node.
    public var text: String?
    /// The other members: `version` of a document, and whatever this program does not know.
    public var others: [String: JSONValue]

    /// Makes a node.
    public init(
        _ type: String, attrs: [String: JSONValue]? = nil, content: [ADFNode]? = nil, marks: [ADFMark]? = nil,
        text: String? = nil, others: [String: JSONValue] = [:]
    ) {
        self.type = type
        self.attrs = attrs
        self.content = content
        self.marks = marks
        self.text = text
        self.others = others
    }

    /// The node as JSON.
    public var json: JSONValue {
        var members = others
        members["type"] = .string(type)
        members["attrs"] = attrs.map(JSONValue.object)
        members["content"] = content.map { .array($0.map(\.json)) }
        members["marks"] = marks.map { .array($0.map(\.json)) }
        members["text"] = text.map(JSONValue.string)
        return .object(members)
    }

    /// All text in it, without marks; blocks and breaks end lines.
    public var plainText: String {
        if let text { return text }
        if type == "hardBreak" { return "\n" }
        let parts = (content ?? []).map(\.plainText)
        let isLine = ["paragraph", "heading", "codeBlock", "taskItem", "decisionItem"].contains(type)
        return isLine ? parts.joined() : parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

/// A mark on a node: emphasis, a link, an alignment.
public struct ADFMark: Hashable, Sendable {
    /// What the mark is, such as `strong`.
    public var type: String
    /// The attributes; `nil` when there is no such member.
    public var attrs: [String: JSONValue]?
    /// Whatever else stood there.
    public var others: [String: JSONValue]

    /// Makes a mark.
    public init(_ type: String, attrs: [String: JSONValue]? = nil, others: [String: JSONValue] = [:]) {
        self.type = type
        self.attrs = attrs
        self.others = others
    }

    /// The mark as JSON.
    public var json: JSONValue {
        var members = others
        members["type"] = .string(type)
        members["attrs"] = attrs.map(JSONValue.object)
        return .object(members)
    }
}

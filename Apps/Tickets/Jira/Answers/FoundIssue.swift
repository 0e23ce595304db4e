import Foundation
import Lockstep
import TicketDocument

/// An issue that a search, a fetch or a creation tells of.
public struct FoundIssue: Hashable, Sendable, Codable {
    /// Its id, a number as text.
    public let id: String
    /// Its key, such as `WEB-12`.
    public let key: String
    /// Its labels; empty in the answer to a creation.
    public let labels: [String]

    /// Makes an issue.
    public init(id: String, key: String, labels: [String] = []) {
        self.id = id
        self.key = key
        self.labels = labels
    }

    /// The number in its key.
    public var number: Int? { key.split(separator: "-").last.flatMap { Int($0) } }

    init?(_ json: JSONValue) {
        guard let id = json["id"]?.text, let key = json["key"]?.text, key.contains("-"), key.utf8.count <= 300
        else { return nil }
        var labels: [String] = []
        if case .array(let texts) = json["fields"]?["labels"] { labels = texts.compactMap(\.text) }
        self.init(id: id, key: key, labels: labels)
    }

}

/// The issues of a search or a fetch.
struct FoundIssues {
    let issues: [FoundIssue]
    /// Whether all issues are told: a fetch names those that exist and could not be read this time in `issueErrors`.
    let isComplete: Bool

    /// - Returns: `nil` when the answer is none.
    init?(_ answer: JiraAnswer) {
        guard let json = answer.json else { return nil }
        let elements: [JSONValue]
        let errors: [JSONValue]?
        if case .array(let list) = json["issueErrors"] { errors = list } else { errors = nil }
        switch json["issues"] {
        case .array(let list): elements = list
        case nil where errors != nil: elements = []
        default: return nil
        }
        issues = elements.compactMap(FoundIssue.init(_:))
        isComplete = errors?.isEmpty ?? true
        guard issues.count == elements.count else { return nil }
    }
}

extension JiraAnswer {
    /// The longest body that is looked at, in bytes.
    public static let longestBody = 10_000_000

    /// The body as JSON.
    var json: JSONValue? { try? BoundedJSON.read(body, mostBytes: Self.longestBody) }
}

import Foundation
import Lockstep

/// A job as the API shows it. Times are ISO 8601 in UTC with microseconds; what is not there is `null`.
public struct JobDocument: Sendable {
    private let record: JobRecord

    /// The document of a job.
    public init(_ record: JobRecord) { self.record = record }

    /// The document as JSON text.
    /// - Parameter reused: whether the job was there before; left out when `nil`.
    public func json(reused: Bool? = nil) throws -> String {
        let head = try JSONText.encode(Head(record: record, reused: reused))
        // Input, output and metadata are JSON text already; they go in as they are, without being rounded.
        let parts = [
            ("input", record.input), ("output", record.output ?? "null"), ("metadata", record.metadata),
        ]
        let members = try parts.map { name, text in "\"\(name)\":\(try Self.checked(text))" }
        return head.dropLast() + "," + members.joined(separator: ",") + "}"
    }

    /// A text that is no JSON (somebody wrote to the table by hand) must not break the whole document: it is
    /// shown as a string.
    private static func checked(_ text: String) throws -> String {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            return text
        } catch {
            return try JSONText.encode(text)
        }
    }

    private struct Head: Encodable {
        let record: JobRecord
        let reused: Bool?

        enum Key: String, CodingKey { case reused }

        func encode(to encoder: any Encoder) throws {
            try JobHead(record).encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encodeIfPresent(reused, forKey: .reused)
        }
    }
}

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

        enum Key: String, CodingKey {
            case id, lifecycle, status, owner, key, priority, progress, failure, attempt, fence, parked, hold
            case version, deadline, reused
            case progressDetail = "progress_detail"
            case createdAt = "created_at"
            case updatedAt = "updated_at"
            case enteredAt = "entered_at"
            case endedAt = "ended_at"
            case availableAt = "available_at"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(record.id, forKey: .id)
            try container.encode(record.lifecycle, forKey: .lifecycle)
            try container.encode(record.status, forKey: .status)
            try container.encode(record.owner, forKey: .owner)
            try container.encode(record.key, forKey: .key)
            try container.encode(record.priority, forKey: .priority)
            try container.encode(record.progress, forKey: .progress)
            try container.encode(record.progressDetail, forKey: .progressDetail)
            try container.encode(record.failure.map(FailureDocument.init), forKey: .failure)
            try container.encode(record.attempt, forKey: .attempt)
            try container.encode(record.fence, forKey: .fence)
            try container.encode(record.parkedAt != nil, forKey: .parked)
            try container.encode(record.hold, forKey: .hold)
            try container.encode(record.version, forKey: .version)
            try container.encode(record.createdAt, forKey: .createdAt)
            try container.encode(record.updatedAt, forKey: .updatedAt)
            try container.encode(record.enteredAt, forKey: .enteredAt)
            try container.encode(record.endedAt, forKey: .endedAt)
            try container.encode(record.deadline, forKey: .deadline)
            try container.encode(record.availableAt, forKey: .availableAt)
            try container.encodeIfPresent(reused, forKey: .reused)
        }
    }
}

/// A failure as the API shows it.
struct FailureDocument: Encodable {
    let audience: Failure.Audience
    let code: String
    let message: String

    init(_ failure: Failure) {
        audience = failure.audience
        code = failure.code
        message = failure.message
    }
}

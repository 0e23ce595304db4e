import Lockstep

/// A job as JSON, with the names that the server's API uses, and what an operator needs beside.
struct JobDocument: Encodable {
    private let record: JobRecord

    init(_ record: JobRecord) { self.record = record }

    enum Key: String, CodingKey {
        case id, lifecycle, status, owner, key, priority, progress, failure, attempt, fence, parked, hold
        case version, deadline, input, output, metadata
        case progressDetail = "progress_detail"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case enteredAt = "entered_at"
        case endedAt = "ended_at"
        case availableAt = "available_at"
        case claimedBy = "claimed_by"
        case parkedAt = "parked_at"
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
        try container.encode(record.claimedBy, forKey: .claimedBy)
        try container.encode(record.parkedAt, forKey: .parkedAt)
        try container.encode(Self.value(record.input), forKey: .input)
        try container.encode(record.output.map(Self.value), forKey: .output)
        try container.encode(Self.value(record.metadata), forKey: .metadata)
    }

    /// A text that is no JSON (somebody wrote to the table by hand) is shown as a string.
    private static func value(_ text: String) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            return .string(text)
        }
    }
}

/// A failure as JSON.
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

/// A refusal as JSON.
struct RefusalDocument: Encodable {
    let code: String
    let message: String
    let from: String?
    let to: String?
    let allowed: [String]?

    init(_ refusal: Refusal) {
        code = refusal.code.rawValue
        message = refusal.message
        from = refusal.from
        to = refusal.to
        allowed = refusal.allowed
    }
}

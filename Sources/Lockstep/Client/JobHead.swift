/// A job as JSON, as every face of Lockstep shows it, but for its input, output and metadata: they are JSON
/// already, and each face says how much of them it shows. What is not there is `null`.
public struct JobHead: Encodable, Sendable {
    private let record: JobRecord

    /// The head of a job.
    public init(_ record: JobRecord) { self.record = record }

    private enum Key: String, CodingKey {
        case id, lifecycle, status, owner, key, priority, progress, failure, attempt, fence, parked, hold
        case version, deadline
        case progressDetail = "progress_detail"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case enteredAt = "entered_at"
        case endedAt = "ended_at"
        case availableAt = "available_at"
    }

    /// Writes the head; times are ISO 8601 in UTC with microseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(record.id, forKey: .id)
        try container.encode(record.lifecycle, forKey: .lifecycle)
        try container.encode(record.status, forKey: .status)
        try container.encode(record.owner, forKey: .owner)
        try container.encode(record.key, forKey: .key)
        try container.encode(record.priority, forKey: .priority)
        try container.encode(record.progress, forKey: .progress)
        try container.encode(record.progressDetail, forKey: .progressDetail)
        try container.encode(record.failure, forKey: .failure)
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
    }
}

extension HistoryEntry: Encodable {
    private enum Key: String, CodingKey {
        case number, kind, from, to, actor, reason, failure, fence, attempt, at
    }

    /// Writes the entry as every face of Lockstep shows it; what is not there is `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(number, forKey: .number)
        try container.encode(kind, forKey: .kind)
        try container.encode(from, forKey: .from)
        try container.encode(to, forKey: .to)
        try container.encode(actor, forKey: .actor)
        try container.encode(reason, forKey: .reason)
        try container.encode(failure, forKey: .failure)
        try container.encode(fence, forKey: .fence)
        try container.encode(attempt, forKey: .attempt)
        try container.encode(at, forKey: .at)
    }
}

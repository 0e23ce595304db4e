import Lockstep

/// A worker as the API shows it.
struct WorkerDocument: Encodable {
    let record: WorkerRecord
    let now: Timestamp

    private enum Key: String, CodingKey {
        case id, host, statuses, holding, alive
        case leaseSeconds = "lease_seconds"
        case startedAt = "started_at"
        case beatAt = "beat_at"
        case leaseEnds = "lease_ends"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(record.id.text, forKey: .id)
        try container.encode(record.host, forKey: .host)
        try container.encode(record.statuses, forKey: .statuses)
        try container.encode(record.holding, forKey: .holding)
        try container.encode(record.leaseEnds > now, forKey: .alive)
        // A goodbye ends a lease before the sign of life that renewed it.
        let lease = max(.zero, record.leaseEnds - record.beatAt)
        try container.encode(Int(lease.components.seconds), forKey: .leaseSeconds)
        try container.encode(record.startedAt, forKey: .startedAt)
        try container.encode(record.beatAt, forKey: .beatAt)
        try container.encode(record.leaseEnds, forKey: .leaseEnds)
    }
}

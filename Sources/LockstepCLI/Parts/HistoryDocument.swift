import Lockstep

/// A job's history as JSON, with the names that the server's API uses, and the time since the entry before.
struct HistoryDocument: Encodable {
    let job: JobID
    let lifecycle: String
    let entries: [Entry]

    init(of record: JobRecord, _ history: [HistoryEntry]) {
        job = record.id
        lifecycle = record.lifecycle
        entries = zip(history, [nil] + history.map(\.at)).map(Entry.init)
    }

    struct Entry: Encodable {
        let entry: HistoryEntry
        let before: Timestamp?

        enum Key: String, CodingKey {
            case number, kind, from, to, actor, reason, failure, fence, attempt, at
            case afterSeconds = "after_seconds"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(entry.number, forKey: .number)
            try container.encode(entry.kind, forKey: .kind)
            try container.encode(entry.from, forKey: .from)
            try container.encode(entry.to, forKey: .to)
            try container.encode(entry.actor, forKey: .actor)
            try container.encode(entry.reason, forKey: .reason)
            try container.encode(entry.failure.map(FailureDocument.init), forKey: .failure)
            try container.encode(entry.fence, forKey: .fence)
            try container.encode(entry.attempt, forKey: .attempt)
            try container.encode(entry.at, forKey: .at)
            let after = before.map { Double(entry.at.microseconds - $0.microseconds) / 1_000_000 }
            try container.encode(after, forKey: .afterSeconds)
        }
    }
}

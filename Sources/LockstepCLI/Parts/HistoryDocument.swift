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
            case afterSeconds = "after_seconds"
        }

        func encode(to encoder: any Encoder) throws {
            try entry.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            let after = before.map {
                Double(entry.at.microseconds.clampedDifference($0.microseconds)) / 1_000_000
            }
            try container.encode(after, forKey: .afterSeconds)
        }
    }
}

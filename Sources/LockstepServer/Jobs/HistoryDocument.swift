import Lockstep

/// A job's history as the API shows it: `{"job": …, "lifecycle": …, "entries": [ … ], "next_after": …}`, oldest
/// first; `next_after` is there when there are more.
struct HistoryDocument: Encodable {
    let job: JobID
    let lifecycle: String
    let entries: [HistoryEntry]
    let nextAfter: Int64?

    init(of record: JobRecord, _ history: [HistoryEntry], nextAfter: Int64?) {
        job = record.id
        lifecycle = record.lifecycle
        entries = history
        self.nextAfter = nextAfter
    }

    private enum Key: String, CodingKey {
        case job, lifecycle, entries
        case nextAfter = "next_after"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(job, forKey: .job)
        try container.encode(lifecycle, forKey: .lifecycle)
        try container.encode(entries, forKey: .entries)
        try container.encode(nextAfter, forKey: .nextAfter)
    }
}

import Lockstep

/// A job's history as the API shows it: `{"job": …, "lifecycle": …, "entries": [ … ]}`, oldest first.
struct HistoryDocument: Encodable {
    let job: JobID
    let lifecycle: String
    let entries: [HistoryEntry]

    init(of record: JobRecord, _ history: [HistoryEntry]) {
        job = record.id
        lifecycle = record.lifecycle
        entries = history
    }
}

/// What the road decided about a command: what the store has to write, if anything.
public enum Decision: Sendable {
    /// Write this record, and this line of its history.
    case write(JobRecord, HistoryEntry)
    /// Write this record; the history does not record such changes (progress, metadata).
    case update(JobRecord)
    /// Delete the job and its history.
    case delete(JobRecord)
    /// Change nothing.
    case refuse(Refusal)
}

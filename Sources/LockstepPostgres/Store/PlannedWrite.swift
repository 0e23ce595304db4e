import Lockstep

/// What is to be written of a job. Classes: a record has many texts, and every copy of it would count them all.
protocol PlannedWrite: AnyObject {
    /// The job as it is to be.
    var record: JobRecord { get }
    /// The line of its history, if there is one.
    var line: HistoryEntry? { get }
    /// Who writes.
    var actor: Actor { get }
}

/// A change of a job that the road has decided, and whose it is.
final class PlannedChange: PlannedWrite {
    /// The place of the command in its batch.
    let place: Int
    let entry: PostgresCatalog.Entry
    let before: JobRecord
    /// Where the row stands.
    let rowPlace: String
    /// The version of the row that the decision was made on; `nil` when the row is locked.
    let xmin: String?
    let record: JobRecord
    let line: HistoryEntry?
    let actor: Actor
    /// Whether the job is deleted.
    let isDeletion: Bool
    /// A long value that stays as it is must not be written again.
    let setsOutput: Bool
    let setsMetadata: Bool

    init(
        _ place: Int, _ entry: PostgresCatalog.Entry, _ kept: KeptRecord, isLocked: Bool, to after: JobRecord,
        _ line: HistoryEntry?, by actor: Actor, isDeletion: Bool = false
    ) {
        self.place = place
        self.entry = entry
        before = kept.record
        rowPlace = kept.place
        xmin = isLocked ? nil : kept.xmin
        record = after
        self.line = line
        self.actor = line?.actor ?? actor
        self.isDeletion = isDeletion
        setsOutput = after.output != kept.record.output
        setsMetadata = after.metadata != kept.record.metadata
    }
}

/// A start that was decided.
final class PlannedStart: PlannedWrite, Sendable {
    let record: JobRecord
    let line: HistoryEntry?
    let actor: Actor

    init(_ record: JobRecord, _ line: HistoryEntry) {
        self.record = record
        self.line = line
        actor = line.actor
    }
}

import Lockstep
import LockstepSQL

/// A decision that is to be written: a job before and after, and the line of its history, if there is one.
struct DecidedWrite: Sendable {
    var before: JobRecord
    /// The version of the row that the decision was made on; `nil` when the row is locked.
    var xmin: String?
    var after: JobRecord
    var line: HistoryEntry?
    var actor: Actor
}

/// Jobs as arrays, a column each, in the order of the statements that write.
struct RecordArrays {
    private(set) var parameters = PGParameters(reserving: 32)

    /// The parameters of ``PostgresStatements/insert``.
    static func inserts(
        _ jobs: [(record: JobRecord, line: HistoryEntry)], revision: Int64
    ) throws -> PGParameters {
        var arrays = RecordArrays()
        let records = jobs.map(\.record)
        arrays.texts(records) { $0.id.text }
        arrays.texts(records, \.owner)
        arrays.texts(records, \.key)
        arrays.numbers(records) { Int64($0.priority) }
        arrays.texts(records) { $0.input }
        arrays.numbers(records) { $0.createdAt.microseconds }
        arrays.texts(records) { $0.status }
        arrays.texts(records, \.output)
        arrays.texts(records) { $0.metadata }
        try arrays.written(records)
        try arrays.entries(jobs.map { ($0.line, $0.line.actor) })
        arrays.parameters.add(revision)
        return arrays.parameters
    }

    /// The parameters of ``PostgresStatements/update``.
    static func updates(_ writes: [DecidedWrite], revision: Int64) throws -> PGParameters {
        var arrays = RecordArrays()
        arrays.numbers(writes) { $0.before.sequence }
        arrays.numbers(writes) { $0.before.version }
        arrays.numbers(writes) { $0.before.fence }
        arrays.texts(writes) { $0.xmin }
        func setsOutput(_ write: DecidedWrite) -> Bool { write.before.output != write.after.output }
        arrays.numbers(writes) { setsOutput($0) ? 1 : nil }
        arrays.texts(writes) { $0.after.status }
        arrays.texts(writes) { setsOutput($0) ? $0.after.output : nil }
        arrays.texts(writes) { $0.before.metadata == $0.after.metadata ? nil : $0.after.metadata }
        try arrays.written(writes.map(\.after))
        try arrays.entries(writes.map { ($0.line, $0.actor) })
        arrays.parameters.add(revision)
        return arrays.parameters
    }

    /// ``JobColumns/written`` after status, output and metadata.
    private mutating func written(_ records: [JobRecord]) throws {
        numbers(records) { Int64($0.progress) }
        texts(records) { $0.progressDetail }
        numbers(records) { $0.fence }
        texts(records) { $0.claimedBy?.text }
        numbers(records) { Int64($0.attempt) }
        numbers(records) { $0.availableAt.microseconds }
        texts(records) { $0.hold }
        numbers(records) { $0.parkedAt?.microseconds }
        try texts(records) { try $0.failure.map(JSONText.encode) }
        numbers(records) { $0.deadline?.microseconds }
        numbers(records) { $0.enteredAt.microseconds }
        numbers(records) { $0.updatedAt.microseconds }
        numbers(records) { $0.endedAt?.microseconds }
        numbers(records) { $0.version }
        try texts(records) { $0.spent.isEmpty ? nil : try JSONText.encode($0.spent) }
        try texts(records) { $0.met.isEmpty ? nil : try JSONText.encode($0.met.sorted()) }
    }

    /// ``JobColumns/entry``. Without a line there is no name: whoever is erased must not stay in what was
    /// written last.
    private mutating func entries(_ lines: [(line: HistoryEntry?, actor: Actor)]) throws {
        texts(lines) { $0.line?.kind.rawValue ?? "updated" }
        texts(lines) { ($0.line?.actor ?? $0.actor).kind.rawValue }
        texts(lines) { $0.line?.actor.name }
        texts(lines) { $0.line?.reason }
        try texts(lines) { try $0.line?.failure.map(JSONText.encode) }
    }

    private mutating func texts<Element>(
        _ elements: [Element], _ value: (Element) throws -> String?
    ) rethrows {
        parameters.add(try elements.map(value))
    }

    private mutating func numbers<Element>(_ elements: [Element], _ value: (Element) -> Int64?) {
        parameters.add(elements.map(value))
    }
}

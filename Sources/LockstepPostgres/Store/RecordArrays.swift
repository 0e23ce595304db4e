import Lockstep
import LockstepSQL

/// Jobs as arrays, a column each, in the order of the statements that write.
struct RecordArrays {
    private var parameters = PGParameters(reserving: 4096)

    /// The parameters of ``PostgresStatements/insert``.
    static func inserts(_ starts: [PlannedStart], revision: Int64) throws -> PGParameters {
        var arrays = RecordArrays()
        arrays.parameters.addTexts(starts) { $0.record.id.text }
        arrays.parameters.addTexts(starts) { $0.record.owner }
        arrays.parameters.addTexts(starts) { $0.record.key }
        arrays.parameters.addNumbers(starts) { Int64($0.record.priority) }
        arrays.parameters.addTexts(starts) { $0.record.input }
        arrays.parameters.addNumbers(starts) { $0.record.createdAt.microseconds }
        arrays.parameters.addTexts(starts) { $0.record.status }
        arrays.parameters.addTexts(starts) { $0.record.output }
        arrays.parameters.addTexts(starts) { $0.record.metadata }
        try arrays.written(starts)
        try arrays.entries(starts)
        arrays.parameters.add(revision)
        return arrays.parameters
    }

    /// The parameters of ``PostgresStatements/update``.
    static func updates(_ changes: [PlannedChange], revision: Int64) throws -> PGParameters {
        var arrays = RecordArrays()
        arrays.parameters.addTexts(changes) { $0.rowPlace }
        arrays.parameters.addNumbers(changes) { $0.before.sequence }
        arrays.parameters.addNumbers(changes) { $0.before.version }
        arrays.parameters.addNumbers(changes) { $0.before.fence }
        arrays.parameters.addTexts(changes) { $0.xmin }
        arrays.parameters.addNumbers(changes) { $0.setsOutput ? 1 : nil }
        arrays.parameters.addTexts(changes) { $0.record.status }
        arrays.parameters.addTexts(changes) { $0.setsOutput ? $0.record.output : nil }
        arrays.parameters.addTexts(changes) { $0.setsMetadata ? $0.record.metadata : nil }
        try arrays.written(changes)
        try arrays.entries(changes)
        arrays.parameters.add(revision)
        return arrays.parameters
    }

    /// ``JobColumns/written`` after status, output and metadata.
    private mutating func written(_ writes: [some PlannedWrite]) throws {
        parameters.addNumbers(writes) { Int64($0.record.progress) }
        parameters.addTexts(writes) { $0.record.progressDetail }
        parameters.addNumbers(writes) { $0.record.fence }
        parameters.addTexts(writes) { $0.record.claimedBy?.text }
        parameters.addNumbers(writes) { Int64($0.record.attempt) }
        parameters.addNumbers(writes) { $0.record.availableAt.microseconds }
        parameters.addTexts(writes) { $0.record.hold }
        parameters.addNumbers(writes) { $0.record.parkedAt?.microseconds }
        try parameters.addTexts(writes) { try $0.record.failure.map(JSONText.encode) }
        parameters.addNumbers(writes) { $0.record.deadline?.microseconds }
        parameters.addNumbers(writes) { $0.record.enteredAt.microseconds }
        parameters.addNumbers(writes) { $0.record.updatedAt.microseconds }
        parameters.addNumbers(writes) { $0.record.endedAt?.microseconds }
        parameters.addNumbers(writes) { $0.record.version }
        try parameters.addTexts(writes) { write in
            write.record.spent.isEmpty ? nil : try JSONText.encode(write.record.spent)
        }
        try parameters.addTexts(writes) { write in
            write.record.met.isEmpty ? nil : try JSONText.encode(write.record.met.sorted())
        }
    }

    /// ``JobColumns/entry``. Without a line there is no name: whoever is erased must not stay in what was
    /// written last.
    private mutating func entries(_ writes: [some PlannedWrite]) throws {
        parameters.addTexts(writes) { $0.line?.kind.rawValue ?? "updated" }
        parameters.addTexts(writes) { $0.actor.kind.rawValue }
        parameters.addTexts(writes) { $0.line?.actor.name }
        parameters.addTexts(writes) { $0.line?.reason }
        try parameters.addTexts(writes) { try $0.line?.failure.map(JSONText.encode) }
    }
}

import Foundation
import GRDB
import Lockstep
import LockstepSQL

extension JobRecord {
    /// Reads a row of ``JobColumns/selected``, by position: names would be looked up for every job.
    init(row: HotStatement, lifecycle: String) {
        func moment(_ column: Int32) -> Timestamp { Timestamp(microseconds: row.integer(column)) }
        func optionalMoment(_ column: Int32) -> Timestamp? {
            row.optionalInteger(column).map(Timestamp.init(microseconds:))
        }
        self.init(
            id: JobID(stored: row.text(1)), lifecycle: lifecycle, status: row.text(7), input: row.text(5),
            metadata: row.text(9), now: moment(6))
        sequence = row.integer(0)
        owner = row.optionalText(2)
        key = row.optionalText(3)
        priority = Int(row.integer(4))
        output = row.optionalText(8)
        progress = Int(row.integer(10))
        progressDetail = row.optionalText(11)
        fence = row.integer(12)
        claimedBy = row.optionalText(13).map(WorkerID.init)
        attempt = Int(row.integer(14))
        availableAt = moment(15)
        hold = row.optionalText(16)
        parkedAt = optionalMoment(17)
        failure = row.optionalText(18).map(StoredText.failure)
        deadline = optionalMoment(19)
        enteredAt = moment(20)
        updatedAt = moment(21)
        endedAt = optionalMoment(22)
        version = row.integer(23)
        spent = StoredText.value(row.optionalText(24), or: [:])
        met = Set(StoredText.value(row.optionalText(25), or: [String]()))
    }

    /// Binds ``JobColumns/fixed`` without `seq`.
    func bindFixed(to statement: HotStatement) {
        statement.bind(id.text).bind(owner).bind(key).bind(priority).bind(input).bind(createdAt.microseconds)
    }

    /// Binds ``JobColumns/written``.
    func bindWritten(to statement: HotStatement) throws {
        statement.bind(status).bind(output).bind(metadata).bind(progress).bind(progressDetail).bind(fence)
            .bind(claimedBy?.text).bind(attempt).bind(availableAt.microseconds).bind(hold)
            .bind(parkedAt?.microseconds).bind(try failure.map(JSONText.encode))
            .bind(deadline?.microseconds).bind(enteredAt.microseconds).bind(updatedAt.microseconds)
            .bind(endedAt?.microseconds).bind(version)
            .bind(spent.isEmpty ? nil : try JSONText.encode(spent))
            .bind(met.isEmpty ? nil : try JSONText.encode(met.sorted()))
    }
}

extension HistoryEntry {
    /// Binds ``JobColumns/entry``.
    func bind(to statement: HotStatement) throws {
        statement.bind(kind.rawValue).bind(actor.kind.rawValue).bind(actor.name).bind(reason)
            .bind(try failure.map(JSONText.encode))
    }

    /// Reads a row of ``JobStatements/history``; `nil` for one that only a newer version can read.
    init?(row: HotStatement, job: JobID) {
        guard let (kind, actor) = StoredText.entry(kind: row.text(1), actor: row.text(4)) else { return nil }
        self.init(
            job: job, number: row.integer(0), kind: kind, from: row.optionalText(2), to: row.text(3),
            actor: Actor(actor, name: row.optionalText(5)), reason: row.optionalText(6),
            failure: row.optionalText(7).map(StoredText.failure),
            fence: row.integer(8), attempt: Int(row.integer(9)), at: Timestamp(microseconds: row.integer(10)))
    }
}

extension SQLValue: DatabaseValueConvertible {
    /// The value as GRDB binds it.
    public var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let value): Data(value).databaseValue
        }
    }

    /// The value as GRDB read it.
    public static func fromDatabaseValue(_ value: DatabaseValue) -> SQLValue? {
        switch value.storage {
        case .null: .null
        case .int64(let number): .integer(number)
        case .double(let number): .real(number)
        case .string(let text): .text(text)
        case .blob(let data): .blob(Array(data))
        }
    }
}

import Foundation
import GRDB
import Lockstep
import LockstepSQL

extension JobRecord {
    /// Reads a row of ``JobColumns/selected``, by position: names would be looked up for every job.
    init(row: Row, lifecycle: String) {
        let moment = { (position: Int) -> Timestamp? in
            (row[position] as Int64?).map(Timestamp.init(microseconds:))
        }
        self.init(
            id: JobID(stored: row[1]), lifecycle: lifecycle, status: row[7], input: row[5], metadata: row[9],
            now: Timestamp(microseconds: row[6]))
        sequence = row[0]
        owner = row[2]
        key = row[3]
        priority = row[4]
        output = row[8]
        progress = row[10]
        progressDetail = row[11]
        fence = row[12]
        claimedBy = (row[13] as String?).map(WorkerID.init)
        attempt = row[14]
        availableAt = Timestamp(microseconds: row[15])
        hold = row[16]
        parkedAt = moment(17)
        failure = (row[18] as String?).map(Self.readFailure)
        deadline = moment(19)
        enteredAt = Timestamp(microseconds: row[20])
        updatedAt = Timestamp(microseconds: row[21])
        endedAt = moment(22)
        version = row[23]
        spent = Self.read(row[24], or: [:])
        met = Set(Self.read(row[25], or: [String]()))
    }

    /// What cannot be read must not keep a job, and the batch it is in, from being worked on.
    private static func readFailure(_ text: String) -> Failure {
        do {
            return try JSONText.decode(Failure.self, from: text)
        } catch {
            return .adminRequired(text, code: "unreadable_failure")
        }
    }

    private static func read<Value: Decodable>(_ text: String?, or fallback: Value) -> Value {
        guard let text else { return fallback }
        do {
            return try JSONText.decode(Value.self, from: text)
        } catch {
            // Only plain SQL writes such a text; nothing is spent and nothing met, which is the careful way.
            return fallback
        }
    }

    /// The values of ``JobColumns/fixed`` without `seq`.
    var fixedValues: [(any DatabaseValueConvertible)?] {
        [id.text, owner, key, priority, input, createdAt.microseconds]
    }

    /// The values of ``JobColumns/written``.
    func writtenValues() throws -> [(any DatabaseValueConvertible)?] {
        [
            status, output, metadata, progress, progressDetail, fence, claimedBy?.text, attempt,
            availableAt.microseconds, hold, parkedAt?.microseconds, try failure.map(JSONText.encode),
            deadline?.microseconds, enteredAt.microseconds, updatedAt.microseconds, endedAt?.microseconds,
            version, spent.isEmpty ? nil : try JSONText.encode(spent),
            met.isEmpty ? nil : try JSONText.encode(met.sorted()),
        ]
    }
}

extension HistoryEntry {
    /// The values of ``JobColumns/entry``.
    func entryValues() throws -> [(any DatabaseValueConvertible)?] {
        [kind.rawValue, actor.kind.rawValue, actor.name, reason, try failure.map(JSONText.encode)]
    }

    /// Reads a row of ``JobStatements/history``.
    init(row: Row, job: JobID) throws {
        let kindText: String = row[1]
        let actorText: String = row[4]
        guard let kind = HistoryEntry.Kind(rawValue: kindText), let actor = Actor.Kind(rawValue: actorText)
        else {
            throw SQLError(
                kind: .storage,
                message:
                    "the history of job \(job) holds '\(kindText)' by '\(actorText)', which this version "
                    + "does not know; update this process")
        }
        self.init(
            job: job, number: row[0], kind: kind, from: row[2], to: row[3], actor: Actor(actor, name: row[5]),
            reason: row[6],
            failure: try (row[7] as String?).map { try JSONText.decode(Failure.self, from: $0) },
            fence: row[8], attempt: row[9], at: Timestamp(microseconds: row[10]))
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

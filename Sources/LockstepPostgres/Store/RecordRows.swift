import Lockstep
import LockstepSQL

/// A job as it was read or written last, and the version of its row.
final class KeptRecord: Sendable {
    let record: JobRecord
    /// The row's `ctid` as text: where this version of it stands.
    let place: String
    /// The row's `xmin` as text: the transaction that wrote this version of it. Whoever changes the row gives it
    /// another one, with or without a line of history.
    let xmin: String

    init(record: JobRecord, place: String, xmin: String) {
        self.record = record
        self.place = place
        self.xmin = xmin
    }
}

extension PGResult {
    /// The jobs of a result of ``JobColumns/selected``, `ctid` and `xmin`, by position.
    func records(of lifecycle: String) -> [KeptRecord] {
        (0..<count).map { row in
            KeptRecord(
                record: JobRecord(self, row, lifecycle: lifecycle), place: text(row, 26), xmin: text(row, 27))
        }
    }
}

extension JobRecord {
    fileprivate init(_ rows: PGResult, _ row: Int, lifecycle: String) {
        func moment(_ column: Int) -> Timestamp { Timestamp(microseconds: rows.integer(row, column)) }
        func optionalMoment(_ column: Int) -> Timestamp? {
            rows.optionalInteger(row, column).map(Timestamp.init(microseconds:))
        }
        self.init(
            id: JobID(stored: rows.text(row, 1)), lifecycle: lifecycle, status: rows.text(row, 7),
            input: rows.text(row, 5), metadata: rows.text(row, 9), now: moment(6))
        sequence = rows.integer(row, 0)
        owner = rows.optionalText(row, 2)
        key = rows.optionalText(row, 3)
        priority = Int(rows.integer(row, 4))
        output = rows.optionalText(row, 8)
        progress = Int(rows.integer(row, 10))
        progressDetail = rows.optionalText(row, 11)
        fence = rows.integer(row, 12)
        claimedBy = rows.optionalText(row, 13).map(WorkerID.init)
        attempt = Int(rows.integer(row, 14))
        availableAt = moment(15)
        hold = rows.optionalText(row, 16)
        parkedAt = optionalMoment(17)
        failure = rows.optionalText(row, 18).map(StoredText.failure)
        deadline = optionalMoment(19)
        enteredAt = moment(20)
        updatedAt = moment(21)
        endedAt = optionalMoment(22)
        version = rows.integer(row, 23)
        spent = StoredText.value(rows.optionalText(row, 24), or: [:])
        met = Set(StoredText.value(rows.optionalText(row, 25), or: [String]()))
    }
}

extension HistoryEntry {
    /// Reads a row of a history; `nil` for one that only a newer version can read.
    init?(_ rows: PGResult, _ row: Int, job: JobID) {
        guard let (kind, actor) = StoredText.entry(kind: rows.text(row, 1), actor: rows.text(row, 4)) else {
            return nil
        }
        self.init(
            job: job, number: rows.integer(row, 0), kind: kind, from: rows.optionalText(row, 2),
            to: rows.text(row, 3), actor: Actor(actor, name: rows.optionalText(row, 5)),
            reason: rows.optionalText(row, 6),
            failure: rows.optionalText(row, 7).map(StoredText.failure),
            fence: rows.integer(row, 8), attempt: Int(rows.integer(row, 9)),
            at: Timestamp(microseconds: rows.integer(row, 10)))
    }
}

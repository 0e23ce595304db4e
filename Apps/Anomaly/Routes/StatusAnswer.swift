/// A dataset's status with the session that it speaks of.
struct StatusAnswer: Encodable {
    let status: DatasetStatus
    let progress: Int
    let session: SessionAnswer?
    /// The latest triage, also when it has ended: its end changes nothing about the dataset's status.
    let triage: SessionAnswer?
}

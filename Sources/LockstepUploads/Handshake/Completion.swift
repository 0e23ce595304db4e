import Lockstep

/// What a `complete` did.
public enum Completion: Sendable {
    /// The uploads were verified and the job moved on; the record afterwards.
    case verified(JobRecord)
    /// The job was on its way or at its end: nothing changed.
    case alreadyProcessed(JobRecord)
    /// An upload is missing or is not what was announced. The job has failed, now or before.
    case refused(Failure, JobRecord)

    /// The job afterwards.
    public var record: JobRecord {
        switch self {
        case .verified(let record), .alreadyProcessed(let record), .refused(_, let record): record
        }
    }

    /// The sentence for a job that was on its way or at its end.
    public static let alreadyProcessed = "Job already processed - no action taken"
}

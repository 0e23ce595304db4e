import Lockstep

/// The lifecycle of a session: card statements that were uploaded together, on their way to a report.
///
/// Its name is `sessions`, so that the constraint of its statuses is `chk_sessions_status`, as in the database that was
/// there before.
public enum ExpenseSession: String, Lifecycle {
    /// The files are there; a worker looks what is left to do with them.
    case processing
    /// Transactions are being read out of the files.
    case extracting
    /// Card holders, receipts and printed sums are being compared.
    case matching
    /// Finished, there is a report.
    case completed
    /// A file cannot be read, or a step failed for good.
    case failed
    /// Kept long enough: the files and the report are gone, the row and its history stay.
    case expired

    /// What a session is started with: its files are in a table of the application.
    public typealias Input = NoValue
    /// What a session leaves behind.
    public typealias Output = SessionSummary

    /// The name on every layer.
    public static let name = "sessions"
    /// A session begins with its upload.
    public static let initial: Set = [processing]
    /// Where failures lead.
    public static let failure = failed

    /// What holds in each status.
    ///
    /// A session that is ten minutes in a working status is stuck, and is shown as such; one whose worker died is tried
    /// again, and at its deadline it fails. The move from `processing` straight to the end is the old application's, and
    /// stays declared; those past `extracting` are made when everything was read before, or there is nothing to match.
    public var rules: Rules<Self> {
        switch self {
        case .processing:
            .works(within: .hours(6), stuckAfter: .minutes(10)).retries(.exponential, attempts: 5)
                .moves(to: .extracting, .matching, .completed)
        case .extracting:
            .works(within: .hours(1), stuckAfter: .minutes(10)).retries(.exponential, attempts: 5)
                .moves(to: .matching, .completed)
        case .matching:
            .works(within: .minutes(30), stuckAfter: .minutes(10)).retries(.exponential, attempts: 5)
                .moves(to: .completed)
        case .completed: .succeeds(keptFor: .days(90), then: .expired)
        case .failed: .fails(keptFor: .days(90), then: .expired).reopens(to: .processing)
        case .expired: .closes(keptFor: .forever)
        }
    }
}

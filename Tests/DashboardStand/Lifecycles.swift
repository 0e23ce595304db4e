import Lockstep
import LockstepTesting

/// A video that is looked at quickly, then thoroughly.
enum Video: String, Lifecycle {
    case awaitingUpload = "awaiting_upload", queued
    case quickRunning = "quick_running", quickDone = "quick_done"
    case deepRunning = "deep_running", done, completed, failed

    typealias Input = JSONValue
    static let initial: Set = [awaitingUpload]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .awaitingUpload:
            .waits(for: "the upload", within: .minutes(15), stuckAfter: .minutes(5)).moves(to: .queued)
        case .queued: .queues(for: .quickRunning, within: .hours(6))
        case .quickRunning:
            .works(within: .minutes(5)).retries(.exponential, attempts: 5).moves(to: .quickDone)
        case .quickDone: .queues(for: .deepRunning, within: .hours(24))
        case .deepRunning: .works(within: .hours(1)).retries(.exponential, attempts: 3).moves(to: .done)
        case .done: .succeeds(keptFor: .days(90))
        case .completed: .retired(as: .done)
        case .failed: .fails(keptFor: .days(90)).reopens(to: .queued)
        }
    }
}

/// An export: the smallest lifecycle that is of use.
enum Export: String, Lifecycle {
    case queued, rendering, done, failed

    typealias Input = JSONValue
    static let initial: Set = [queued]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .rendering, within: .hours(1))
        case .rendering: .works(within: .minutes(5)).retries(.exponential, attempts: 3).moves(to: .done)
        case .done: .succeeds(keptFor: .days(30))
        case .failed: .fails(keptFor: .days(30)).reopens(to: .queued)
        }
    }
}

/// A claim for expenses, with people in it, and a way back.
enum Expense: String, Lifecycle {
    case draft, submitted, checking, needsApproval = "needs_approval", approved, paying, paid, rejected,
        withdrawn

    typealias Input = JSONValue
    static let initial: Set = [draft]
    static let failure = rejected
    static let cancellation = withdrawn

    var rules: Rules<Self> {
        switch self {
        case .draft: .waits(for: "the employee", by: .person, within: .days(60)).moves(to: .submitted)
        case .submitted: .queues(for: .checking, within: .hours(4))
        case .checking:
            .works(within: .minutes(10)).retries(.exponential, attempts: 3).moves(
                to: .approved, .needsApproval
            )
            .moves(to: .draft, atMost: 5)
        case .needsApproval:
            .waits(for: "the manager", by: .person, within: .days(14), stuckAfter: .days(3))
                .moves(to: .approved, .rejected, .draft)
        case .approved:
            .queues(for: .paying, within: .days(2)).holds("month end", by: .anyone, within: .days(31))
        case .paying:
            .works(within: .minutes(30)).retries(.exponential, attempts: 8).moves(to: .paid).notCancellable()
        case .paid: .succeeds(keptFor: .days(3650))
        case .rejected: .fails(keptFor: .days(365)).reopens(to: .draft)
        case .withdrawn: .closes(keptFor: .days(30))
        }
    }
}

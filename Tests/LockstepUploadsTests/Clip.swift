import Lockstep

/// A lifecycle with an upload, with every kind of status that the table of idempotency speaks of.
enum Clip: String, Lifecycle {
    case awaitingUpload = "awaiting_upload"
    case queued
    case quickRunning = "quick_running"
    case quickDone = "quick_done"
    case deepRunning = "deep_running"
    case done, completed, failed

    static let initial: Set = [awaitingUpload]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .awaitingUpload:
            .waits(for: "the upload", within: .minutes(15), stuckAfter: .minutes(5)).moves(to: .queued)
        case .queued: .queues(for: .quickRunning, within: .hours(6)).needs(.upload("video"))
        case .quickRunning: .works(within: .minutes(5)).moves(to: .quickDone)
        case .quickDone: .queues(for: .deepRunning, within: .hours(24))
        case .deepRunning: .works(within: .hours(1)).moves(to: .done)
        case .done: .succeeds(keptFor: .days(90))
        case .completed: .retired(as: .done)
        case .failed: .fails(keptFor: .days(90)).reopens(to: .queued)
        }
    }
}

import Lockstep

/// A lifecycle whose work is pushed.
enum Errand: String, Lifecycle {
    case queued, running, checking, done, failed

    typealias Input = [String: String]
    typealias Output = String
    static let initial: Set = [queued]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .running, within: .hours(1))
        case .running:
            .works(within: .minutes(5)).retries(.immediate, attempts: 3).moves(to: .checking, .done)
                .webhook("errands")
        case .checking: .works(within: .minutes(5)).moves(to: .done)
        case .done: .succeeds(keptFor: .days(1))
        case .failed: .fails(keptFor: .days(1)).reopens(to: .queued)
        }
    }
}

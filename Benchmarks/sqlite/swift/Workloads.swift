import Lockstep

/// One step of work: what the drain, the starts and the pick-up are measured on.
enum Errand: String, Lifecycle {
    case queued, running, done, failed

    /// About a hundred bytes of JSON.
    struct Payload: Codable, Sendable {
        var i: Int
        var pad: String

        init(i: Int) {
            self.i = i
            pad = String(repeating: "x", count: 80)
        }
    }
    typealias Input = Payload

    static let initial: Set = [queued]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .running, within: .days(1))
        case .running: .works(within: .hours(1)).retries(.exponential, attempts: 3).moves(to: .done)
        case .done: .succeeds(keptFor: .days(30))
        case .failed: .fails(keptFor: .days(30))
        }
    }
}

/// Four stages, each of them recorded.
enum Relay: String, Lifecycle {
    case queued, first, second, third, fourth, done, failed

    typealias Input = Errand.Payload

    static let initial: Set = [queued]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .first, within: .days(1))
        case .first: .works(within: .hours(1)).retries(.exponential, attempts: 3).moves(to: .second)
        case .second: .works(within: .hours(1)).retries(.exponential, attempts: 3).moves(to: .third)
        case .third: .works(within: .hours(1)).retries(.exponential, attempts: 3).moves(to: .fourth)
        case .fourth: .works(within: .hours(1)).retries(.exponential, attempts: 3).moves(to: .done)
        case .done: .succeeds(keptFor: .days(30))
        case .failed: .fails(keptFor: .days(30))
        }
    }
}

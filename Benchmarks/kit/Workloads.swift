import Lockstep

/// One step of work: what the drain, the starts and the pick-up are measured on.
package enum Errand: String, Lifecycle {
    case queued, running, done, failed

    /// About a hundred bytes of JSON.
    package struct Payload: Codable, Sendable {
        package var i: Int
        package var pad: String

        package init(i: Int) {
            self.i = i
            pad = String(repeating: "x", count: 80)
        }
    }
    package typealias Input = Payload

    package static let initial: Set = [queued]
    package static let failure = failed

    package var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .running, within: .days(1))
        case .running: .works(within: .hours(1)).retries(.exponential, attempts: 3).moves(to: .done)
        case .done: .succeeds(keptFor: .days(30))
        case .failed: .fails(keptFor: .days(30))
        }
    }

    /// A handler that does nothing but be counted.
    package static func handlers(_ tally: Tally) -> [Handler] {
        [
            Handler(running) { work in
                tally.hit()
                return .done
            }
        ]
    }
}

/// Four stages, each of them recorded.
package enum Relay: String, Lifecycle {
    case queued, first, second, third, fourth, done, failed

    package typealias Input = Errand.Payload

    package static let initial: Set = [queued]
    package static let failure = failed

    package var rules: Rules<Self> {
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

    /// Handlers that do nothing; what is counted is the last stage.
    package static func handlers(_ tally: Tally) -> [Handler] {
        [
            Handler(first) { work in
                tally.begin()
                return .second
            },
            Handler(second) { work in .third },
            Handler(third) { work in .fourth },
            Handler(fourth) { work in
                tally.hit()
                return .done
            },
        ]
    }
}

import Lockstep

/// What the crew works on: a lifecycle that uses everything, with limits of seconds, so that deadlines, retries
/// and lost claims all happen within a campaign.
package enum Errand: String, Lifecycle {
    case announced, queued, fetching, sorting, asking, done, failed, withdrawn

    package typealias Input = [String: Int]
    package typealias Output = String
    package static let initial: Set = [announced, queued, sorting]
    package static let failure = failed
    package static let cancellation = withdrawn

    package var rules: Rules<Self> {
        switch self {
        case .announced:
            .waits(for: "the go", by: .system, within: .seconds(4), stuckAfter: .seconds(2))
                .moves(to: .queued).else(.withdrawn)
        case .queued:
            .queues(for: .fetching, within: .seconds(8))
                .holds("question", within: .seconds(3), else: .withdrawn)
        case .fetching:
            .works(within: .seconds(8)).retries(.every(.milliseconds(20)), attempts: 5)
                .moves(to: .sorting, .asking)
        case .sorting:
            .works(within: .seconds(8)).retries(.immediate, attempts: 5)
                .moves(to: .done).moves(to: .fetching, atMost: 2)
        case .asking:
            .waits(for: "a person", by: .person, within: .seconds(4)).moves(to: .queued, .done)
                .else(.withdrawn)
        case .done: .succeeds(keptFor: .days(1))
        case .failed: .fails(keptFor: .days(1)).reopens(to: .queued)
        case .withdrawn: .closes(keptFor: .days(1))
        }
    }
}

/// Another lifecycle, whose definition changes back and forth while the crew works.
package enum Depot: String, Lifecycle {
    case open, closed, broken

    package static let initial: Set = [open]
    package static let failure = broken

    package var rules: Rules<Self> {
        switch self {
        case .open: .waits(for: "the evening", within: .hours(1)).moves(to: .closed)
        case .closed: .succeeds(keptFor: .days(1))
        case .broken: .fails(keptFor: .days(1))
        }
    }

    /// The definition with another limit for each number.
    package static func definition(_ number: Int) -> Definition {
        let declared = Definition(Depot.self)
        let statuses = declared.statuses.map { rule in
            var rule = rule
            if rule.name == "open" { rule.limit = .hours(1 + number) }
            return rule
        }
        return Definition(name: declared.name, statuses: statuses, initial: declared.initial)
    }
}

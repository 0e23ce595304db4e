import Lockstep

/// The sessions of the application that was there before: four statuses.
enum FourSession: String, Lifecycle {
    case processing, completed, failed, expired

    static let name = "sessions"
    static let initial: Set = [processing]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .processing:
            .works(within: .hours(6)).retries(.exponential, attempts: 5).moves(to: .completed)
        case .completed: .succeeds(keptFor: .days(90), then: .expired)
        case .failed: .fails(keptFor: .days(90), then: .expired)
        case .expired: .closes(keptFor: .forever)
        }
    }
}

/// With the two that the code needs.
enum SixSession: String, Lifecycle {
    case processing, extracting, matching, completed, failed, expired

    static let name = "sessions"
    static let initial: Set = [processing]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .processing:
            .works(within: .hours(6)).retries(.exponential, attempts: 5)
                .moves(to: .extracting, .matching, .completed)
        case .extracting:
            .works(within: .hours(1)).retries(.exponential, attempts: 5).moves(to: .matching, .completed)
        case .matching:
            .works(within: .minutes(30)).retries(.exponential, attempts: 5).moves(to: .completed)
        case .completed: .succeeds(keptFor: .days(90), then: .expired)
        case .failed: .fails(keptFor: .days(90), then: .expired)
        case .expired: .closes(keptFor: .forever)
        }
    }
}

extension FourSession {
    /// Four again, as a version after that declares them: a text that was replaced is that of an old process, and does not
    /// come back.
    static let later: Definition = {
        let four = Definition(FourSession.self)
        var statuses = four.statuses
        for place in statuses.indices where statuses[place].name == processing.rawValue {
            statuses[place].limit = .hours(5)
        }
        return Definition(name: four.name, statuses: statuses, initial: four.initial)
    }()
}

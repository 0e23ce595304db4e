import Lockstep

/// A lifecycle in a first version: what was written is stamped.
enum OldLetter: String, Lifecycle {
    case queued, writing, stamping, sent, lost

    static let name = "letter"
    static let initial: Set = [queued]
    static let failure = lost

    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .writing, within: .hours(1))
        case .writing: .works(within: .hours(1)).moves(to: .stamping)
        case .stamping: .works(within: .hours(2)).moves(to: .sent)
        case .sent: .succeeds(keptFor: .days(1)).shows(["place": "away"])
        case .lost: .fails(keptFor: .days(1))
        }
    }
}

/// The second version: it is franked, and may be recalled.
enum NewLetter: String, Lifecycle {
    case queued, writing, franking, sent, lost

    static let name = "letter"
    static let initial: Set = [queued, franking]
    static let failure = lost

    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .writing, within: .hours(3))
        case .writing: .works(within: .hours(1)).moves(to: .franking)
        case .franking: .works(within: .hours(2)).moves(to: .sent)
        case .sent: .succeeds(keptFor: .days(1)).shows(["place": "away"])
        case .lost: .fails(keptFor: .days(1)).reopens(to: .queued)
        }
    }
}

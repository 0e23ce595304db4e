import Lockstep

/// A lifecycle that uses everything a lifecycle can declare: what the conformance suite runs on.
public enum Parcel: String, Lifecycle {
    /// Waits for a program's event; must leave within ten minutes.
    case announced
    /// Waits for a worker; may be held; needs an upload when it comes from `announced`.
    case queued
    /// Is worked on, three times at most, and may send the job back to be held.
    case packing
    /// Is worked on at once by whoever packed.
    case labelling
    /// Waits for a person, without limit.
    case review
    /// The good end.
    case delivered
    /// The bad end.
    case lost
    /// The end of what was cancelled.
    case withdrawn
    /// What becomes of lost ones.
    case archived
    /// An old name of `queued`.
    case pending

    /// Any text.
    public typealias Input = [String: String]
    /// A text.
    public typealias Output = String
    /// Where parcels start.
    public static let initial: Set = [announced, queued, labelling]
    /// Where failures go.
    public static let failure = lost
    /// Where cancelling leads.
    public static let cancellation = withdrawn

    /// The rules.
    public var rules: Rules<Self> {
        switch self {
        case .announced:
            .waits(for: "the address", by: .system, within: .minutes(10), stuckAfter: .minutes(5))
                .moves(to: .queued)
                .shows(["phase": "before"])
        case .queued:
            .queues(for: .packing, within: .hours(1))
                .holds("address", within: .days(2), else: .withdrawn)
                .shows(["phase": "before"])
        case .packing:
            .works(within: .minutes(30))
                .retries(.every(.seconds(10)), attempts: 3)
                .moves(to: .labelling, .review)
                .moves(to: .queued, holding: "address")
                .shows(["phase": "during"])
        case .labelling:
            .works(within: .minutes(5)).retries(.immediate, attempts: 2).moves(to: .delivered)
                .moves(to: .packing, atMost: 2)
                .else(.review)
                .shows(["phase": "during"])
        case .review:
            .waits(for: "the inspector", by: .person, within: .forever).moves(to: .queued, .delivered)
                .neverFails()
        case .delivered: .succeeds(keptFor: .days(30))
        case .lost: .fails(keptFor: .days(7), then: .archived).reopens(to: .queued)
        case .withdrawn: .closes(keptFor: .days(7))
        case .archived: .closes(keptFor: .forever)
        case .pending: .retired(as: .queued)
        }
    }
}

/// A lifecycle whose work needs an upload.
public enum Footage: String, Lifecycle {
    /// Waits for the upload.
    case awaiting
    /// Waits for a worker, and may only be entered once the upload is verified.
    case queued
    /// Is worked on.
    case running
    /// The good end.
    case done
    /// The bad end.
    case failed

    /// Where footage starts.
    public static let initial: Set = [awaiting]
    /// Where failures go.
    public static let failure = failed

    /// The rules.
    public var rules: Rules<Self> {
        switch self {
        case .awaiting: .waits(for: "the upload", within: .minutes(15)).moves(to: .queued)
        case .queued: .queues(for: .running, within: .hours(6)).needs(.upload("video"))
        case .running: .works(within: .minutes(5)).moves(to: .done)
        case .done: .succeeds(keptFor: .days(90))
        case .failed: .fails(keptFor: .days(90)).reopens(to: .queued)
        }
    }
}

import Lockstep

/// A lifecycle that uses everything a lifecycle can declare, with limits so short that a run of some tens of
/// seconds sees all of them pass.
package enum Shipment: String, Lifecycle {
    case awaiting, queued, packing, labelling, review, delivered, lost, withdrawn, archived, pending

    package static let initial: Set = [awaiting, queued, labelling]
    package static let failure = lost
    package static let cancellation = withdrawn

    package var rules: Rules<Self> {
        switch self {
        case .awaiting:
            .waits(for: "the papers", by: .system, within: .seconds(12)).moves(to: .queued)
        case .queued:
            .queues(for: .packing, within: .seconds(25))
                .holds("address", within: .seconds(10), else: .withdrawn)
                .needs(.upload("papers"))
        case .packing:
            .works(within: .seconds(20))
                .retries(.every(.seconds(1)), attempts: 3)
                .moves(to: .labelling, .review)
                .moves(to: .queued, holding: "address")
        case .labelling:
            .works(within: .seconds(12))
                .retries(.exponential(from: .milliseconds(200), upTo: .seconds(2)), attempts: 2)
                .moves(to: .delivered)
                .moves(to: .packing, atMost: 2)
                .else(.review)
        case .review:
            .waits(for: "the inspector", by: .person, within: .forever).moves(to: .queued, .delivered)
                .neverFails()
        case .delivered: .succeeds(keptFor: .seconds(8))
        case .lost: .fails(keptFor: .seconds(8), then: .archived).reopens(to: .queued)
        case .withdrawn: .closes(keptFor: .seconds(8))
        case .archived: .closes(keptFor: .forever)
        case .pending: .retired(as: .queued)
        }
    }
}

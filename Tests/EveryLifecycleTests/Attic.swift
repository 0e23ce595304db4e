import Lockstep

/// A lifecycle with the ways that no other one here has: retired names of every kind of status, an end that
/// reopens into work, a good end that expires, a wait that may be entered again, a hold without an `else`.
enum Attic: String, Lifecycle {
    case draft, queued, running, done, dropped, failed, expired
    case oldDraft = "old_draft", oldQueue = "old_queue", oldRunning = "old_running", oldDone = "old_done"

    static let initial: Set = [draft]
    static let failure = failed
    static let cancellation = dropped

    var rules: Rules<Self> {
        switch self {
        case .draft:
            .waits(for: "the author", by: .person, within: .days(30)).moves(to: .draft, .queued)
                .else(.dropped)
        case .queued: .queues(for: .running, within: .hours(1)).holds("budget", by: .anyone, within: .days(1))
        case .running:
            .works(within: .hours(1)).moves(to: .done).moves(to: .queued, atMost: 3).fails(to: .draft)
                .notCancellable()
        case .done: .succeeds(keptFor: .days(1), then: .expired).reopens(to: .running)
        case .dropped: .closes(keptFor: .days(1))
        case .failed: .fails(keptFor: .days(1)).reopens(to: .draft)
        case .expired: .closes(keptFor: .forever)
        case .oldDraft: .retired(as: .draft)
        case .oldQueue: .retired(as: .queued)
        case .oldRunning: .retired(as: .running)
        case .oldDone: .retired(as: .done)
        }
    }
}

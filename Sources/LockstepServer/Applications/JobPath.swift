import Lockstep

/// The way of a job through its statuses, with the time it spent in each, as a part of a page.
///
/// A page's style sheet needs ``PageStyle/report`` for it.
public struct JobPath: Sendable {
    /// One status on the way.
    public struct Step: Hashable, Sendable {
        /// The status.
        public var status: String
        /// The seconds spent in it; `nil` for an end.
        public var seconds: Double?
        /// What else happened there: attempts that failed, workers that were lost.
        public var notes: [String]
    }

    /// The steps, in order.
    public let steps: [Step]

    /// Reads the way out of a history.
    /// - Parameters:
    ///   - job: the job, which is still spending time in its last status when it is live.
    ///   - now: until when that time is counted.
    public init<Status: Lifecycle>(_ history: [HistoryEntry], of job: Job<Status>, now: Timestamp) {
        var steps: [Step] = []
        var entered = now
        for entry in history {
            if entry.from != entry.to {
                if !steps.isEmpty { steps[steps.count - 1].seconds = (entry.at - entered).seconds }
                steps.append(Step(status: entry.to, seconds: nil, notes: []))
                entered = entry.at
                if entry.to == Status.failure.rawValue, let reason = entry.reason {
                    steps[steps.count - 1].notes.append(reason)
                }
            } else if let note = Self.note(on: entry), !steps.isEmpty {
                steps[steps.count - 1].notes.append(note)
            }
        }
        if job.isLive, !steps.isEmpty { steps[steps.count - 1].seconds = (now - entered).seconds }
        self.steps = steps
    }

    /// The steps as a list; everything in it is escaped.
    public var html: String {
        let items = steps.map { step -> String in
            let status = HTML.escape(step.status)
            let time = step.seconds.map { "<small>\(Figures.duration($0))</small>" } ?? ""
            let notes = step.notes.map { "<em>\(HTML.escape($0))</em>" }.joined()
            return "<li class=\"\(status)\"><b>\(status)</b>\(time)\(notes)</li>"
        }
        return "<ol class=\"path\">\(items.joined())</ol>"
    }

    private static func note(on entry: HistoryEntry) -> String? {
        switch entry.kind {
        case .claimed where entry.attempt > 1:
            "\(entry.actor.name ?? "a worker") took over, attempt \(entry.attempt)"
        case .lost, .retried, .parked: entry.reason
        case .yielded: "given back by a worker that shut down"
        case .resumed: "an administrator let it go on"
        case .started, .imported, .moved, .claimed, .held, .released, .met, .noted: nil
        }
    }
}

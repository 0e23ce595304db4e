import Lockstep

/// The way of a session through its statuses, with the time it spent in each.
struct SessionPath: Sendable {
    /// One status on the way.
    struct Step: Hashable, Sendable {
        /// The status.
        var status: String
        /// The seconds spent in it; `nil` for an end.
        var seconds: Double?
        /// What else happened there: attempts that failed, workers that were lost.
        var notes: [String]
    }

    /// The steps, in order.
    let steps: [Step]

    /// Reads the way out of a history.
    /// - Parameters:
    ///   - isLive: whether the last status is still being spent time in.
    ///   - now: until when that time is counted.
    init(_ history: [HistoryEntry], isLive: Bool, now: Timestamp) {
        var steps: [Step] = []
        var entered = now
        for entry in history {
            if entry.from != entry.to {
                if !steps.isEmpty { steps[steps.count - 1].seconds = (entry.at - entered).seconds }
                steps.append(Step(status: entry.to, seconds: nil, notes: []))
                entered = entry.at
                if entry.to == AnomalySession.error.rawValue, let reason = entry.reason {
                    steps[steps.count - 1].notes.append(reason)
                }
            } else if let note = Self.note(on: entry), !steps.isEmpty {
                steps[steps.count - 1].notes.append(note)
            }
        }
        if isLive, !steps.isEmpty { steps[steps.count - 1].seconds = (now - entered).seconds }
        self.steps = steps
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

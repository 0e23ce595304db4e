import Lockstep

extension StatusRule {
    /// What holds in the status, in sentences for people, the most important first.
    public var words: [String] {
        var words = [stay]
        if let webhook { words.append("Its jobs are \(webhook.words).") }
        words += moveWords
        if let late { words.append("When the time is over it moves to '\(late)'.") }
        return words + retryWords + holdWords + endWords
    }

    private var stay: String {
        let time = limit == .forever ? "without a time limit" : "for at most \(limit)"
        return switch kind {
        case .queue: "Waits for a free worker, which takes it to '\(claimedAs ?? name)', \(time)."
        case .work: "A worker works on it, \(time)."
        case .wait:
            "Waits for \(event ?? "an event"), which \((source ?? .anyone).words) may raise, \(time)."
        case .success: "A good end; \(kept)."
        case .failure: "A bad end; \(kept)."
        case .closed: "An end that is neither good nor bad; \(kept)."
        case .retired: "An old name of '\(retiredAs ?? name)'; it is never entered."
        }
    }

    private var kept: String {
        let next = then.map { "and moves to '\($0)' then" } ?? "and is deleted then"
        return limit == .forever ? "kept for ever" : "kept for \(limit), \(next)"
    }

    private var moveWords: [String] {
        moves.map { move in
            let who = kind == .work ? "Its worker" : "The event"
            let hold = move.holding.map { " and holds it for '\($0)'" } ?? ""
            let count = move.atMost.map { ", \($0) times at most" } ?? ""
            return "\(who) moves it to '\(move.to)'\(hold)\(count)."
        }
    }

    private var retryWords: [String] {
        var words: [String] = []
        if kind == .work {
            let policy = retryPolicy
            words.append(
                policy.attempts == 1
                    ? "It is tried once." : "It is tried \(policy.attempts) times, \(policy.backoff.words).")
        }
        if let failure { words.append("A failure moves it to '\(failure)'.") }
        if let cancellation { words.append("Cancelling moves it to '\(cancellation)'.") }
        return words
    }

    private var holdWords: [String] {
        holds.map { hold in
            let late = hold.late.map { ", then it moves to '\($0)'" } ?? ""
            let time = hold.limit == .forever ? "without a time limit" : "for at most \(hold.limit)"
            return
                "It may be held for '\(hold.name)', until \(hold.source.words) releases it, \(time)\(late)."
        }
    }

    private var endWords: [String] {
        var words = needs.map {
            "It may only be entered when the \($0.kind.rawValue) '\($0.name)' is verified."
        }
        if stuckAfter != .forever { words.append("It counts as stuck after \(stuckAfter).") }
        if let reopens { words.append("It may run again, from '\(reopens)' on.") }
        return words
    }
}

extension EventSource {
    fileprivate var words: String {
        switch self {
        case .system: "a program"
        case .person: "its owner or an operator"
        case .anyone: "anybody"
        }
    }
}

extension Backoff {
    fileprivate var words: String {
        if longest.microseconds == 0 || first.microseconds == 0 { return "without a pause between" }
        if factor == 1 { return "\(first) apart" }
        return "at first after up to \(first), then longer each time, up to \(longest)"
    }
}

import Lockstep

/// The rules of a lifecycle in words for people.
enum RuleWords {
    /// What a job does in a status, in a few words: `a queue, 6h at most`.
    static func kind(of rule: StatusRule) -> String {
        let time = rule.limit == .forever ? "without a time limit" : "\(rule.limit) at most"
        return switch rule.kind {
        case .queue: "a queue, \(time)"
        case .work: "work, \(time)"
        case .wait: "waits for \(rule.event ?? "an event"), \(time)"
        case .success: "a good end, \(kept(rule))"
        case .failure: "a bad end, \(kept(rule))"
        case .closed: "an end, \(kept(rule))"
        case .retired: "an old name of \(rule.retiredAs ?? "another status")"
        }
    }

    private static func kept(_ rule: StatusRule) -> String {
        rule.limit == .forever ? "kept for ever" : "kept for \(rule.limit)"
    }

    /// All that holds in a status, in sentences.
    static func sentences(of rule: StatusRule, in definition: Definition) -> String {
        var words: [String] = []
        let within = rule.limit == .forever ? ", for as long as it takes" : ", \(rule.limit) at most"
        switch rule.kind {
        case .queue:
            words.append("Waits for a free worker\(within), who takes it to \(rule.claimedAs ?? "work").")
        case .work: words += work(rule, within)
        case .wait: words += wait(rule, within)
        case .success: words.append("A good end, \(kept(rule)).")
        case .failure: words.append("A bad end, \(kept(rule)).")
        case .closed: words.append("An end, neither good nor bad, \(kept(rule)).")
        case .retired:
            return "An old name of \(rule.retiredAs ?? "another status"): never entered, and read as that."
        }
        if !rule.needs.isEmpty {
            words.append(
                "Entered only when \(rule.needs.map(\.token).joined(separator: " and ")) is verified.")
        }
        for hold in rule.holds {
            let time = hold.limit == .forever ? "without a limit" : "for \(hold.limit) at most"
            let late = (hold.late ?? rule.failure).map { ", then to \($0)" } ?? ""
            words.append("May be held by “\(hold.name)” \(time)\(hold.limit == .forever ? "" : late).")
        }
        if rule.limit != .forever, !rule.kind.isEnd, let late = rule.late ?? rule.failure {
            words.append("Too late, it goes to \(late).")
        }
        if rule.kind.isEnd, rule.limit != .forever {
            words.append(rule.then.map { "Then it becomes \($0)." } ?? "Then it is deleted.")
        }
        if let failure = rule.failure, rule.kind == .work { words.append("Failing leads to \(failure).") }
        if let target = rule.cancellation { words.append("Cancelling leads to \(target).") }
        if let target = rule.reopens { words.append("May be reopened, from \(target).") }
        return words.joined(separator: " ")
    }

    private static func work(_ rule: StatusRule, _ within: String) -> [String] {
        let policy = rule.retryPolicy
        var words = ["A worker is at it\(within), then it moves to \(targets(rule))."]
        if policy.attempts > 1 { words.append("\(policy.attempts) attempts.") }
        return words + stuck(rule)
    }

    private static func wait(_ rule: StatusRule, _ within: String) -> [String] {
        let who =
            switch rule.source {
            case .system: " (a program says so)"
            case .person: " (a person says so)"
            case .anyone, nil: ""
            }
        return [
            "Waits for \(rule.event ?? "an event")\(who)\(within), then it moves to \(targets(rule))."
        ] + stuck(rule)
    }

    private static func stuck(_ rule: StatusRule) -> [String] {
        rule.stuckAfter == .forever ? [] : ["Counts as stuck after \(rule.stuckAfter)."]
    }

    private static func targets(_ rule: StatusRule) -> String {
        rule.moves.map { move in
            let counted = move.atMost.map { " (\($0) times at most)" } ?? ""
            let held = move.holding.map { " (held by “\($0)”)" } ?? ""
            return move.to + counted + held
        }.joined(separator: " or ")
    }

    /// Why a move is made.
    static func cause(_ cause: Edge.Cause) -> String {
        switch cause {
        case .claim: "claimed"
        case .finish: "the work is done"
        case .event: "the event came"
        case .deadline: "too late"
        case .failure: "failed"
        case .cancellation: "cancelled"
        case .retention: "kept long enough"
        case .reopening: "reopened"
        case .renaming: "renamed"
        }
    }
}

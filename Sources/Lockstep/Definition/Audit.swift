/// What an audit found wrong with a definition: every fault in one sentence that names the status and the
/// cure.
public struct AuditError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The lifecycle.
    public let lifecycle: String
    /// The faults, in declared order.
    public let faults: [String]

    /// All faults, one a line.
    public var description: String {
        "lifecycle '\(lifecycle)': " + faults.joined(separator: "\nlifecycle '\(lifecycle)': ")
    }
}

extension Definition {
    /// The definition, when nothing is wrong with it.
    /// - Throws: ``AuditError`` with every fault.
    public func audited() throws(AuditError) -> Definition {
        let faults = audit()
        guard faults.isEmpty else { throw AuditError(lifecycle: name, faults: faults) }
        return self
    }

    /// Every fault of the definition, in one sentence each; empty when there is none.
    ///
    /// References are checked first: while a status names another that is not declared, reachability and
    /// cycles would only repeat the same fault in other words.
    public func audit() -> [String] {
        let shape =
            auditNames() + statuses.flatMap(auditShape) + statuses.flatMap(auditPlace)
            + statuses.flatMap(auditWebhook)
            + statuses.flatMap(auditReferences)
        guard shape.isEmpty else { return shape }
        return auditReachable() + auditEnds() + auditTime() + auditNeeds() + auditCycles()
    }

    /// The faults but for statuses that cannot be reached: between two versions those that come, and those that go, are
    /// not.
    package func auditUnreached() -> [String] {
        let faults = audit()
        guard !faults.isEmpty else { return [] }
        let unreached = Set(auditReachable())
        return faults.filter { !unreached.contains($0) }
    }

    private func auditNames() -> [String] {
        var faults: [String] = []
        if !Self.isPlainName(name) || name.hasPrefix("sqlite_") || name.hasPrefix("lockstep_") {
            faults.append(
                "the name '\(name)' is not usable in a database; use lower-case letters, digits and '_', "
                    + "starting with a letter but not with 'sqlite_' or 'lockstep_', 40 characters at most")
        }
        var seen: Set<String> = []
        for status in names {
            if !seen.insert(status).inserted {
                faults.append("status '\(status)' is declared twice; remove one of the two")
            }
            if status.isEmpty || status.utf8.count > 63
                || status.contains(where: { $0 == "\0" || $0.isNewline })
            {
                faults.append(
                    "status '\(status)' is not usable; give it 1 to 63 bytes of text on one line")
            }
        }
        if initial.isEmpty {
            faults.append("no status is initial; name at least one in which a job starts")
        }
        for status in initial {
            switch declaredRule(for: status)?.kind {
            case nil:
                faults.append("initial status '\(status)' is not declared; add it or correct its name")
            case .retired:
                faults.append(
                    "initial status '\(status)' is retired and can never be entered; start in its successor")
            case .success, .failure, .closed:
                faults.append("initial status '\(status)' is an end; start in a status that leads somewhere")
            case .queue, .work, .wait: break
            }
        }
        return faults
    }

    /// The columns that every table of jobs has.
    static let takenColumns: Set<String> = [
        "seq", "id", "status", "owner", "key", "priority", "input", "output", "metadata", "progress",
        "progress_detail", "fence", "claimed_by", "attempt", "available_at", "hold", "parked_at", "failure",
        "deadline", "entered_at", "created_at", "updated_at", "ended_at", "version", "spent", "met",
        "entry_kind", "entry_actor", "entry_actor_name", "entry_reason", "entry_failure",
    ]

    static func isPlainName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count <= 40 else {
            return false
        }
        return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    private func auditShape(_ rule: StatusRule) -> [String] {
        var faults: [String] = []
        let moves = rule.kind == .work || rule.kind == .wait
        if !rule.moves.isEmpty, !moves {
            faults.append(
                "status '\(rule.name)' is a \(rule.kind.rawValue) and cannot declare moves; "
                    + "only working and waiting statuses do")
        }
        if rule.retry != nil, rule.kind != .work {
            faults.append(
                "status '\(rule.name)' retries but no worker works in it; move retries to the "
                    + "working status")
        }
        if let retry = rule.retry, retry.attempts < 1 {
            faults.append("status '\(rule.name)' allows \(retry.attempts) attempts; allow at least 1")
        }
        if rule.kind == .work, rule.moves.isEmpty {
            faults.append("status '\(rule.name)' works but declares no move; say where its result leads")
        }
        if rule.kind == .wait, rule.moves.isEmpty {
            faults.append("status '\(rule.name)' waits but declares no move; say where its event leads")
        }
        if rule.kind == .queue, rule.claimedAs == nil {
            faults.append(
                "status '\(rule.name)' queues for nothing; name the working status it is claimed as")
        }
        if !rule.holds.isEmpty, rule.kind != .queue {
            faults.append("status '\(rule.name)' declares a hold but is no queue; only queues can be held")
        }
        if !rule.needs.isEmpty, rule.kind != .queue, rule.kind != .work {
            faults.append(
                "status '\(rule.name)' needs something but cannot be claimed; "
                    + "put the need on the status that workers claim")
        }
        if rule.reopens != nil, !rule.kind.isEnd {
            faults.append("status '\(rule.name)' reopens but is no end; only ended jobs reopen")
        }
        if rule.kind == .retired, rule.retiredAs == nil {
            faults.append("status '\(rule.name)' is retired as nothing; name the status that replaced it")
        }
        if rule.limit.microseconds == 0, !rule.kind.isEnd {
            faults.append("status '\(rule.name)' may last no time at all; give it a time limit above zero")
        }
        if let backoff = rule.retry?.backoff,
            !(1...1000).contains(backoff.factor) || backoff.first == .forever || backoff.longest == .forever
        {
            faults.append(
                "status '\(rule.name)' retries with a pause that has no bound; use a factor from 1 to 1000 and "
                    + "pauses that end")
        }
        var targets: Set<String> = []
        for move in rule.moves where !targets.insert(move.to).inserted {
            faults.append("status '\(rule.name)' declares the move to '\(move.to)' twice; keep one")
        }
        for move in rule.moves {
            if let times = move.atMost, !(1...1_000_000).contains(times) {
                faults.append(
                    "the move from '\(rule.name)' to '\(move.to)' may happen \(times) times; "
                        + "allow from 1 to 1000000, or remove it")
            }
        }
        for column in rule.shows.keys.sorted()
        where !Self.isPlainName(column) || Self.takenColumns.contains(column) {
            faults.append(
                "status '\(rule.name)' shows a column '\(column)', which a table of jobs cannot have beside its "
                    + "own; use another name of lower-case letters, digits and '_'")
        }
        return faults
    }

    /// What a status leads to must fit what it is: a way that is declared where nobody can go it would be
    /// open to plain SQL all the same.
    private func auditPlace(_ rule: StatusRule) -> [String] {
        let isLiving = [.queue, .work, .wait].contains(rule.kind)
        func fault(_ words: String, _ cure: String) -> String {
            "status '\(rule.name)' \(words), but it is \(Self.article(rule.kind)); \(cure)"
        }
        var faults: [String] = []
        if let claimed = rule.claimedAs, rule.kind != .queue {
            faults.append(fault("queues for '\(claimed)'", "only queues are claimed as another status"))
        }
        if let next = rule.then, !rule.kind.isEnd {
            faults.append(fault("expires to '\(next)'", "only ends are kept for a time; use a late target"))
        }
        if let successor = rule.retiredAs, rule.kind != .retired {
            faults.append(fault("stands for '\(successor)'", "only retired names stand for others"))
        }
        let leaving = [
            ("fails", rule.failure), ("is cancelled", rule.cancellation), ("leads late", rule.late),
        ]
        for case (let words, let target?) in leaving where !isLiving {
            faults.append(fault("\(words) to '\(target)'", "only what has not ended does"))
        }
        return faults
    }

    private func auditReferences(_ rule: StatusRule) -> [String] {
        var faults: [String] = []
        func check(_ target: String?, _ what: String, _ kinds: Set<StatusRule.Kind>, _ cure: String) {
            guard let target else { return }
            guard let found = declaredRule(for: target) else {
                faults.append(
                    "status '\(rule.name)' \(what) '\(target)', which is not declared; "
                        + "add it or correct its name")
                return
            }
            if !kinds.contains(found.kind) {
                faults.append(
                    "status '\(rule.name)' \(what) '\(target)', which is \(Self.article(found.kind)); \(cure)"
                )
            }
        }
        let enterable: Set<StatusRule.Kind> = [.queue, .work, .wait, .success, .failure, .closed]
        let ends: Set<StatusRule.Kind> = [.success, .failure, .closed]
        let enter = "name a status that can be entered"
        check(rule.claimedAs, "queues for", [.work], "queue for a working status")
        for move in rule.moves {
            check(move.to, "moves to", enterable, enter)
            if let hold = move.holding,
                declaredRule(for: move.to).map({ $0.hold(named: hold) == nil }) ?? false
            {
                faults.append(
                    "the move from '\(rule.name)' to '\(move.to)' puts the hold '\(hold)', which "
                        + "'\(move.to)' does not declare; declare it there")
            }
        }
        check(rule.late, "leads late to", enterable, enter)
        for hold in rule.holds { check(hold.late, "leads from the hold '\(hold.name)' to", enterable, enter) }
        check(rule.failure, "fails to", enterable, enter)
        check(rule.cancellation, "is cancelled to", ends, "cancel into an end")
        check(rule.then, "expires to", ends, "expire into an end")
        check(rule.reopens, "reopens to", [.queue, .work, .wait], "reopen into a status that is no end")
        check(rule.retiredAs, "is retired as", enterable, enter)
        return faults
    }

    private static func article(_ kind: StatusRule.Kind) -> String {
        switch kind {
        case .queue: "a queue"
        case .work: "a working status"
        case .wait: "a wait"
        case .success, .failure, .closed: "an end"
        case .retired: "retired"
        }
    }
}

/// The part of the audit that looks at the graph: what is reachable, what ends, what takes time, what cycles.
extension Definition {
    private var current: [StatusRule] { statuses.filter { $0.kind != .retired } }

    private func closure(from starts: [String], following next: (String) -> [String]) -> Set<String> {
        var seen = Set(starts)
        var open = starts
        while let status = open.popLast() {
            for target in next(status) where seen.insert(target).inserted { open.append(target) }
        }
        return seen
    }

    func auditReachable() -> [String] {
        let reached = closure(from: initial) { edges(from: $0).map(\.to) }
        return current.filter { !reached.contains($0.name) }.map {
            "status '\($0.name)' is never reached from \(Self.list(initial)); add a move to it, make it "
                + "initial, retire it, or remove it"
        }
    }

    func auditEnds() -> [String] {
        let ends = statuses.filter(\.kind.isEnd).map(\.name)
        guard !ends.isEmpty else { return ["no status is an end; declare one that succeeds or fails"] }
        let backwards = Dictionary(grouping: edges, by: \.to)
        let ending = closure(from: ends) { (backwards[$0] ?? []).map(\.from) }
        return current.filter { !ending.contains($0.name) }.map {
            "no way leads from status '\($0.name)' to an end; add a move towards \(Self.list(ends))"
        }
    }

    func auditTime() -> [String] {
        current.filter { !$0.kind.isEnd }.flatMap { rule -> [String] in
            var faults: [String] = []
            let leavesByTime = rule.limit.microseconds != nil
            if leavesByTime, rule.late == nil, rule.failure == nil {
                faults.append(
                    "status '\(rule.name)' has a deadline that leads nowhere; say where by 'else', "
                        + "let it fail, or say .forever")
            }
            if rule.kind == .work, rule.failure == nil {
                faults.append(
                    "status '\(rule.name)' works but never fails; say where its failures lead")
            }
            if rule.kind == .work, !leavesByTime {
                faults.append(
                    "status '\(rule.name)' may work for ever; give it a time limit "
                        + "(only queues and waits may say .forever)")
            }
            for hold in rule.holds
            where hold.limit.microseconds != nil && hold.late == nil && rule.failure == nil {
                faults.append(
                    "the hold '\(hold.name)' of status '\(rule.name)' has a deadline that leads nowhere; "
                        + "say where by 'else', or say .forever")
            }
            return faults
        }
    }

    /// What Lockstep itself moves (deadlines, failures, retention) and what a claim moves must not run into a
    /// need: nobody would be there to meet it, and the job would hang.
    func auditNeeds() -> [String] {
        current.filter { !$0.needs.isEmpty }.flatMap { target in
            edges.filter { $0.to == target.name && $0.from != target.name }.compactMap { edge -> String? in
                let byItself: Set<Edge.Cause> = [.claim, .deadline, .failure, .retention]
                guard
                    let cause = edge.causes.keys.filter(byItself.contains).min(by: {
                        $0.rawValue < $1.rawValue
                    })
                else { return nil }
                let there = Set(rule(for: edge.from)?.needs ?? [])
                guard !there.isSuperset(of: target.needs) else { return nil }
                return "status '\(edge.from)' leads by \(cause.rawValue) to '\(target.name)', which needs "
                    + "\(Self.list(target.needs.map(\.token))); put the need on '\(edge.from)' as well, or lead "
                    + "elsewhere"
            }
        }
    }

    /// Every cycle must spend a counter or take an event by a person: with the edges that do either removed,
    /// what is left must have no cycle (found by depth-first search, reported once each). A hold that a
    /// person lifts bounds a cycle only as long as nobody lets it run out: its deadline's way stays.
    func auditCycles() -> [String] {
        func isBounded(_ edge: Edge) -> Bool {
            guard let rule = rule(for: edge.from) else { return true }
            return edge.causes.allSatisfy { cause, actors in
                switch cause {
                case .reopening: return true
                case .finish, .event:
                    guard let move = rule.move(to: edge.to) else { return false }
                    if move.atMost != nil { return true }
                    if let hold = move.holding {
                        return self.rule(for: edge.to)?.hold(named: hold)?.source == .person
                    }
                    return actors.isSubset(of: [.owner, .operator])
                case .cancellation: return true
                case .claim, .deadline, .failure, .retention, .renaming: return false
                }
            }
        }
        var free = Dictionary(
            grouping: edges.filter { !isBounded($0) && $0.from != $0.to }.map { (from: $0.from, to: $0.to) },
            by: \.from)
        for rule in current {
            for move in rule.moves where move.atMost == nil {
                guard let name = move.holding, let target = self.rule(for: move.to),
                    let hold = target.hold(named: name), hold.limit != .forever,
                    let late = hold.late ?? target.failure
                else { continue }
                free[rule.name, default: []].append((from: rule.name, to: late))
            }
        }
        let selfLoops = edges.filter { $0.from == $0.to && !isBounded($0) }.map {
            Self.unbounded([$0.from, $0.from])
        }
        var faults: [String] = []
        var finished: Set<String> = []
        func visit(_ status: String, path: [String]) {
            if let start = path.firstIndex(of: status) {
                faults.append(Self.unbounded(Array(path[start...]) + [status]))
                return
            }
            guard !finished.contains(status) else { return }
            for edge in free[status] ?? [] { visit(edge.to, path: path + [status]) }
            finished.insert(status)
        }
        for status in current { visit(status.name, path: []) }
        return selfLoops + faults
    }

    private static func unbounded(_ path: [String]) -> String {
        "the cycle \(path.joined(separator: " → ")) could turn for ever: status '\(path[0])' must leave it "
            + "by a counted move (atMost:), a hold, or an event by a person"
    }

    static func list(_ items: [String]) -> String {
        items.map { "'\($0)'" }.joined(separator: ", ")
    }
}

/// The longest time a job may take to its end if no person intervenes, and the path that takes it.
public struct LongestTime: Hashable, Sendable, CustomStringConvertible {
    /// The time; `.forever` when a status on the path says so.
    public let limit: TimeLimit
    /// The statuses of the slowest path, from an initial status to an end.
    public let path: [String]
    /// The status that lasts for ever, if one does.
    public let endless: String?
    /// How many counted moves (`atMost:`) may lengthen the path; each adds at most `limit` again, and is
    /// already counted in it.
    public let countedMoves: Int

    /// One line for people.
    public var description: String {
        let way = path.joined(separator: " → ")
        if let endless { return "no bound: '\(endless)' lasts for ever (\(way))" }
        let loops = countedMoves == 0 ? "" : ", \(countedMoves) counted moves included"
        return "\(limit) at most: \(way)\(loops)"
    }
}

extension Definition {
    /// The longest possible time to an end: the sum of the time limits along the slowest path of moves that
    /// happen without a person.
    ///
    /// An audited definition has no cycle among those moves but through counted ones, so the slowest path is
    /// found by one depth-first search; every counted move can at most start the whole path anew.
    public func longestTime() -> LongestTime {
        var known: [String: (total: Int64?, path: [String], endless: String?)] = [:]
        func slowest(_ status: String, _ onPath: Set<String>) -> (
            total: Int64?, path: [String], endless: String?
        ) {
            if let answer = known[status] { return answer }
            guard let rule = rule(for: status), !rule.kind.isEnd else { return (0, [status], nil) }
            var best: (total: Int64?, path: [String], endless: String?)?
            for edge in edges(from: status) where !onPath.contains(edge.to) && happensByItself(edge) {
                let next = slowest(edge.to, onPath.union([edge.to]))
                guard let current = best else { best = next; continue }
                switch (next.total, current.total) {
                case (nil, .some): best = next
                case (let new?, let old?) where new > old: best = next
                default: break
                }
            }
            let own = longestStay(in: rule)
            let rest = best ?? (0, [], nil)
            let total = own.flatMap { mine in
                rest.total.map { min(Int64.max / 8, mine) + min(Int64.max / 8, $0) }
            }
            let answer = (total, [status] + rest.path, own == nil ? status : rest.endless)
            known[status] = answer
            return answer
        }
        var best: (total: Int64?, path: [String], endless: String?) = (0, [], nil)
        for status in initial {
            let candidate = slowest(status, [status])
            guard let current = best.total else { break }
            if candidate.total.map({ $0 >= current }) ?? true { best = candidate }
        }
        let counted = statuses.flatMap(\.moves).compactMap(\.atMost).reduce(0, +)
        let total = best.total.map { $0.multipliedReportingOverflow(by: Int64(1 + counted)) }
        return LongestTime(
            limit: TimeLimit(microseconds: total.map { $0.overflow ? Int64.max / 4 : $0.partialValue }),
            path: best.path, endless: best.endless, countedMoves: counted)
    }

    /// How long a job may stay in a status, a hold there included; `nil` means for ever.
    private func longestStay(in rule: StatusRule) -> Int64? {
        var longest = rule.limit.microseconds
        for hold in rule.holds {
            guard let held = hold.limit.microseconds, let current = longest else { return nil }
            // A released job queues again with the queue's whole limit.
            longest = max(current, held + (rule.limit.microseconds ?? 0))
        }
        return longest
    }

    private func happensByItself(_ edge: Edge) -> Bool {
        edge.causes.contains { cause, actors in
            cause != .reopening && cause != .cancellation && !actors.isSubset(of: [.owner, .operator])
                && rule(for: edge.from)?.move(to: edge.to)?.atMost == nil
        }
    }
}

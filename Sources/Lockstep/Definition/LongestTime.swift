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
    /// An audited definition has no cycle among those moves but through counted ones. So a job's way is at
    /// most so many slowest paths as there are counted moves, and one more, each beginning in an initial
    /// status or where a counted move leads.
    public func longestTime() -> LongestTime {
        var search = SlowestPath(definition: self)
        let counted = statuses.flatMap { rule in
            rule.moves.compactMap { move in move.atMost.map { (to: move.to, times: $0) } }
        }
        var best = search.run(from: initial.first ?? "", [])
        for start in initial.dropFirst() + counted.map(\.to) {
            let candidate = search.run(from: start, [start])
            if candidate.isLonger(than: best) { best = candidate }
        }
        let times = counted.reduce(Int64(1)) { $0.addingReportingOverflow(Int64($1.times)).partialValue }
        let total = best.microseconds.map { $0.multipliedReportingOverflow(by: times) }
        return LongestTime(
            limit: TimeLimit(microseconds: total.map { $0.overflow ? Int64.max / 4 : $0.partialValue }),
            path: best.path, endless: best.endless, countedMoves: Int(times - 1))
    }

    /// Whether the move may happen although no person wants it. Counted moves are accounted for apart.
    fileprivate func happensByItself(_ edge: Edge) -> Bool {
        let isCounted = rule(for: edge.from)?.move(to: edge.to)?.atMost != nil
        return edge.causes.contains { cause, actors in
            switch cause {
            case .reopening, .cancellation: false
            case .finish, .event: !isCounted && !actors.isSubset(of: [.owner, .operator])
            case .claim, .deadline, .failure, .retention, .renaming: true
            }
        }
    }
}

/// The search for the slowest path, each status looked at once.
private struct SlowestPath {
    struct Path {
        /// `nil` means for ever.
        var microseconds: Int64?
        var path: [String]
        var endless: String?

        func isLonger(than other: Path) -> Bool {
            guard let mine = microseconds else { return other.microseconds != nil }
            return other.microseconds.map { mine > $0 } ?? false
        }
    }

    let definition: Definition
    private var known: [String: Path] = [:]

    init(definition: Definition) { self.definition = definition }

    mutating func run(from status: String, _ onPath: Set<String>) -> Path {
        if let answer = known[status] { return answer }
        guard let rule = definition.rule(for: status), !rule.kind.isEnd else {
            return Path(microseconds: 0, path: [status], endless: nil)
        }
        var best: Path?
        for edge in definition.edges(from: status)
        where !onPath.contains(edge.to) && definition.happensByItself(edge) {
            let next = run(from: edge.to, onPath.union([edge.to]))
            if best.map(next.isLonger) ?? true { best = next }
        }
        let rest = best ?? Path(microseconds: 0, path: [], endless: nil)
        let own = longestStay(in: rule)
        let total = own.flatMap { mine in
            rest.microseconds.map { min(Int64.max / 8, mine) + min(Int64.max / 8, $0) }
        }
        let answer = Path(
            microseconds: total, path: [status] + rest.path, endless: own == nil ? status : rest.endless)
        known[status] = answer
        return answer
    }

    /// How long a job may stay in a status, a hold there included; `nil` means for ever. A hold that a program
    /// puts and lifts gives the queue its whole limit again.
    private func longestStay(in rule: StatusRule) -> Int64? {
        var longest = rule.limit.microseconds
        for hold in rule.holds {
            guard let held = hold.limit.microseconds, let current = longest else { return nil }
            let queued = min(Int64.max / 16, rule.limit.microseconds ?? 0)
            let here = hold.source == .person ? held : min(Int64.max / 16, held) + 2 * queued
            longest = max(current, here)
        }
        return longest
    }
}

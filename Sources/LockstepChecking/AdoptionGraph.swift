import LockstepSources

/// The moves and ends of an adopted lifecycle, and which of them are guesses.
struct AdoptionGraph {
    struct End {
        enum Kind: String { case succeeds, fails, closes }
        let kind: Kind
        /// Why it is taken for an end, behind "guessed"; nil where code or a trigger says so.
        var guess: String?
        /// Where its only move leads.
        var reopens: String?
    }

    private(set) var initial: String
    private(set) var isInitialGuessed: Bool
    private(set) var ends: [String: End] = [:]
    private(set) var failure = ""
    private(set) var moves: [String: [String]] = [:]
    /// Statuses whose moves nobody wrote down.
    private(set) var guessed: Set<String> = []
    /// Moves that were added so that every status is reached.
    private(set) var added: [String: [String]] = [:]

    init(_ column: StatusColumn, _ facts: AdoptionFacts) {
        let statuses = column.statuses
        let order = Dictionary(statuses.enumerated().map { ($1, $0) }) { first, _ in first }
        var pairs = facts.triggers.isEmpty ? column.moves.map { [$0.from, $0.to] } : []
        pairs += facts.moves.map { [$0.from, $0.to] }
        var seen = Set<[String]>()
        let known = pairs.filter { order[$0[0]] != nil && order[$0[1]] != nil && seen.insert($0).inserted }
            .sorted { (order[$0[0]] ?? 0, order[$0[1]] ?? 0) < (order[$1[0]] ?? 0, order[$1[1]] ?? 0) }
        let left = Dictionary(grouping: known) { $0[0] }.mapValues { $0.map { $0[1] } }
        let entered = Set(known.map { $0[1] })
        let said =
            column.defaultValue.flatMap { order[$0] == nil ? nil : $0 }
            ?? facts.starts.first { order[$0.value] != nil }?.value
        initial = said ?? statuses.first { !entered.contains($0) && left[$0] != nil } ?? statuses[0]
        isInitialGuessed = said == nil
        findEnds(column, facts, left, entered)
        // There is no lifecycle without an end.
        if ends.isEmpty, let last = statuses.last(where: { $0 != initial }) {
            ends[last] = End(kind: .succeeds, guess: "for want of another")
        }
        failure =
            statuses.first { ends[$0]?.kind == .fails } ?? statuses.first { ends[$0]?.kind == .closes }
            ?? statuses.last { ends[$0] != nil } ?? initial
        let living = statuses.filter { ends[$0] == nil }
        for (index, status) in living.enumerated() {
            if let next = left[status] {
                moves[status] = next
            } else {
                let next = index + 1 < living.count ? [living[index + 1]] : []
                moves[status] = next + statuses.filter { ends[$0] != nil }
                guessed.insert(status)
            }
        }
        // What a trigger lets through is all there is.
        if facts.triggers.isEmpty { reachAll(statuses, order) }
    }

    private mutating func findEnds(
        _ column: StatusColumn, _ facts: AdoptionFacts, _ left: [String: [String]], _ entered: Set<String>
    ) {
        for status in column.statuses where status != initial {
            let kind = Self.ending(status)
            // A map of transitions, or a trigger, says that nothing follows.
            let isSaid = column.ends.contains(status) || !facts.triggers.isEmpty
            if let next = left[status] {
                // A failure that is tried again.
                guard let kind, kind != .succeeds, next.count == 1,
                    next[0] == initial || Self.ending(next[0]) == nil
                else { continue }
                ends[status] = End(kind: kind, guess: "by its name", reopens: next[0])
            } else if let kind {
                ends[status] = End(kind: kind, guess: isSaid ? nil : "by its name")
            } else if isSaid {
                ends[status] = End(kind: .succeeds)
            } else if entered.contains(status) {
                ends[status] = End(kind: .succeeds, guess: "for no move out of it was found")
            }
        }
    }

    /// Lets every status be reached, and lead to an end, by moves that are said to be guesses.
    private mutating func reachAll(_ statuses: [String], _ order: [String: Int]) {
        for status in statuses where !reached.contains(status) {
            // From the status before it in the order of the list.
            let before =
                statuses.prefix(order[status] ?? 0).last { ends[$0] == nil && reached.contains($0) }
                ?? initial
            moves[before, default: []].append(status)
            if !guessed.contains(before) { added[before, default: []].append(status) }
        }
        let over = statuses.filter { ends[$0] != nil }
        for status in statuses where ends[status] == nil && !leadsToEnd(status) {
            moves[status, default: []] += over
            if !guessed.contains(status) { added[status, default: []] += over }
        }
    }

    private func next(_ status: String) -> [String] {
        (moves[status] ?? []) + (ends[status]?.reopens.map { [$0] } ?? [])
    }

    private var reached: Set<String> { closure(initial) }

    private func leadsToEnd(_ status: String) -> Bool { closure(status).contains { ends[$0] != nil } }

    private func closure(_ start: String) -> Set<String> {
        var seen: Set = [start]
        var open = [start]
        while let status = open.popLast() {
            for target in next(status) where seen.insert(target).inserted { open.append(target) }
        }
        return seen
    }

    private static let endings: [(End.Kind, Set<String>)] = [
        (
            .succeeds,
            [
                "done", "completed", "complete", "succeeded", "success", "successful", "finished",
                "delivered",
                "resolved", "fulfilled", "merged", "refunded", "ok",
            ]
        ),
        (
            .fails,
            [
                "failed", "failure", "error", "errored", "rejected", "expired", "timeout", "timedout",
                "bounced",
                "dead", "aborted", "crashed", "declined", "lost",
            ]
        ),
        (
            .closes,
            [
                "cancelled", "canceled", "archived", "deleted", "closed", "withdrawn", "skipped", "revoked",
                "voided", "dismissed", "discarded", "superseded", "removed",
            ]
        ),
    ]

    private static func ending(_ status: String) -> End.Kind? {
        let word = status.lowercased().filter { $0.isLetter }
        return endings.first { $0.1.contains(word) }?.0
    }
}

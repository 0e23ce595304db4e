import LockstepSources

/// A declaration made of what schema and code say of a column, as the YAML that `lockstep` reads: a beginning, for a
/// person to correct.
public struct Adoption: Sendable {
    /// What the lifecycle is called.
    public let name: String
    private let column: StatusColumn
    private let initial: String
    private let ends: [String: Ending]
    private let failure: String
    private let moves: [String: [String]]
    /// Statuses whose moves nobody wrote down.
    private let guessed: Set<String>

    private enum Ending: String {
        case succeeds, fails, closes
    }

    /// Makes it.
    /// - Parameter taken: names that other lifecycles of the same file have.
    public init(of column: StatusColumn, taken: Set<String> = []) {
        self.column = column
        name = Self.name(column, taken)
        let statuses = column.statuses
        let left = Dictionary(grouping: column.moves, by: \.from).mapValues { $0.map(\.to) }
        let entered = Set(column.moves.map(\.to))
        let start =
            column.defaultValue.flatMap { statuses.contains($0) ? $0 : nil }
            ?? statuses.first { !entered.contains($0) && left[$0] != nil } ?? statuses[0]
        initial = start
        var ends: [String: Ending] = [:]
        for status in statuses where status != start && left[status] == nil {
            if let known = Self.ending(status) {
                ends[status] = known
            } else if column.ends.contains(status) || !column.moves.isEmpty && entered.contains(status) {
                ends[status] = .succeeds
            }
        }
        // There is no lifecycle without an end.
        if ends.isEmpty, let last = statuses.last(where: { $0 != start }) { ends[last] = .succeeds }
        self.ends = ends
        failure =
            statuses.first { ends[$0] == .fails } ?? statuses.first { ends[$0] == .closes }
            ?? statuses.last { ends[$0] != nil } ?? start
        var moves: [String: [String]] = [:]
        var guessed: Set<String> = []
        let living = statuses.filter { ends[$0] == nil }
        for (index, status) in living.enumerated() {
            if let known = left[status] {
                moves[status] = known
            } else {
                let next = index + 1 < living.count ? [living[index + 1]] : []
                moves[status] = next + statuses.filter { ends[$0] != nil }
                guessed.insert(status)
            }
        }
        self.moves = moves
        self.guessed = guessed
    }

    /// The YAML, one document.
    public var text: String {
        let seen = column.moves.count
        var lines = [
            "# \(column.table).\(column.column): \(column.statuses.count) statuses \(column.isConstrained ? "that the schema lists" : "that code declares; nothing in the schema does") (\(column.place)),",
            "# \(seen == 0 ? "no moves were found in code" : "\(seen) moves found in code"). Correct it: which moves there are, where rows end, how long they may stay",
            "# ('within: 15m' instead of 'forever' lets rows that hang be reported).",
            "lifecycle: \(name)",
            "guards: \(Self.scalar((column.namespace.map { $0 + "." } ?? "") + "\(column.table).\(column.column)"))",
            "initial: \(Self.scalar(initial))",
        ]
        lines.append(
            "failure: \(Self.scalar(failure))"
                + (ends[failure] == .fails ? "" : "  # none is named like a failure"))
        lines.append("statuses:")
        for status in column.statuses { lines.append(line(status)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ status: String) -> String {
        let key = "  \(Self.scalar(status)): "
        if let ending = ends[status] { return key + "{\(ending.rawValue): forever}" }
        let next = (moves[status] ?? []).map(Self.scalar).joined(separator: ", ")
        let note = guessed.contains(status) ? "  # moves guessed" : ""
        return key
            + "{waits_for: the application, within: forever, never_fails: true, moves_to: [\(next)]}\(note)"
    }

    // MARK: Names

    private static func name(_ column: StatusColumn, _ taken: Set<String>) -> String {
        let plain = self.plain(column.table)
        guard taken.contains(plain) else { return plain }
        let longer = self.plain("\(column.table)_\(column.column)")
        var name = longer
        var number = 2
        while taken.contains(name) {
            name = longer.prefix(36) + "_\(number)"
            number += 1
        }
        return name
    }

    /// A name that a lifecycle may have: lower-case letters, digits and `_`, 40 at most.
    private static func plain(_ text: String) -> String {
        var name = ""
        for character in text.lowercased() {
            let isPlain = character.isASCII && (character.isLetter || character.isNumber)
            if isPlain || name.last != "_" { name.append(isPlain ? character : "_") }
        }
        if name.first?.isLetter != true { name = "t_" + name }
        if name.hasPrefix("sqlite_") || name.hasPrefix("lockstep_") { name = "t_" + name }
        return String(name.prefix(40))
    }

    /// A text as YAML writes it: in quotes unless it is a plain word.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            text.first?.isLetter == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        guard !isPlain else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case _ where scalar.properties.generalCategory == .control:
                let code = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - min(4, code.count)) + code
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static let endings: [(Ending, Set<String>)] = [
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

    private static func ending(_ status: String) -> Ending? {
        let word = status.lowercased().filter { $0.isLetter }
        return endings.first { $0.1.contains(word) }?.0
    }
}

import LockstepSources

/// A declaration made of what schema, code and perhaps a running database say of a column, as the YAML that `lockstep`
/// reads: a beginning, for a person to correct.
public struct Adoption: Sendable {
    /// What the lifecycle is called.
    public let name: String
    private let column: StatusColumn
    private let facts: AdoptionFacts
    private let graph: AdoptionGraph

    /// Makes it.
    /// - Parameters:
    ///   - facts: what a running database tells.
    ///   - taken: names that other lifecycles of the same file have.
    public init(of column: StatusColumn, facts: AdoptionFacts = AdoptionFacts(), taken: Set<String> = []) {
        self.column = column
        self.facts = facts
        name = Self.name(column, taken)
        graph = AdoptionGraph(column, facts)
    }

    /// The YAML, one document.
    public var text: String {
        var lines = [
            "# \(column.table).\(column.column): \(column.statuses.count) statuses \(origin) (\(column.place)),",
            "# \(moves). Correct it: which moves there are, where rows end, how long they may stay",
            "# ('within: 15m' instead of 'forever' lets rows that hang be reported).",
        ]
        lines += facts.notes.map { "# \(Self.comment($0))" }
        let strange = facts.counts.filter { count in !column.statuses.contains(count.value) }
        if !strange.isEmpty {
            let list = strange.prefix(20).map { "\(Self.scalar($0.value)) (\(rows($0.count)))" }
            lines.append("# Rows also hold \(list.joined(separator: ", ")): declare it, or mend them.")
        }
        let namespace = column.namespace.map { $0 + "." } ?? ""
        lines.append("lifecycle: \(name)")
        lines.append("guards: \(Self.scalar("\(namespace)\(column.table).\(column.column)"))")
        let start = graph.isInitialGuessed ? "  # guessed: no default says so" : ""
        lines.append("initial: \(Self.scalar(graph.initial))\(start)")
        let isFailure = graph.ends[graph.failure]?.kind == .fails
        lines.append(
            "failure: \(Self.scalar(graph.failure))\(isFailure ? "" : "  # none is named like a failure")")
        lines.append("statuses:")
        for status in column.statuses { lines.append(line(status)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private var origin: String {
        if column.isConstrained { return "that the schema lists" }
        return column.known == nil ? "that rows hold" : "that code declares; nothing in the schema does"
    }

    private var moves: String {
        var parts: [String] = []
        if !facts.triggers.isEmpty {
            parts.append(
                "the moves are those that \(facts.triggers.joined(separator: " and ")) lets through")
        } else {
            if !column.moves.isEmpty { parts.append("\(column.moves.count) moves found in code") }
            if let history = facts.history, !facts.moves.isEmpty {
                parts.append("\(facts.moves.count) in the history \(history)")
            }
        }
        return parts.isEmpty ? "no moves were found in code" : parts.joined(separator: ", ")
    }

    private func rows(_ count: Int64) -> String {
        "\(facts.isSample ? "at least " : "")\(count) row\(count == 1 ? "" : "s")"
    }

    private func line(_ status: String) -> String {
        var notes: [String] = []
        if facts.isCounted {
            notes.append(rows(facts.counts.first { $0.value == status }?.count ?? 0))
        }
        let key = "  \(Self.scalar(status)): "
        if let end = graph.ends[status] {
            if let why = end.guess { notes.append("end guessed \(why)") }
            let reopens = end.reopens.map { ", reopens_to: \(Self.scalar($0))" } ?? ""
            return key + "{\(end.kind.rawValue): forever\(reopens)}" + Self.note(notes)
        }
        let known = graph.moves[status] ?? []
        if graph.guessed.contains(status) { notes.append("moves guessed") }
        if let added = graph.added[status] {
            notes.append("\(added.map(Self.scalar).joined(separator: ", ")) guessed")
        }
        let counted = known.compactMap { to in
            facts.moves.first { $0.from == status && $0.to == to }?.count.map { "\($0) × \(Self.scalar(to))" }
        }
        if !counted.isEmpty, facts.triggers.isEmpty {
            notes.append("happened: " + counted.joined(separator: ", "))
        }
        let next = known.map(Self.scalar).joined(separator: ", ")
        return key
            + "{waits_for: the application, within: forever, never_fails: true, moves_to: [\(next)]}"
            + Self.note(notes)
    }

    private static func note(_ notes: [String]) -> String {
        notes.isEmpty ? "" : "  # " + comment(notes.joined(separator: "; "))
    }

    /// A text that stays in its comment.
    private static func comment(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
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
}

import Lockstep

/// A lifecycle as a picture of box characters, 80 columns wide at most.
///
/// The statuses stand below each other in declared order. A move to the next one is the line between the two
/// boxes; every other move leaves at the side and names where it goes.
struct Picture {
    private static let width = 78
    private let definition: Definition

    init(_ definition: Definition) { self.definition = definition }

    /// The lines of the picture.
    func lines() -> [String] {
        var lines: [String] = []
        for (index, rule) in definition.statuses.enumerated() {
            let next = index + 1 < definition.statuses.count ? definition.statuses[index + 1].name : nil
            lines += box(of: rule) + arrows(from: rule, next: next)
        }
        return lines
    }

    private func box(of rule: StatusRule) -> [String] {
        let corners: (String, String, String, String, String, String) =
            rule.kind.isEnd ? ("╔", "═", "╗", "║", "╚", "╝") : ("┌", "─", "┐", "│", "└", "┘")
        let inner = Self.width - 2
        let name = Terminal.cut(Terminal.plain(rule.name), to: 40)
        let mark = definition.initial.contains(rule.name) ? "●▶ " : "   "
        let facts = Terminal.cut(Terminal.plain(facts(of: rule)), to: inner - 5 - name.count - 2)
        let space = String(repeating: " ", count: max(1, inner - 4 - name.count - facts.count))
        let edge = String(repeating: corners.1, count: inner)
        return [
            "\(corners.0)\(edge)\(corners.2)",
            "\(corners.3)\(mark)\(name)\(space)\(facts) \(corners.3)",
            "\(corners.4)\(corners.1)\(leavesAny(rule) ? (rule.kind.isEnd ? "╤" : "┬") : corners.1)"
                + edge.dropFirst(2) + corners.5,
        ]
    }

    private func facts(of rule: StatusRule) -> String {
        switch rule.kind {
        case .queue, .work: "\(rule.kind.rawValue), \(Self.atMost(rule.limit))"
        case .wait: "waits for \(rule.event ?? "an event"), \(Self.atMost(rule.limit))"
        case .success, .failure, .closed: "end (\(rule.kind.rawValue)), kept \(rule.limit)"
        case .retired: "retired"
        }
    }

    private static func atMost(_ limit: TimeLimit) -> String {
        limit == .forever ? "forever" : "\(limit) at most"
    }

    /// What a picture shows of a retired status is its successor alone: its moves are the successor's.
    private func drawn(from rule: StatusRule) -> [Edge] {
        definition.edges(from: rule.name).filter { rule.kind != .retired || $0.causes[.renaming] != nil }
    }

    private func leavesAny(_ rule: StatusRule) -> Bool { !drawn(from: rule).isEmpty }

    private func arrows(from rule: StatusRule, next: String?) -> [String] {
        let edges = drawn(from: rule)
        let aside = edges.filter { $0.to != next }
        let straight = edges.first { $0.to == next }
        var lines: [String] = []
        for (index, edge) in aside.enumerated() {
            let isLast = index == aside.count - 1 && straight == nil
            let causes = " \(Self.causes(of: edge)) "
            let shaft = String(repeating: "─", count: max(1, 28 - causes.count))
            lines.append("  \(isLast ? "╰" : "├")─\(causes)\(shaft)▶ \(Terminal.plain(edge.to))")
        }
        if let straight { lines += ["  │ \(Self.causes(of: straight))", "  ▼"] }
        return lines.map { Terminal.cut($0, to: 80) }
    }

    private static func causes(of edge: Edge) -> String {
        edge.causes.keys.map(\.rawValue).sorted().joined(separator: ", ")
    }
}

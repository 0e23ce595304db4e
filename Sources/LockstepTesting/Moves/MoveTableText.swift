import Lockstep

extension MoveTable {
    /// The letter that stands for an actor in the written table.
    private static func letter(_ actor: Actor.Kind) -> String {
        switch actor {
        case .worker: "W"
        case .event: "E"
        case .owner: "U"
        case .operator: "O"
        case .engine: "L"
        }
    }

    /// The table for people, as Markdown: the matrix with a letter for everybody who may make the move, then
    /// every move with its causes.
    public var markdown: String {
        let head = [
            "# Who moves `\(lifecycle)`", "",
            "Rows are left, columns are entered. W is a worker, E the awaited event, U the user whom the job "
                + "belongs to,",
            "O an operator, L Lockstep itself; a dot is refused to everybody. Jobs start in "
                + starts.map { "`\($0)`" }.joined(separator: ", ") + ".", "",
        ]
        let rows = [["from \\ to"] + statuses.map { "`\($0)`" }] + statuses.map(row)
        let moves = statuses.flatMap { from in
            statuses.filter { allows(from: from, to: $0) }.map { [from, $0] }
        }
        let reasons = moves.map { ["`\($0[0])` → `\($0[1])`", why($0[0], $0[1])] }
        let lines = head + Self.table(rows) + [""] + Self.table([["move", "because of"]] + reasons)
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ from: String) -> [String] {
        ["`\(from)`"]
            + statuses.map { to in
                let actors = Actor.Kind.allCases.filter { allows(from: from, to: to, by: $0) }
                let letters = actors.map(Self.letter)
                return letters.isEmpty ? "·" : letters.joined()
            }
    }

    /// `failure (W U O L), deadline (L)`, in the order in which causes are declared.
    private func why(_ from: String, _ to: String) -> String {
        Edge.Cause.allCases.compactMap { cause -> String? in
            let actors = Actor.Kind.allCases.filter { causes(from: from, to: to, by: $0).contains(cause) }
            guard !actors.isEmpty else { return nil }
            return "\(cause.rawValue) (\(actors.map(Self.letter).joined(separator: " ")))"
        }.joined(separator: ", ")
    }

    /// Rows as a Markdown table whose columns stand under each other in the source as well.
    private static func table(_ rows: [[String]]) -> [String] {
        guard let head = rows.first else { return [] }
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
        return [line(head), rule] + rows.dropFirst().map(line)
    }
}

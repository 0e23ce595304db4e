import Lockstep
import LockstepSQL

/// Parts that the pages of guarded tables and the overview have in common.
enum GuardedParts {
    /// The address of a table's page.
    static func path(_ name: String) -> String { "/dashboard/tables/\(DashboardParts.encoded(name))" }

    /// `orders.status in postgres://reader@db/shop`
    static func place(_ table: any WatchedTable) -> Markup {
        "<span class=\"mono\">\(table.table).\(table.column)</span> in <span class=\"mono\">\(table.database)</span>"
    }

    /// Why the last look failed, if it did.
    static func trouble(_ standing: GuardedTables.Standing, _ now: Timestamp) -> Markup {
        guard let trouble = standing.trouble else { return .empty }
        let what: Markup =
            trouble.audience == .temporary ? "It is tried again at every look." : "Somebody has to act."
        let since: Markup =
            standing.lookedAt.map { " What stands here was seen \(TimeWords.ago($0, now))." } ?? .empty
        return """
            <p class="note warn"><span><strong>\(standing.guarded.name) cannot be looked at:</strong> \(trouble.message). \
            \(what)\(since)</span></p>
            """
    }

    /// When the table was looked at, and its rows were counted.
    static func asOf(_ standing: GuardedTables.Standing, _ now: Timestamp) -> Markup {
        guard let lookedAt = standing.lookedAt, let look = standing.look else {
            return "<p class=\"soft small\">not seen yet</p>"
        }
        let counted: Markup =
            look.countedAt == look.at
            ? .empty
            : ", rows counted \(span(Double((look.at - look.countedAt).inMicroseconds) / 1_000_000)) before"
        return "<p class=\"soft small\">Looked at \(TimeWords.ago(lookedAt, now))\(counted)</p>"
    }

    /// The picture, with the rows on its statuses; stuck ones are marked.
    static func diagram(_ standing: GuardedTables.Standing, _ look: TableLook, id: String) -> Markup {
        let stuck = Dictionary(look.stuck.map { ($0.status, $0.rows) }, uniquingKeysWith: +)
        let counts = look.counts.compactMap { count in
            count.status.map { status in
                StatusCount(
                    status: status, jobs: Int(clamping: count.rows), parked: Int(clamping: stuck[status] ?? 0)
                )
            }
        }
        var drawing = LifecycleDrawing(standing.guarded.table.definition, counts: counts)
        drawing.counted = .rows
        drawing.id = id
        let name = standing.guarded.name
        return """
            <div class="scroll diagram" tabindex="0" role="group" aria-label="Diagram of \(name)">\(Markup(trusted: drawing.svg(standalone: false)))</div>
            """
    }

    /// What is wrong, in a few words; empty when nothing is.
    static func faults(_ look: TableLook) -> [String] {
        var words: [String] = []
        let stuck = look.stuck.reduce(0) { $0 + $1.rows }
        if stuck > 0 { words.append("\(stuck)\(look.stuck.contains(where: \.isLeast) ? "+" : "") stuck") }
        let strange = look.undeclared.reduce(0) { $0 + $1.rows }
        if strange > 0 {
            let names = look.undeclared.prefix(3).map { "“\(GuardedWords.status($0.status))”" }
            words.append(
                "\(strange)\(look.isSample ? "+" : "") in \(names.joined(separator: ", "))"
                    + "\(look.undeclared.count > 3 ? " …" : ""), which nobody declared")
        }
        let moves = look.moves.reduce(0) { $0 + $1.times }
        if moves > 0 { words.append("\(moves) undeclared moves") }
        return words
    }

    /// A card that is put in the place of its older self.
    static func section(_ id: String, _ title: String, _ content: Markup) -> Markup {
        """
        <section id="\(id)" class="card" data-swap aria-labelledby="\(id)-title">
        <div class="top"><h2 id="\(id)-title">\(title)</h2></div>
        \(content)
        </section>
        """
    }

    /// A table that is scrolled where it is too wide. Numbers stand in a column called `Rows` or `Times`.
    static func table(_ label: String, _ headings: [String], _ rows: [Markup]) -> Markup {
        let head = headings.map { title -> Markup in
            let isNumber = title == "Rows" || title == "Times"
            return "<th scope=\"col\"\(isNumber ? " class=\"right\"" : "" as Markup)>\(title)</th>"
        }
        return """
            <div class="scroll" tabindex="0" role="group" aria-label="\(label)"><table><thead><tr>\(head)</tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    /// How a move was seen.
    static func words(_ witness: TableLook.Move.Witness) -> String {
        switch witness {
        case .history: "in the history"
        case .watching: "by watching"
        }
    }

    /// Seconds for people.
    static func span(_ seconds: Double) -> String {
        TimeWords.coarse(Int64(exactly: (min(max(seconds, 0), 1e12) * 1_000_000).rounded()) ?? 0)
    }
}

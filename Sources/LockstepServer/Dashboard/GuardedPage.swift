import HTTPTypes
import Hummingbird
import Lockstep
import LockstepSQL

/// The page of a guarded table: its picture with counts, what is stuck, and what nobody declared.
struct GuardedPage {
    let frame: DashboardFrame
    let standing: GuardedTables.Standing

    func response() -> Response { frame.page(name, part: .tables, body: body) }

    private var now: Timestamp { frame.now }
    private var name: String { standing.guarded.name }
    private var table: any WatchedTable { standing.guarded.table }
    private var definition: Definition { table.definition }

    private var body: Markup {
        """
        <p class="crumbs"><a href="/dashboard">Overview</a> / <a href="/dashboard/tables">Tables</a></p>
        <div class="head"><h1>\(name)</h1>
        <p class="soft small">\(GuardedParts.place(table)), read only</p></div>
        <div id="trouble" data-swap>\(GuardedParts.trouble(standing, now))</div>
        \(content)
        """
    }

    private var content: Markup {
        guard let look = standing.look else {
            return """
                <section id="table" class="card" data-swap aria-label="Table">\
                \(DashboardParts.empty("Nothing was seen yet.", "The first look at the table is under way, or failed."))</section>
                """
        }
        return """
            \(tiles(look))
            <section id="diagram" class="card" data-swap aria-labelledby="diagram-title">
            <div class="top"><h2 id="diagram-title">Lifecycle \(definition.name)</h2>\(GuardedParts.asOf(standing, now))</div>
            \(GuardedParts.diagram(standing, look, id: ""))
            </section>
            \(stuck(look))
            \(undeclared(look))
            \(moves(look))
            \(notes(look))
            """
    }

    private func tiles(_ look: TableLook) -> Markup {
        let strange = look.undeclared.reduce(0) { $0 + $1.rows }
        let stuck = look.stuck.reduce(0) { $0 + $1.rows }
        let moves = look.moves.reduce(0) { $0 + $1.times }
        return """
            <dl id="tiles" class="tiles" data-swap>
            \(tile("Rows", look.counts.reduce(0) { $0 + $1.rows }, look.isSample ? "+" : "", "in \(look.counts.count { $0.rows > 0 }) statuses"))
            \(tile("Stuck", stuck, look.stuck.contains(where: \.isLeast) ? "+" : "", look.since.map { "by \($0)" } ?? "not known", isBad: stuck > 0))
            \(tile("Undeclared", strange, look.isSample ? "+" : "", "rows, in \(look.undeclared.count) statuses", isBad: strange > 0))
            \(tile("Undeclared moves", moves, "", "that were seen", isBad: moves > 0))
            </dl>
            <p class="hidden" id="news" data-swap><span data-announce="stuck">\(stuck) rows are stuck.</span></p>
            """
    }

    private func tile(
        _ title: String, _ count: Int64, _ suffix: String, _ more: String, isBad: Bool = false
    ) -> Markup {
        """
        <div class="tile\(isBad ? " bad" : "")"><dt>\(title)</dt><dd><span class="big"><span data-count="\(title)">\
        \(Markup.number(Int(clamping: count)))\(suffix)</span></span> <span class="more">\(more)</span></dd></div>
        """
    }

    // MARK: What should not be

    private func stuck(_ look: TableLook) -> Markup {
        let rows = look.stuck.map { stuck -> Markup in
            let named = stuck.oldestRows.map { row -> Markup in
                "<li><span class=\"mono\">\(row.id)</span> <span class=\"soft\">for \(GuardedParts.span(row.seconds))</span></li>"
            }
            let rest = stuck.rows - Int64(stuck.oldestRows.count)
            let more: Markup =
                rest > 0 && !named.isEmpty
                ? "<p class=\"soft small\">and \(rest)\(stuck.isLeast ? "+" : "") more</p>" : .empty
            return """
                <tr><th scope="row">\(DashboardParts.tag(stuck.status, in: definition))</th>\
                <td class="right">\(Markup.number(Int(clamping: stuck.rows)))\(stuck.isLeast ? "+" : "")</td>\
                <td>\(stuck.limit.description)</td><td>\(GuardedParts.span(stuck.oldest))</td><td class="what"><ul>\(named)</ul>\(more)</td></tr>
                """
        }
        let content: Markup =
            if look.since == nil {
                DashboardParts.empty(
                    "It is not known what is stuck.",
                    "Nothing says since when a row is in its status: name a column of times with <code>since</code>, or a "
                        + "<code>history</code>.")
            } else if rows.isEmpty {
                DashboardParts.empty(
                    "Nothing is stuck.", "Rows that stay longer than is declared will be listed here.")
            } else {
                GuardedParts.table(
                    "Table of stuck rows", ["Status", "Rows", "May stay", "Oldest", "The oldest rows"], rows)
            }
        return GuardedParts.section("stuck", "Stuck rows", content)
    }

    private func undeclared(_ look: TableLook) -> Markup {
        guard !look.undeclared.isEmpty else {
            return "<section id=\"undeclared\" data-swap hidden></section>"
        }
        let rows = look.undeclared.map { count -> Markup in
            """
            <tr><th scope="row"><span class="tag warn">\(GuardedWords.status(count.status))</span></th>\
            <td class="right">\(Markup.number(Int(clamping: count.rows)))\(look.isSample ? "+" : "")</td></tr>
            """
        }
        return GuardedParts.section(
            "undeclared", "Statuses that nobody declared",
            GuardedParts.table("Table of undeclared statuses", ["Status", "Rows"], rows)
                + """
                <p class="soft small spaced">Declare them, or repair the rows: <code>lockstep guard</code> says what each might \
                become, and keeps such rows out from then on.</p>
                """)
    }

    private func moves(_ look: TableLook) -> Markup {
        guard !look.moves.isEmpty else { return "<section id=\"moves\" data-swap hidden></section>" }
        let rows = look.moves.map { move -> Markup in
            let from: Markup =
                move.from.map { DashboardParts.tag($0, in: definition) }
                ?? "<span class=\"soft\">start</span>"
            let last: Markup = move.last.map { "\($0)" } ?? "–"
            return """
                <tr><td>\(from)</td><td>\(DashboardParts.tag(move.to, in: definition))</td>\
                <td class="right">\(Markup.number(Int(clamping: move.times)))</td><td>\(GuardedParts.words(move.witness))</td><td>\(last)</td></tr>
                """
        }
        return GuardedParts.section(
            "moves", "Moves that nobody declared",
            GuardedParts.table("Table of undeclared moves", ["From", "To", "Times", "Seen", "Last"], rows))
    }

    private func notes(_ look: TableLook) -> Markup {
        guard !look.notes.isEmpty else { return "<section id=\"notes\" data-swap hidden></section>" }
        let items = look.notes.map { "<li>\($0)</li>" as Markup }
        return GuardedParts.section("notes", "What cannot be seen", "<ul class=\"legend\">\(items)</ul>")
    }
}

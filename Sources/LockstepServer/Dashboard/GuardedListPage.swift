import Hummingbird
import Lockstep
import LockstepSQL

/// The page of all guarded tables, and the cards that the overview shows of them.
struct GuardedListPage {
    let frame: DashboardFrame
    let standings: [GuardedTables.Standing]

    func response() -> Response {
        frame.page(
            "Guarded tables", part: .tables,
            body: """
                <div class="head"><h1>Guarded tables</h1><p class="soft small">Tables of other applications, watched and \
                never written.</p></div>
                \(content)
                """)
    }

    private var content: Markup {
        guard standings.isEmpty else { return Self.cards(standings, frame.now) }
        return """
            <section class="card">\(DashboardParts.empty("No table is watched.", Self.firstSteps))</section>
            """
    }

    private static let firstSteps: Markup = """
        Name the tables in a file and start the server with it:
        <pre><code>lockstep serve --definitions … --guarded tables.yaml</code></pre>
        """

    /// A card for each table.
    static func cards(_ standings: [GuardedTables.Standing], _ now: Timestamp) -> Markup {
        let cards = standings.enumerated().map { card($1, number: $0 + 1, now) }
        return "<div class=\"cards\">\(cards)</div>"
    }

    private static func card(_ standing: GuardedTables.Standing, number: Int, _ now: Timestamp) -> Markup {
        let name = standing.guarded.name
        let faults = standing.look.map(GuardedParts.faults) ?? []
        let bad: Markup =
            faults.isEmpty
            ? .empty : "<p class=\"note warn\"><span>\(faults.joined(separator: "; "))</span></p>"
        let picture =
            standing.look.map { GuardedParts.diagram(standing, $0, id: "-table-\(number)") }
            ?? DashboardParts.empty("Nothing was seen yet.", "")
        return """
            <section id="table-\(number)" class="card wide" data-swap aria-labelledby="table-title-\(number)">
            <div class="top"><h2 id="table-title-\(number)"><a href="\(GuardedParts.path(name))">\(name)</a></h2>\
            \(GuardedParts.asOf(standing, now))</div>
            \(GuardedParts.trouble(standing, now))\(bad)
            \(picture)
            </section>
            """
    }
}

import Hummingbird
import Lockstep

/// The first page: what there is, how it runs, and what is stuck.
struct OverviewPage {
    /// What is shown of a lifecycle.
    struct Part {
        let definition: Definition
        let live: [StatusCount]
        let ended: EndedCounts.Count?
        let activity: [ActivityBucket]
    }

    let frame: DashboardFrame
    let parts: [Part]
    let stuck: [StuckJob]
    let pauses: Pauses
    let workers: [WorkerRecord]
    var tables: [GuardedTables.Standing] = []

    func response() -> Response {
        frame.page("Overview", part: .overview, body: body)
    }

    private var now: Timestamp { frame.now }

    private var body: Markup {
        guard !parts.isEmpty else {
            return """
                <div class="head"><h1>Overview</h1></div>
                <section class="card">\(DashboardParts.empty("No lifecycle is installed.", Self.firstSteps))</section>
                \(guarded)
                """
        }
        return """
            <div class="head"><h1>Overview</h1></div>
            <div id="pauses" data-swap>\(pauses.all.map { DashboardParts.pauseNote($0, now) })</div>
            \(tiles)
            <div class="grid">
            \(StuckSection(jobs: stuck, definitions: definitions, now: now).markup)
            <section id="activity" class="card" data-swap aria-labelledby="activity-title">
            <div class="top"><h2 id="activity-title">The last hour</h2></div>
            \(chart.markup)
            </section>
            </div>
            <div class="cards">\(cards)</div>
            \(guarded)
            """
    }

    /// The tables of others, under those of Lockstep's own.
    private var guarded: Markup {
        guard !tables.isEmpty else { return .empty }
        return """
            <div class="head spaced"><h2>Guarded tables</h2><p class="soft small"><a href="/dashboard/tables">All of them</a></p></div>
            \(GuardedListPage.cards(tables, now))
            """
    }

    private static let firstSteps: Markup = """
        Declare one in a YAML or JSON file and start the server with it:
        <pre><code>lockstep serve --definitions export.yaml</code></pre>
        """

    private var definitions: [String: Definition] {
        Dictionary(parts.map { ($0.definition.name, $0.definition) }, uniquingKeysWith: { first, _ in first })
    }

    private var chart: ActivityChart {
        parts.reduce(into: ActivityChart(now: now)) { $0.add($1.activity, of: $1.definition) }
    }

    // MARK: Figures

    private var tiles: Markup {
        let live = parts.flatMap(\.live)
        let running = parts.reduce(0) { sum, part in
            sum
                + part.live.filter { part.definition.rule(for: $0.status)?.kind == .work }.reduce(0) {
                    $0 + $1.jobs
                }
        }
        let parked = live.reduce(0) { $0 + $1.parked }
        let alive = workers.filter { $0.leaseEnds > now }
        let chart = chart
        let isCut = stuck.count >= StuckJob.most
        return """
            <dl id="tiles" class="tiles" data-swap>
            \(tile("Live jobs", live.reduce(0) { $0 + $1.jobs }, "\(running) being worked on", "/dashboard/jobs?state=live"))
            \(tile("Stuck", stuck.count, suffix: isCut ? "+" : "", "\(parked) parked", "/dashboard/jobs?state=stuck", isBad: !stuck.isEmpty))
            \(tile("Ended well", chart.good, "in the last hour", nil))
            \(tile("Failed", chart.bad, "in the last hour", nil, isBad: chart.bad > 0))
            \(tile("Workers", alive.count, "holding \(workers.reduce(0) { $0 + $1.holding }) jobs", "/dashboard/workers"))
            </dl>
            <p class="hidden" id="news" data-swap><span data-announce="stuck">\(stuck.count) jobs are stuck.</span></p>
            """
    }

    private func tile(
        _ title: String, _ count: Int, suffix: String = "", _ more: String, _ path: String?,
        isBad: Bool = false
    ) -> Markup {
        let figure: Markup = "<span data-count=\"\(title)\">\(Markup.number(count))\(suffix)</span>"
        let big: Markup =
            path.map { "<a class=\"big\" href=\"\($0)\">\(figure)</a>" }
            ?? "<span class=\"big\">\(figure)</span>"
        return """
            <div class="tile\(isBad ? " bad" : "")"><dt>\(title)</dt><dd>\(big) <span class="more">\(more)</span></dd></div>
            """
    }

    // MARK: Lifecycles

    /// Two narrow drawings have room beside each other.
    private var cards: [Markup] {
        let narrow = parts.filter { LifecycleDrawing($0.definition).width <= 800 }.map(\.definition.name)
        let paired = Set(narrow.prefix(narrow.count / 2 * 2))
        return parts.map { card($0, isWide: !paired.contains($0.definition.name)) }
    }

    private func card(_ part: Part, isWide: Bool) -> Markup {
        let definition = part.definition
        let name = definition.name
        var drawing = LifecycleDrawing(definition, counts: part.live + endedCounts(part))
        drawing.link = { DashboardParts.jobs(of: name, in: $0) }
        drawing.paused = DashboardParts.pausedStatuses(pauses, in: definition)
        let live = part.live.reduce(0) { $0 + $1.jobs }
        let summary: Markup = """
            <p class="soft small num"><span data-count="live \(name)">\(Markup.number(live))</span> live\(ended(part))</p>
            """
        return """
            <section id="lifecycle-\(name)" class="card\(isWide ? " wide" : "")" data-swap aria-labelledby="title-\(name)">
            <div class="top"><h2 id="title-\(name)"><a href="\(DashboardParts.path(toLifecycle: name))">\(name)</a></h2>\(summary)</div>
            <div class="scroll diagram" tabindex="0" role="group" aria-label="Diagram of \(name)">\(Markup(trusted: drawing.svg(standalone: false)))</div>
            </section>
            """
    }

    /// Ends are counted now and then, live statuses each time.
    private func endedCounts(_ part: Part) -> [StatusCount] {
        let live = Set(part.live.map(\.status))
        return (part.ended?.counts ?? []).filter { !live.contains($0.status) }
    }

    private func ended(_ part: Part) -> Markup {
        guard let count = part.ended else { return ", ended ones are being counted" }
        let total = endedCounts(part).reduce(0) { $0 + $1.jobs }
        return ", \(Markup.number(total)) ended, as of \(TimeWords.ago(count.at, now))"
    }
}

extension DashboardParts {
    /// The list of the jobs in a status.
    static func jobs(of lifecycle: String, in status: String) -> String {
        "/dashboard/jobs?lifecycle=\(encoded(lifecycle))&status=\(encoded(status))"
    }

    /// The statuses that a pause is marked on.
    static func pausedStatuses(_ pauses: Pauses, in definition: Definition) -> Set<String> {
        Set(
            definition.statuses.filter { $0.kind == .queue || $0.kind == .work }.map(\.name)
                .filter { pauses.onClaims(from: $0, in: definition) != nil })
    }
}

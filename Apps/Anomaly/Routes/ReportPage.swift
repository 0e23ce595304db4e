import Hummingbird
import Lockstep
import LockstepServer

/// The report on a dataset for people: one page that needs no script, prints well and fits a phone.
struct ReportPage {
    /// How many of the worst rows are shown.
    static let shownRows = 25

    let view: AnomalyService.View
    let now: Timestamp
    var sessionHistory: [HistoryEntry] = []
    var triageHistory: [HistoryEntry] = []
    var result: AnalysisResult?
    var rows: [AnomalousRow] = []

    /// The answer; while something runs the page asks for itself again.
    func response() -> Response {
        HTML.page(
            title: "\(view.dataset.filename) · anomaly report", css: ReportStyle.css,
            refreshing: Self.runs(view), body: html)
    }

    private var html: String {
        """
        <main>
        <header>
        <p class="kind"><a href="/">All datasets</a> · Anomaly report</p>
        <h1>\(HTML.escape(view.dataset.filename))</h1>
        \(Self.badge(view))
        </header>
        \(summary)
        \(paths)
        \(findings)
        </main>
        <footer>
        <p>\(HTML.escape(Figures.bytes(view.dataset.size))), uploaded \(Self.minute(view.dataset.createdAt)) UTC.
        SHA-256 <code>\(HTML.escape(view.dataset.sha256))</code></p>
        </footer>
        """
    }

    // MARK: Sections

    private var summary: String {
        guard let result else {
            let words =
                switch view.status {
                case .uploaded: "This dataset was not analysed yet."
                case .error: "There are no results; the path below says why."
                case .analyzing, .triaging, .completed:
                    "The results will be here when the analysis is completed."
                }
            return "<p class=\"lead\">\(words)</p>"
        }
        let details = result.details
        let share = Figures.percent(Double(details.anomalies) / Double(max(1, details.rows)))
        var facts = [
            ("Rows", Figures.whole(details.rows), ""), ("Columns", Figures.whole(details.columns.count), ""),
            ("Anomalies", Figures.whole(details.anomalies), "\(share) of the rows"),
            ("Threshold", Figures.short(result.threshold), "1 is an ordinary row"),
            (
                "Time", Figures.duration(details.readingSeconds + details.detectingSeconds),
                "reading and training"
            ),
        ]
        if let sheet = details.sheet { facts.append(("Sheet", sheet, "the first that is not empty")) }
        let list = facts.map { name, value, note in
            "<div><dt>\(name)</dt><dd>\(HTML.escape(value))<small>\(HTML.escape(note))</small></dd></div>"
        }
        return "<dl class=\"facts\">\(list.joined())</dl>\n\(remarks(details))"
    }

    private func remarks(_ details: AnalysisDetails) -> String {
        let ignored = details.ignored.map {
            "<code>\(HTML.escape($0.column))</code> was not used: \(HTML.escape($0.reason))."
        }
        let all = ignored + details.warnings.map { HTML.escape($0) }
        guard !all.isEmpty else { return "" }
        let items = all.prefix(20).map { "<li>\($0)</li>" }.joined()
        let rest = all.count > 20 ? "<li>… and \(all.count - 20) more.</li>" : ""
        return
            "<details class=\"remarks\"><summary>Remarks (\(all.count))</summary><ul>\(items)\(rest)</ul></details>"
    }

    private var paths: String {
        var html = ""
        if let session = view.analysis {
            html += path("Analysis", SessionPath(sessionHistory, isLive: session.isLive, now: now))
        }
        if let triage = view.triage {
            html += path("Triage", SessionPath(triageHistory, isLive: triage.isLive, now: now))
        }
        return html.isEmpty ? "" : "<section><h2>Path</h2>\(html)</section>"
    }

    private func path(_ title: String, _ path: SessionPath) -> String {
        let steps = path.steps.map { step -> String in
            let time = step.seconds.map { "<small>\(Figures.duration($0))</small>" } ?? ""
            let notes = step.notes.map { "<em>\(HTML.escape($0))</em>" }.joined()
            return
                "<li class=\"\(HTML.escape(step.status))\"><b>\(HTML.escape(step.status))</b>\(time)\(notes)</li>"
        }
        return "<h3>\(title)</h3><ol class=\"path\">\(steps.joined())</ol>"
    }

    private var findings: String {
        guard let result else { return "" }
        let greatest = result.details.histogram.greatest
        let worst = rows.first?.score ?? 0
        let beyond = worst > greatest ? "; the last bar holds all up to \(Figures.short(worst))" : ""
        return """
            <section>
            <h2>Scores</h2>
            <figure>
            \(ReportHistogram(histogram: result.details.histogram, threshold: result.threshold).svg())
            <figcaption>How many rows have which score, on a logarithmic scale. Rows beyond the dashed line count as
            anomalies\(beyond). <a href="scores">All scores as CSV</a></figcaption>
            </figure>
            </section>
            <section>
            <h2>The worst rows</h2>
            \(rows.map { ReportRow(row: $0).html() }.joined(separator: "\n"))
            </section>
            """
    }

    static func runs(_ view: AnomalyService.View) -> Bool {
        view.status == .analyzing || view.status == .triaging
    }

    /// The status in its colour, with the progress while something runs.
    static func badge(_ view: AnomalyService.View) -> String {
        let status = view.status.rawValue
        return "<span class=\"badge \(status)\">\(status)\(runs(view) ? " · \(view.progress) %" : "")</span>"
    }

    /// A moment to the minute.
    static func minute(_ moment: Timestamp) -> String {
        String(moment.description.prefix(16)).replacing("T", with: " ")
    }
}

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
            title: "\(view.dataset.filename) · anomaly report", css: PageStyle.report + ReportStyle.css,
            refreshing: view.runs, body: html)
    }

    private var html: String {
        """
        <main>
        <header>
        <p class="kind"><a href="/">All datasets</a> · Anomaly report</p>
        <h1>\(HTML.escape(view.dataset.filename))</h1>
        \(view.badge.html)
        </header>
        \(summary)
        \(paths)
        \(findings)
        </main>
        <footer>
        <p>\(HTML.escape(Figures.bytes(view.dataset.size))), uploaded \(Figures.minute(view.dataset.createdAt)) UTC.
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
            Fact("Rows", Figures.whole(details.rows)), Fact("Columns", Figures.whole(details.columns.count)),
            Fact("Anomalies", Figures.whole(details.anomalies), note: "\(share) of the rows"),
            Fact("Threshold", Figures.short(result.threshold), note: "1 is an ordinary row"),
            Fact(
                "Time", Figures.duration(details.readingSeconds + details.detectingSeconds),
                note: "reading and training"),
        ]
        if let sheet = details.sheet {
            facts.append(Fact("Sheet", sheet, note: "the first that is not empty"))
        }
        return "\(Fact.html(facts))\n\(remarks(details))"
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
            html += "<h3>Analysis</h3>\(JobPath(sessionHistory, of: session, now: now).html)"
        }
        if let triage = view.triage {
            html += "<h3>Triage</h3>\(JobPath(triageHistory, of: triage, now: now).html)"
        }
        return html.isEmpty ? "" : "<section><h2>Path</h2>\(html)</section>"
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
}

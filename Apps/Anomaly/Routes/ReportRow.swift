import LockstepServer

/// One of the worst rows on the report: what was said about it, and its columns as small bars.
struct ReportRow {
    /// How many columns are shown.
    private static let shownColumns = 6

    let row: AnomalousRow

    func html() -> String {
        let words =
            if let explanation = row.explanation {
                "<p class=\"words\">\(Self.marked(explanation))</p>"
            } else if let refusal = row.refusal {
                "<p class=\"words refused\">No explanation: \(HTML.escape(refusal))</p>"
            } else {
                ""
            }
        let lines = row.contributions.prefix(Self.shownColumns).map(line)
        return """
            <article>
            <h3><span class="rank">\(row.rank)</span> Line \(Figures.whole(row.line))\
            <span class="score">score \(Figures.short(row.score))</span></h3>
            \(words)
            <table>
            <thead><tr><th scope="col">Column</th><th scope="col">Cell</th><th scope="col">Expected</th>\
            <th scope="col">Share of score</th></tr></thead>
            <tbody>\(lines.joined())</tbody>
            </table>
            </article>
            """
    }

    private func line(_ contribution: Contribution) -> String {
        let width = max(0, min(100, contribution.share * 100))
        // The words for tiny shares would not fit beside a bar.
        let share = contribution.share < 0.001 ? "&lt; 0.1 %" : Figures.percent(contribution.share)
        let value =
            contribution.value.isEmpty ? "<i>empty</i>" : HTML.escape(Figures.grouped(contribution.value))
        let expected = contribution.expected.map { HTML.escape(Figures.grouped($0)) }
        // Instead of the column that a phone has no room for.
        let below = expected.map { "<small>expected \($0)</small>" } ?? ""
        return """
            <tr><th scope="row">\(HTML.escape(contribution.column))</th><td>\(value)\(below)</td><td>\(expected ?? "–")</td>\
            <td class="share"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">\
            <rect class="rail" width="100" height="8" rx="2"/>\
            <rect class="bar" width="\(Figures.short(width))" height="8" rx="2"/></svg><span>\(share)</span></td></tr>
            """
    }

    /// Escaped text in which what stands between backticks is code.
    private static func marked(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).map { HTML.escape($0) }
        // An even number of parts means a backtick without its partner: then they are left as they are.
        guard !parts.count.isMultiple(of: 2) else { return HTML.escape(text) }
        return parts.enumerated().map { $0.isMultiple(of: 2) ? $1 : "<code>\($1)</code>" }.joined()
    }
}

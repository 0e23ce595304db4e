import Lockstep
import LockstepServer

/// A list of datasets as a part of a page: each with its status, its progress and its report.
public struct DatasetSection: Sendable {
    let views: [AnomalyService.View]
    let hasMore: Bool

    /// Whether there is nothing to show.
    public var isEmpty: Bool { views.isEmpty }
    /// Whether something runs, so that the page will soon be out of date.
    public var isMoving: Bool { views.contains { ReportPage.runs($0) } }

    /// The list; everything in it is escaped. A page's style sheet needs ``css`` for it.
    public var html: String {
        let rest = hasMore ? "<p class=\"soft\">Older ones are not shown.</p>" : ""
        return "<ul class=\"datasets\">\n\(views.map(Self.item).joined(separator: "\n"))\n</ul>\(rest)"
    }

    /// The style sheet of the list, to stand after ``PageStyle/css``.
    public static let css = """
        .datasets { margin: 0; padding: 0; list-style: none; display: grid; gap: .6rem; }
        .datasets a { display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .75rem 1rem;
          background: var(--card); border: 1px solid var(--line); border-radius: .6rem; color: inherit;
          text-decoration: none; }
        .datasets a:hover { border-color: var(--blue); }
        .datasets b { color: var(--blue); overflow-wrap: anywhere; }
        .datasets .badge { align-self: center; grid-column: 2; grid-row: 1 / span 2; }
        .datasets small { color: var(--soft); }
        .datasets progress { grid-column: 1 / -1; width: 100%; height: .4rem; margin-top: .35rem;
          accent-color: var(--blue); }
        @media (max-width: 34rem) { .datasets .badge { grid-row: 1; } .datasets small { grid-column: 1 / -1; } }

        """

    private static func item(_ view: AnomalyService.View) -> String {
        let dataset = view.dataset
        let size = "\(Figures.bytes(dataset.size)), \(ReportPage.minute(dataset.createdAt)) UTC"
        let progress =
            ReportPage.runs(view)
            ? "<progress max=\"100\" value=\"\(view.progress)\" aria-label=\"Progress\"></progress>" : ""
        return """
            <li><a href="/api/anomaly/datasets/\(HTML.escape(dataset.id))/report">\
            <b>\(HTML.escape(dataset.filename))</b><small>\(HTML.escape(size))</small>\
            \(ReportPage.badge(view))\(progress)</a></li>
            """
    }
}

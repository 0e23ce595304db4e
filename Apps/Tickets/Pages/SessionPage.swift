import Hummingbird
import Lockstep
import LockstepServer
import TicketDrafting

/// A session for people: where it is, what is to be done there, and everything that came of it so far.
struct SessionPage {
    let view: SessionRepository.View
    let tickets: [Ticket]
    let history: [HistoryEntry]
    /// The language models that may be chosen.
    let providers: [SessionRecord.ProviderChoice]
    /// Whether there is a Jira to export to.
    let hasJira: Bool
    let identity: Identity
    let now: Timestamp
    /// What the page's requests carry; without it the page is only looked at.
    let formToken: String?

    /// A session that nobody touched for so long is taken up again, which its history keeps.
    static let idle = Duration.seconds(3600)

    /// The answer.
    func response() -> Response {
        HTML.page(
            title: "\(session.title) · tickets", css: PageStyle.report + SessionStyle.css,
            script: formToken.map { _ in script }, body: html)
    }

    // MARK: Where it is

    var session: SessionRecord { view.session }

    /// Whether it was left for so long that it is not taken up any more.
    var isTooOld: Bool { session.isTooOld(at: now) }

    /// Whether anything may be changed by this page.
    var canChange: Bool { formToken != nil && !isTooOld }

    /// Whether the site and its files may.
    var takesMaterial: Bool { canChange && SessionRepository.takesMaterial(session) }

    /// Whether the tickets may.
    var takesEdits: Bool {
        canChange
            && (session.currentStage == .review
                || session.currentStage == .jiraExport && session.status == .failed)
    }

    /// Whether a worker has it, or will have.
    var isWorking: Bool {
        switch (session.currentStage, session.status) {
        case (.processing, .active), (.jiraExport, .active), (.jiraExport, .exporting): true
        default: false
        }
    }

    private var isIdle: Bool {
        canChange && session.status != .completed && identity.user == session.jiraUserID
            && now - session.updatedAt > Self.idle
    }

    private var script: String {
        var parts = [SessionScript.common]
        if takesMaterial { parts += [SessionScript.site, SessionScript.files] }
        if isWorking { parts.append(SessionScript.live) }
        if takesEdits { parts += [TicketScript.editing, TicketScript.saving, TicketScript.list] }
        if !tickets.isEmpty { parts.append(TicketScript.reading) }
        return parts.joined()
    }

    // MARK: The page

    private var html: String {
        """
        <main data-session="\(session.id.text)" data-stage="\(session.currentStage.rawValue)"
        data-status="\(session.status.rawValue)" data-after="\(history.last?.number ?? 0)"
        \(formToken.map { "data-token=\"\(HTML.escape($0))\"" } ?? "")\(isIdle ? " data-idle" : "")>
        <header>
        <p class="kind"><a href="/">All sessions</a> · Tickets for Jira</p>
        <h1>\(HTML.escape(session.title))</h1>
        <p class="soft">\(about)</p>
        \(steps)
        </header>
        <noscript><p class="fault">This page needs JavaScript to change anything.</p></noscript>
        <p id="words" class="fault" role="alert"></p>
        <p id="news" class="notice" role="status" hidden></p>
        \(tooOld)\(failure)
        \(panel)
        \(end)
        </main>
        \(formToken == nil ? "" : Self.question)
        """
    }

    private var about: String {
        var parts = ["Begun \(Figures.minute(session.createdAt)) UTC"]
        parts.append("touched \(Figures.minute(session.updatedAt)) UTC")
        parts.append("drafted by \(session.llmProviderChoice?.displayName ?? "rules")")
        if session.jiraUserID != identity.user { parts.append("of \(HTML.escape(session.jiraDisplayName))") }
        return parts.joined(separator: " · ")
    }

    private var steps: String {
        let all = SessionStage.allCases
        let place = all.firstIndex(of: session.currentStage) ?? 0
        let items = all.enumerated().map { index, stage -> String in
            let isDone = index < place || session.status == .completed
            let state = isDone ? "done" : index == place ? session.status.rawValue : "ahead"
            let words = isDone ? "<span class=\"unseen\">, done</span>" : ""
            return """
                <li class="\(state)"\(index == place ? " aria-current=\"step\"" : "")><span>\(stage.displayName)\(words)</span></li>
                """
        }
        return "<ol class=\"steps\" aria-label=\"Stages\">\(items.joined())</ol>"
    }

    private var tooOld: String {
        guard isTooOld else { return "" }
        return """
            <p class="notice" id="too-old">This session was left for more than seven days and cannot be taken up again. \
            Delete it and begin a new one.</p>
            """
    }

    private var failure: String {
        guard let failure = view.failure else {
            let held = view.job.record.hold == nil ? "" : "An operator holds this session; it goes on later."
            let stuck = view.isStuck ? "Nothing was heard of the work for a while." : ""
            let words = held.isEmpty ? stuck : held
            return words.isEmpty ? "" : "<p class=\"notice\">\(words)</p>"
        }
        let told =
            view.job.record.parkedAt == nil
            ? "" : "<br><b>An administrator was told</b>; the session goes on once that is mended."
        // The road's own words are for operators.
        let words =
            failure.code == "deadline"
            ? "It took too long, as when nothing was there to do the work, and was given up. "
                + "What is done stays; another try goes on behind it."
            : failure.message
        return "<p class=\"fault failure\" id=\"failure\">\(HTML.escape(words))\(told)</p>"
    }

    private var panel: String {
        switch (session.currentStage, session.status) {
        case (.siteInfoCollection, _): siteForm(isOpen: true)
        case (.upload, _): files + siteForm(isOpen: false)
        case (.processing, .failed): again + files + siteForm(isOpen: false) + drafted
        case (.processing, _): work + drafted + material
        case (.review, _): review + material
        case (.jiraExport, .failed): review + material
        case (.jiraExport, _): work + outcome + material
        case (.completed, _): outcome + material
        }
    }

    // MARK: The end of the page

    private var end: String {
        let delete =
            formToken == nil
            ? ""
            : """
            <p><button class="quiet danger" type="button" id="delete">Delete session</button></p>
            """
        return """
            <section class="end"><details><summary>What happened</summary>
            \(history.isEmpty ? "" : JobPath(history, of: view.job, now: now).html)
            <p class="soft"><a href="/dashboard/jobs/\(session.id.text)">The job in the dashboard</a></p>
            </details>\(delete)</section>
            """
    }

    private static let question = """
        <dialog id="really" aria-labelledby="really-words"><p id="really-words">Delete this session with its files, its tickets \
        and everything that was changed in them? Issues that are in Jira stay there.</p>
        <form method="dialog" class="row"><button value="no" class="quiet">Keep it</button>
        <button value="yes" class="danger" id="really-yes">Delete session</button></form></dialog>
        """
}

extension SessionRecord {
    /// What it is called: its site.
    var title: String { siteName ?? "A site without a name" }

    /// Whether it was left for so long that it is not taken up any more.
    func isTooOld(at now: Timestamp) -> Bool { status != .completed && !isRecoverable(at: now) }
}

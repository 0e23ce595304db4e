import Lockstep
import LockstepServer

/// The sessions of a user as a part of a page: the form that begins one, those that are open, and the last completed ones.
public struct SessionSection: Sendable {
    /// All of them, newest first.
    let sessions: [SessionRecord]
    /// The jobs of those that workers have, or have parked.
    let jobs: [JobID: JobRecord]
    let providers: [SessionRecord.ProviderChoice]
    let now: Timestamp
    let formToken: String?

    /// So many completed sessions are shown.
    static let completed = 10

    init(
        sessions: [SessionRecord], jobs: [JobID: JobRecord] = [:],
        providers: [SessionRecord.ProviderChoice] = [], now: Timestamp, formToken: String? = nil
    ) {
        self.sessions = sessions
        self.jobs = jobs
        self.providers = providers
        self.now = now
        self.formToken = formToken
    }

    /// Whether something runs, so that the page will soon be out of date.
    public var isMoving: Bool { sessions.contains(where: isMoving) }

    /// Whether the page has the form. It must not ask for itself again by a header then, for it would lose what is written;
    /// see ``LockstepServer/MovingPage``.
    public var canSend: Bool { formToken != nil }

    private func isMoving(_ session: SessionRecord) -> Bool {
        jobs[session.id].map { $0.parkedAt == nil && $0.hold == nil } ?? false
    }

    // MARK: The section

    /// The form and the lists; everything in it is escaped. A page's style sheet needs `ItemList.css` and ``css`` for it, and
    /// the page needs ``script``.
    public var html: String {
        let open = sessions.filter { $0.status != .completed }
        let completed = sessions.filter { $0.status == .completed }
        return form + lists(open, completed)
    }

    private func lists(_ open: [SessionRecord], _ completed: [SessionRecord]) -> String {
        var parts: [String] = []
        if !open.isEmpty {
            let rest =
                open.count > ItemList.shown ? "<p class=\"soft\">Older ones are not shown.</p>" : ""
            let items = open.prefix(ItemList.shown).map(item).joined(separator: "\n")
            parts.append(
                "<h3 id=\"open-sessions\">Your open sessions</h3>"
                    + "<ul class=\"items\" aria-labelledby=\"open-sessions\">\(items)</ul>\(rest)")
        }
        if !completed.isEmpty {
            let last = completed.sorted {
                ($0.completedAt ?? $0.updatedAt) > ($1.completedAt ?? $1.updatedAt)
            }
            let items = last.prefix(Self.completed).map(item).joined(separator: "\n")
            parts.append(
                "<h3 id=\"completed-sessions\">Last completed</h3>"
                    + "<ul class=\"items\" aria-labelledby=\"completed-sessions\">\(items)</ul>")
        }
        return parts.isEmpty
            ? "" : "<div id=\"ticket-sessions\">\(parts.joined())<p class=\"fault\" role=\"alert\"></p></div>"
    }

    private func item(_ session: SessionRecord) -> String {
        let isTooOld = session.isTooOld(at: now)
        let isIdle =
            canSend && !isTooOld && session.status != .completed && now - session.updatedAt > SessionPage.idle
        let note: String =
            if let completed = session.completedAt {
                "\(SessionPage.counted(session.totalTicketsGenerated, "ticket")), completed \(Figures.minute(completed)) UTC"
            } else if isTooOld {
                "Left for more than seven days, since \(Figures.minute(session.updatedAt)) UTC; it cannot be taken up again"
            } else {
                "Touched \(Figures.minute(session.updatedAt)) UTC"
            }
        let title = HTML.escape(session.title)
        let delete =
            isTooOld && canSend
            ? "<button class=\"quiet\" type=\"button\" data-delete=\"\(session.id.text)\" aria-label=\"Delete \(title)\">Delete</button>"
            : ""
        return """
            <li><a href="/api/tickets/sessions/\(session.id.text)/page"\(isIdle ? " data-recover=\"\(session.id.text)\"" : "")>\
            <b>\(title)</b><small>\(note)</small>\(badge(session))</a>\(delete)</li>
            """
    }

    private func badge(_ session: SessionRecord) -> String {
        let job = jobs[session.id]
        let stage = session.currentStage.displayName
        let words =
            if session.status == .failed {
                "\(stage): failed"
            } else if job?.parkedAt != nil {
                "\(stage): an administrator was told"
            } else if let job, job.claimedBy != nil {
                "\(stage) · \(job.progress) %"
            } else {
                stage
            }
        return "<span class=\"badge \(session.status.rawValue)\">\(words)</span>"
    }

    private var form: String {
        guard let formToken else { return "" }
        return """
            <form class="card begin" id="begin-session" data-token="\(HTML.escape(formToken))">
            <label for="begin-name">A site whose structure is to become tickets in Jira</label>
            <input id="begin-name" name="site_name" maxlength="200" required autocomplete="off" placeholder="Harbour museum">
            <label for="begin-description">What it is about</label>
            <textarea id="begin-description" name="site_description" rows="2" maxlength="10000"></textarea>
            \(DrafterField(providers: providers, chosen: nil, id: "begin-drafter").html)
            <p><button type="submit">Begin</button></p>
            <p id="begin-words" class="fault" role="alert"></p>
            </form>
            <dialog id="delete-session" aria-labelledby="delete-session-words"><p id="delete-session-words">Delete this session \
            with its files, its tickets and everything that was changed in them? Issues that are in Jira stay there.</p>
            <form method="dialog"><button value="no" class="quiet">Keep it</button>
            <button value="yes">Delete session</button></form></dialog>
            """
    }

    /// The style sheet of the form and the lists.
    public static let css = """
        .begin { padding: 1rem; margin: 0 0 .8rem; display: grid; gap: .6rem; } .begin p { margin: 0; }
        .begin textarea, .begin select { width: 100%; padding: .6rem .7rem; border: 1px solid var(--line); border-radius: .4rem;
          background: var(--paper); color: inherit; font: inherit; resize: vertical; }
        .begin p:empty, #ticket-sessions > p:empty { display: none; }
        #ticket-sessions li { display: flex; align-items: center; gap: .6rem; } #ticket-sessions li a { flex: 1; min-width: 0; }
        #delete-session { max-width: 30rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card);
          color: inherit; }

        """
}

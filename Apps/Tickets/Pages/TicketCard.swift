import Lockstep
import LockstepServer
import TicketDrafting

/// A ticket in a list: one line that opens.
struct TicketCard {
    let ticket: Ticket
    /// Whether it may be changed.
    var isEditable = false
    /// Whether nobody knows yet if it is in Jira.
    var isInDoubt = false

    /// The ticket as a line that does not open.
    var line: String {
        """
        <li class="card ticket" data-ticket="\(ticket.id.text)"><p class="line">\(kind) <b>\(HTML.escape(ticket.draft.summary))</b></p></li>
        """
    }

    /// The ticket, closed; a script fills it when it is opened.
    var closed: String {
        let title = HTML.escape(ticket.draft.summary)
        let approval =
            isEditable
            ? """
            <label class="approve"><input type="checkbox"\(ticket.isApproved ? " checked" : "") aria-label="Approved: \(title)">
            Approved</label>
            """
            : ""
        return """
            <li class="card ticket" id="ticket-\(ticket.place)" data-ticket="\(ticket.id.text)" data-revision="\(ticket.revision)"\
            \(isEditable ? " data-editable" : "")\(ticket.isApproved ? "" : " data-left-out")>
            \(approval)<details><summary>\(kind) <b class="title">\(title)</b> <span class="state"></span></summary>
            <div class="inside"></div></details>
            <p class="jira"\(jira.isEmpty ? " hidden" : "")>\(jira)</p>
            <p class="fault trouble" role="alert" hidden></p>
            <p class="fault refusal"\(ticket.refusal == nil ? " hidden" : "")>\(refusal)</p></li>
            """
    }

    private var kind: String {
        let words =
            switch ticket.draft.subject.kind {
            case .contentType: "Content type"
            case .view: "View"
            case .menu: "Menu"
            case .integration: "Integration"
            }
        return "<span class=\"kind-of\">\(words)</span>"
    }

    private var jira: String {
        if let key = ticket.jiraKey {
            guard let url = ticket.jiraURL, url.hasPrefix("https://") || url.hasPrefix("http://") else {
                return "In Jira as \(HTML.escape(key))"
            }
            return """
                <a href="\(HTML.escape(url))" rel="noopener noreferrer" target="_blank">\(HTML.escape(key))\
                <span class="unseen"> in Jira, in a new window</span></a>
                """
        }
        return isInDoubt ? "May be in Jira already; the next export finds out." : ""
    }

    private var refusal: String {
        ticket.refusal.map { "Jira refused it: \(HTML.escape($0))" } ?? ""
    }

    /// What a script makes a line of.
    static let lineTemplate = """
        <template id="ticket-line"><li class="card ticket"><p class="line"><span class="kind-of"></span> <b></b></p></li></template>
        """

    /// What a script fills an opened ticket with.
    static let editorTemplate = """
        <template id="editor"><div class="editor">
        <form class="fields" novalidate>
        <div class="conflict notice" role="alert" hidden><p>This ticket was changed meanwhile, in another window or by somebody
        else. What you have written is still here.</p><div class="row">
        <button type="button" class="quiet" data-load>Load the other version</button>
        <button type="button" class="quiet" data-keep>Keep mine and save</button></div></div>
        <label>Title <input name="summary" maxlength="\(TicketDraft.longestSummary)" autocomplete="off"></label>
        <label>Description <textarea name="description" rows="12" spellcheck="true"></textarea></label>
        <p class="soft"># heading, - item, 1. numbered item, **bold**, `code`, [words](https://…), | cell | cell |</p>
        <label>Acceptance criteria, one a line <textarea name="criteria" rows="5" spellcheck="true"></textarea></label>
        <div role="alert"><ul class="fault faults"></ul></div>
        <div class="row"><button type="submit">Save</button>
        <button type="button" class="quiet" data-undo>Discard changes</button>
        <span class="soft saved" role="status"></span></div>
        </form>
        <div class="seen"><p class="soft">As Jira will show it</p><div class="preview"></div></div>
        </div></template>
        """
}

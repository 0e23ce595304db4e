import Foundation
import Lockstep
import LockstepServer
import TicketDrafting
import TicketExport

/// The tickets: while they are drafted, in the review, and on their way to Jira.
extension SessionPage {
    // MARK: While workers work

    /// How far the work is, as it happens.
    var work: String {
        let isExport = session.currentStage == .jiraExport
        let record = view.job.record
        let words = record.progressDetail ?? (isExport ? "Waits for its turn" : "Waits for a worker")
        return """
            <section class="card panel"><h2>\(isExport ? "Tickets go to Jira" : "Tickets are being drafted")</h2>
            <p id="stage" role="status">\(HTML.escape(words))</p>
            <progress id="progress" max="100" value="\(record.progress)" aria-label="Done so far"></progress>
            <p class="soft">It goes on when this page is closed.</p></section>
            """
    }

    /// The tickets that are drafted so far.
    var drafted: String {
        guard !tickets.isEmpty || isWorking else { return "" }
        let lines = tickets.map { TicketCard(ticket: $0).line }.joined(separator: "\n")
        return """
            <section><h2 id="drafted">\(Self.counted(tickets.count, "ticket")) drafted</h2>
            <ol class="tickets plain" id="tickets" aria-labelledby="drafted">\(lines)</ol>
            \(TicketCard.lineTemplate)</section>
            """
    }

    /// What has become of the tickets in Jira.
    var outcome: String {
        let sent = tickets.filter(\.isApproved)
        let left = tickets.filter { !$0.isApproved }
        let done = sent.filter { $0.jiraKey != nil }.count
        let rest =
            left.isEmpty
            ? ""
            : """
            <section><h2>\(Self.counted(left.count, "ticket")) left out</h2>
            <ol class="tickets">\(cards(left))</ol></section>
            """
        return """
            <section><h2 id="sent-title">\(done) of \(Self.counted(sent.count, "ticket")) in Jira\
            \(session.jiraProjectKey.map { ", project \(HTML.escape($0))" } ?? "")</h2>
            <ol class="tickets" id="tickets" data-sent="\(sent.count)" aria-labelledby="sent-title">\
            \(cards(sent))</ol></section>\(rest)
            """
    }

    // MARK: The review

    /// The tickets, to be read, changed and approved.
    var review: String {
        let approved = tickets.filter(\.isApproved).count
        let failed = session.currentStage == .jiraExport
        return """
            <section><h2>\(failed ? "Export again" : "Review")</h2>
            <p>\(failed
                ? "Tickets that Jira refused are marked; change them or leave them out, and export again. What is in Jira already is not sent twice."
                : "Read the drafts, change what is wrong, and leave out what nobody needs.")</p>
            \(takesEdits ? tools : "")
            \(takesEdits ? export(approved: approved, again: failed) : "")
            <ol class="tickets" id="tickets">\(cards(tickets))</ol>
            </section>
            \(takesEdits ? TicketCard.editorTemplate : "")
            """
    }

    private var tools: String {
        """
        <div class="row tools"><label class="unseen" for="find">Find tickets</label>
        <input id="find" type="search" placeholder="Find tickets" autocomplete="off">
        <button type="button" class="quiet" id="all">Approve all</button>
        <button type="button" class="quiet" id="none">Approve none</button>
        <span id="found" class="soft" role="status"></span></div>
        """
    }

    private func export(approved: Int, again: Bool) -> String {
        let plan = view.task?.plan
        let isFixed = plan?.hasBegun ?? false
        let key = plan.flatMap { isFixed ? $0.project : nil } ?? session.jiraProjectKey ?? ""
        let faults = (view.validation?.faults ?? []).map { "<li>\(HTML.escape($0))</li>" }.joined()
        let send =
            hasJira
            ? """
            <form id="export" class="row"><label for="project">Jira project</label>
            <input id="project" name="jira_project_key" value="\(HTML.escape(key))" placeholder="WEB" maxlength="100"
            autocapitalize="characters" autocomplete="off" spellcheck="false" required\(isFixed ? " readonly" : "")>
            <button type="submit">\(again ? "Export again" : "Approve and export")</button></form>
            """
            : """
            <p class="notice" id="no-jira">This server is not connected to a Jira. Its administrator can connect it; \
            your session waits.</p>
            """
        return """
            <div class="card export" id="export-bar"><div class="row">
            <b id="approved" role="status">\(approved) of \(tickets.count) approved</b>
            <span id="unsaved" class="soft" role="status"></span>
            <button type="button" class="quiet" id="save-all" hidden>Save all</button></div>
            \(send)
            <p id="export-words" class="fault" role="alert"></p>
            <ul id="export-faults" class="fault">\(faults)</ul></div>
            """
    }

    /// Tickets that open.
    private func cards(_ tickets: [Ticket]) -> String {
        let exported = Dictionary(
            (view.task?.plan?.tickets ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return tickets.map { ticket in
            let exported = exported[ticket.id.text]
            return TicketCard(
                ticket: ticket, isEditable: takesEdits && !(exported?.hasBegun ?? false),
                isInDoubt: exported?.doubt != nil
            ).closed
        }.joined(separator: "\n")
    }
}

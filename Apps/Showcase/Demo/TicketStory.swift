import Foundation
import Lockstep

/// The story of tickets: the structure of a site becomes drafts, people change two of them and leave one out, and the rest
/// is created in Jira; a second session for the site, and a stage that is not the next one, are refused.
struct TicketStory: Sendable {
    /// What a session must go through.
    private static let way = [
        "site_info_collection", "upload", "processing", "review", "jira_export", "exporting", "completed",
    ]
    private static let folder = "Apps/Tickets/Samples"
    private static let files = [
        "content-types.csv", "fields.csv", "views.csv", "menus.csv", "integrations.json",
    ]
    private static let site = "Riverside Museum"
    private static let pause: Duration = .milliseconds(80)
    private static let limit: Duration = .seconds(300)

    let terminal: Terminal
    let client: Client
    /// Where the Jira of the demo is.
    let jira: String

    /// Plays it and gives back the session.
    func play(_ report: inout CheckReport) async throws -> String {
        let exports = try Self.files.map { name in
            (name: name, content: try Data(contentsOf: URL(filePath: "\(Self.folder)/\(name)")))
        }
        terminal.line(
            "\(terminal.paint("A site", .bold)), “\(Self.site)”, in \(exports.count) exports of its structure, to "
                + "become Jira tickets")
        let begun: Replies.TicketSession = try await client.beginTickets(Self.site).json()
        try await refusals(begun.id, &report)
        _ = try await client.describe(
            begun.id, site: Self.site, about: "A new site for a museum by a river, in two languages.")
        _ = try await client.uploadSite(exports, to: begun.id)
        _ = try await client.draftTickets(begun.id)
        let reviewed = try await follow(begun.id) { $0.stage == "review" || $0.status == "failed" }
        guard reviewed.stage == "review" else {
            throw DemoError("No tickets were drafted: \(reviewed.failure?.message ?? reviewed.stage)")
        }
        let drafts = try await client.tickets(of: begun.id)
        let kinds = Dictionary(grouping: drafts) { $0.subject.prefix { $0 != ":" } }.mapValues(\.count)
        let words = kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        terminal.line("  \(drafts.count) tickets drafted: \(words)")
        report.note(
            "tickets: drafts", found: "\(drafts.count), \(words)",
            holds: drafts.count == reviewed.total && kinds.count == 4,
            else: "There must be tickets about content types, views, menus and integrations; found: \(words)."
        )
        try await export(begun.id, drafts, &report)
        return begun.id
    }

    /// Waits until a session is where it should be.
    private func follow(
        _ id: String, until isThere: (Replies.TicketSession) -> Bool
    ) async throws -> Replies.TicketSession {
        let deadline = ContinuousClock.now + Self.limit
        var last = ""
        while ContinuousClock.now < deadline {
            let session = try await client.ticketSession(id)
            let place = "\(session.stage) \(session.status)"
            if terminal.showsProgress {
                terminal.progress(session.progress, "\(place)  \(session.detail ?? "")")
            } else if place != last {
                terminal.line("  \(place), \(session.progress) %")
            }
            last = place
            if isThere(session) { return session }
            try await Task.sleep(for: Self.pause)
        }
        throw DemoError("The session \(id) did not get on within \(Self.limit.components.seconds) seconds.")
    }

    private func refusals(_ id: String, _ report: inout CheckReport) async throws {
        let second = try await client.beginTickets(Self.site)
        let leap = try await client.move(id, to: "completed")
        let words = leap.status == 409 ? try leap.json(Replies.Problem.self).detail : ""
        terminal.line("  A second session for the site: \(second.status); \(words): \(leap.status)")
        report.note(
            "tickets: refusals", found: "\(second.status) and \(leap.status), “\(words)”",
            holds: second.status == 409 && leap.status == 409
                && words == "Cannot transition from site_info_collection to completed",
            else:
                "A second session and a leap to the end must be refused with 409, not \(second.status) and \(leap.status)."
        )
    }

    private func export(
        _ id: String, _ drafts: [Replies.Ticket], _ report: inout CheckReport
    ) async throws {
        guard drafts.count > 3 else { throw DemoError("There are only \(drafts.count) tickets.") }
        _ = try await client.edit(
            drafts[0].id, ["summary": "Build the exhibitions first", "revision": .integer(1)])
        _ = try await client.edit(
            drafts[1].id, ["acceptance_criteria": ["An editor can publish it.", "A visitor finds it."]])
        _ = try await client.edit(drafts[2].id, ["approved": .bool(false)])
        _ = try await client.exportTickets(id, to: "WEB")
        let end = try await follow(id) { $0.status == "completed" || $0.status == "failed" }
        guard end.status == "completed" else {
            throw DemoError("The tickets could not be exported: \(end.failure?.message ?? end.status)")
        }
        let path = Path(try await client.history(id))
        terminal.line("  \(path.description)")
        report.note(
            "tickets: path", found: path.statuses.joined(separator: " → "), holds: path.statuses == Self.way,
            else: "The path of a session must be \(Self.way.joined(separator: " → ")), not "
                + path.statuses.joined(separator: " → ") + ".")
        let tickets = try await client.tickets(of: id)
        let keys = tickets.compactMap(\.key)
        terminal.line(
            "  \(keys.count) of them are in Jira, \(keys.first ?? "–") to \(keys.last ?? "–"); one was left out: "
                + "\(tickets.first?.url ?? "–")")
        let page = try await client.fetch(tickets.first?.url ?? jira)
        let shown = String(decoding: page.body, as: UTF8.self).contains("Build the exhibitions first")
        report.note(
            "tickets: in Jira", found: "\(keys.count) of \(tickets.count)",
            holds: Set(keys).count == tickets.count - 1 && tickets[2].key == nil && shown,
            else:
                "All tickets but one must be in Jira, the first with its changed title; \(keys.count) of "
                + "\(tickets.count) are, and the title is \(shown ? "there" : "missing").")
    }
}

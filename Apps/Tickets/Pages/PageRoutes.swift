import Hummingbird
import Lockstep
import LockstepServer
import TicketDocument
import TicketDrafting

/// The page of a session, and what a ticket looks like while it is being written.
struct PageRoutes: Sendable {
    let sessions: SessionRepository

    private struct Preview: Encodable {
        let html: String
        let faults: [String]
    }

    func add(to group: RouterGroup<AppContext>) {
        group.get("/sessions/:id/page") { _, context in
            let (id, identity) = try Asked.session(context)
            _ = try await sessions.find(id, for: identity)
            // First what happened, then what came of it: the page hears of everything behind its last line.
            let history = try await sessions.jobs.history(of: id)
            return SessionPage(
                view: try await sessions.view(id, for: identity),
                tickets: try await sessions.tickets(of: id, for: identity), history: history,
                providers: sessions.services.providers, hasJira: sessions.services.jira != nil,
                identity: identity, now: sessions.store.time.now(), formToken: context.formToken
            ).response()
        }
        group.post("/preview") { request, context in
            _ = try Asked.person(context)
            let body = try await RequestObject(
                reading: request, fields: ["summary", "description", "acceptance_criteria"])
            let draft = try TicketDraft(preview: body)
            return try Response.json(
                encoding: Preview(html: DocumentHTML.html(draft.document), faults: draft.faults))
        }
    }
}

extension TicketDraft {
    /// What is being written, whole or not.
    fileprivate init(preview body: RequestObject) throws {
        self.init(
            subject: SiteSubject(.view, "preview"),
            summary: try body.text("summary", longest: 4 * Self.longestSummary) ?? "",
            body: try body.text("description", longest: 4 * Markup.longest) ?? "",
            criteria: try TicketRoutes.criteria(body) ?? [])
    }
}

extension SessionServices {
    /// The language models that there are here.
    var providers: [SessionRecord.ProviderChoice] {
        SessionRecord.ProviderChoice.allCases.filter { choice in
            do {
                _ = try drafter(choice)
                return true
            } catch {
                // That is how a service says that it is not there; see ``SessionServices/drafter``.
                return false
            }
        }
    }
}

extension SessionRecord.ProviderChoice {
    /// Its name for people.
    var displayName: String {
        switch self {
        case .openai: "OpenAI"
        case .anthropic: "Anthropic"
        }
    }
}

import Hummingbird
import Lockstep
import LockstepServer
import TicketDocument
import TicketDrafting

/// Looking at tickets and changing them.
struct TicketRoutes: Sendable {
    let sessions: SessionRepository

    private struct ListAnswer: Encodable {
        let tickets: [TicketAnswer]
    }

    private struct ErrorsAnswer: Encodable {
        let errors: [ErrorAnswer]
    }

    func add(to group: RouterGroup<AppContext>) {
        group.get("/sessions/:id/tickets") { _, context in
            let (id, identity) = try Asked.session(context)
            let tickets = try await sessions.tickets(of: id, for: identity)
            return try Response.json(encoding: ListAnswer(tickets: tickets.map(TicketAnswer.init)))
        }
        group.get("/sessions/:id/errors") { _, context in
            let (id, identity) = try Asked.session(context)
            let errors = try await sessions.errors(of: id, for: identity)
            return try Response.json(encoding: ErrorsAnswer(errors: errors.map(ErrorAnswer.init)))
        }
        group.get("/tickets/:id") { _, context in
            let (id, identity) = try Asked.ticket(context)
            return try Response.json(
                encoding: TicketAnswer(try await sessions.ticket(id, for: identity)))
        }
        group.patch("/tickets/:id") { request, context in
            let (id, identity) = try Asked.ticket(context)
            // Whose ticket it is comes first: nobody finds out by a refusal whether there is one.
            _ = try await sessions.ticket(id, for: identity)
            let ticket = try await sessions.edit(id, try await Self.edit(request), by: identity)
            return try Response.json(encoding: TicketAnswer(ticket))
        }
    }

    private static func edit(_ request: Request) async throws -> SessionRepository.Edit {
        let body = try await RequestObject(
            reading: request,
            fields: ["summary", "description", "acceptance_criteria", "approved", "revision"])
        // In bytes; what a ticket may have is counted in characters, and told with the others of its faults.
        return SessionRepository.Edit(
            summary: try body.text("summary", longest: 4 * TicketDraft.longestSummary),
            body: try body.text("description", longest: 4 * Markup.longest),
            criteria: try criteria(body), isApproved: try approval(body),
            revision: try body.integer("revision", in: 1...1_000_000_000))
    }

    static func criteria(_ body: RequestObject) throws -> [String]? {
        guard let text = body.json("acceptance_criteria") else { return nil }
        guard case .array(let elements) = try? JSONValue(parsing: text),
            elements.count <= TicketDraft.mostCriteria
        else {
            throw Problem.unprocessable(
                "'acceptance_criteria' must be a list of \(TicketDraft.mostCriteria) texts at most")
        }
        return try elements.map { element in
            guard case .string(let text) = element, !text.utf8.contains(0) else {
                throw Problem.unprocessable("'acceptance_criteria' must be a list of texts")
            }
            return text
        }
    }

    private static func approval(_ body: RequestObject) throws -> Bool? {
        switch body.json("approved") {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw Problem.unprocessable("'approved' must be true or false")
        }
    }
}

import ContentWriting
import Hummingbird
import Lockstep
import LockstepServer

/// Asking, refining, stopping, and looking at requests.
struct RequestRoutes: Sendable {
    let service: ContentService
    let events: EventRoutes

    /// The longest question that is taken in, in bytes; what is longer than a video can answer is asked back.
    private static let longestQuestion = 4096
    /// The longest address of a notification.
    private static let longestAddress = 2048

    private struct ListAnswer: Encodable {
        let requests: [RequestAnswer]
    }

    func add(to group: RouterGroup<AppContext>) {
        group.post("/requests") { try await start($0, $1) }
        group.get("/requests") { request, context in
            let identity = try context.requirePerson(to: "open requests")
            let limit = try request.integer("limit", in: 1...1000) ?? 100
            let views = try await service.list(of: identity.user, limit: limit)
            return try Response.json(encoding: ListAnswer(requests: views.map(RequestAnswer.init)))
        }
        group.get("/requests/:id") { _, context in
            try Response.json(encoding: RequestAnswer(try await view(context)))
        }
        group.post("/requests/:id/clarification") { request, context in
            let (id, identity) = try asked(context)
            // Whose request it is comes first: nobody finds out by a refusal whether there is one.
            _ = try await service.view(id, identity: identity)
            let body = try await RequestObject(reading: request, fields: ["question"])
            let question = try body.requiredText("question", longest: Self.longestQuestion)
            let view = try await service.refine(id, to: question, identity: identity)
            return try Response.json(encoding: RequestAnswer(view))
        }
        group.post("/requests/:id/cancel") { _, context in
            let (id, identity) = try asked(context)
            return try Response.json(
                encoding: RequestAnswer(try await service.cancel(id, identity: identity)))
        }
        group.get("/requests/:id/events") { request, context in
            try events.stream(of: try await view(context).job.record, to: request, context)
        }
        group.get("/requests/:id/video") { try await file(ContentService.video, $0, $1) }
        group.get("/requests/:id/captions") { try await file(ContentService.captions, $0, $1) }
        group.get("/requests/:id/page") { _, context in
            let (id, identity) = try asked(context)
            _ = try await service.view(id, identity: identity)
            // First what happened, then what came of it: the page hears of everything behind its last line.
            let history = try await service.jobs.history(of: id)
            return RequestPage(
                view: try await service.view(id, identity: identity), history: history,
                now: service.store.time.now(), formToken: context.formToken
            ).response()
        }
    }

    private func start(_ request: Request, _ context: AppContext) async throws -> Response {
        let identity = try context.requirePerson(to: "ask questions")
        let body = try await RequestObject(reading: request, fields: ["question", "notify"])
        let view = try await service.start(
            try body.requiredText("question", longest: Self.longestQuestion),
            notify: try Self.recipient(body), owner: identity.user)
        return try Response.json(
            encoding: RequestAnswer(view), status: .created,
            headers: [.location: "/api/content/requests/\(view.row.id.text)"])
    }

    private static func recipient(_ body: RequestObject) throws -> ContentNotice.Recipient? {
        guard let notify = try body.part("notify", fields: ["webhook", "email"]) else { return nil }
        switch (try notify.text("webhook", longest: longestAddress), try notify.text("email", longest: 320)) {
        case (let url?, nil): return .webhook(url)
        case (nil, let address?): return .email(address)
        default:
            throw Problem.unprocessable("'notify' names either a 'webhook' or an 'email'")
        }
    }

    private func file(_ name: String, _ request: Request, _ context: AppContext) async throws -> Response {
        let view = try await view(context)
        guard let object = try await service.shelf.find(name, of: view.row.id) else {
            throw Problem.noVideo(view.job)
        }
        return try await ObjectDownload(object, in: service.storage).response(to: request)
    }

    private func view(_ context: AppContext) async throws -> ContentService.View {
        let (id, identity) = try asked(context)
        return try await service.view(id, identity: identity)
    }

    /// The request of the path and who asks.
    private func asked(_ context: AppContext) throws -> (id: JobID, identity: Identity) {
        let identity = try context.requirePerson(to: "open requests")
        // Ids are UUIDs; anything else is nobody's request.
        guard let id = JobID(try context.parameters.require("id")) else { throw Problem.noRequest }
        return (id, identity)
    }
}

import Hummingbird
import Lockstep
import LockstepServer

/// Uploading, listing, looking at and retrying sessions.
struct SessionRoutes: Sendable {
    let service: ExpenseService

    /// So many files make a session at most.
    static let mostFiles = 50
    private static let limits = MultipartLimits(total: 512 << 20, file: 128 << 20, parts: mostFiles)

    private struct ListAnswer: Encodable {
        let sessions: [SessionAnswer]
    }

    func add(to group: RouterGroup<AppContext>) {
        group.post("/sessions") { try await start($0, $1) }
        group.get("/sessions") { request, context in
            let identity = try Asked.person(context)
            let status = try request.uri.queryParameters["status"].map {
                try SessionRepository.status(String($0))
            }
            let limit = try request.integer("limit", in: 1...1000) ?? 100
            let views = try await service.list(of: identity.user, in: status, limit: limit)
            return try Response.json(encoding: ListAnswer(sessions: views.map(SessionAnswer.init)))
        }
        group.get("/sessions/:id") { _, context in
            let (id, identity) = try Asked.session(context)
            return try Response.json(encoding: SessionAnswer(try await service.view(id, identity: identity)))
        }
        group.patch("/sessions/:id") { request, context in
            let (id, identity) = try Asked.session(context)
            let body = try await RequestObject(reading: request, fields: ["status", "current_status"])
            // Whose session it is comes first: nobody finds out by a refusal whether there is one.
            _ = try await service.view(id, identity: identity)
            _ = try await service.repository.update(
                id, to: try body.requiredText("status"), from: try body.text("current_status"), by: identity)
            return try Response.json(encoding: SessionAnswer(try await service.view(id, identity: identity)))
        }
        group.post("/sessions/:id/retry") { _, context in
            let (id, identity) = try Asked.session(context)
            return try Response.json(encoding: SessionAnswer(try await service.retry(id, identity: identity)))
        }
    }

    private func start(_ request: Request, _ context: AppContext) async throws -> Response {
        let identity = try Asked.person(context)
        let view = try await MultipartForm.use(
            of: request, into: service.folder.incoming, limits: Self.limits
        ) { form in
            let uploads = form.parts.compactMap { part -> ExpenseService.Upload? in
                guard let path = part.path, let name = part.filename, !name.isEmpty else { return nil }
                return ExpenseService.Upload(
                    path: path, filename: name, size: Int64(part.size), sha256: part.sha256)
            }
            guard !uploads.isEmpty else { throw Problem.noFile }
            return try await service.start(uploads, owner: identity.user)
        }
        return try Response.json(
            encoding: SessionAnswer(view), status: .created,
            headers: [.location: "/api/expenses/sessions/\(view.row.id.text)"])
    }
}

import Hummingbird
import Lockstep
import LockstepServer
import TicketDrafting

/// Beginning sessions, walking through them, and looking at them.
struct SessionRoutes: Sendable {
    let sessions: SessionRepository
    let folder: ObjectFolder
    let events: EventRoutes

    private static let limits = MultipartLimits(
        total: SiteLimits.standard.files * (SiteLimits.standard.bytes + 4096),
        file: SiteLimits.standard.bytes, parts: SiteLimits.standard.files)
    /// The longest name, and the longest description, in bytes.
    private static let (longestName, longestDescription) = (200, 10_000)

    private struct ListAnswer: Encodable {
        let sessions: [SessionAnswer]
    }

    private var now: Timestamp { sessions.store.time.now() }

    func add(to group: RouterGroup<AppContext>) {
        group.post("/sessions") { try await start($0, $1) }
        group.get("/sessions") { try await list($0, $1) }
        group.get("/sessions/:id") { _, context in
            let (id, identity) = try Asked.session(context)
            return try await answer(id, identity)
        }
        group.patch("/sessions/:id") { try await move($0, $1) }
        group.delete("/sessions/:id") { _, context in
            let (id, identity) = try Asked.session(context)
            try await sessions.delete(id, by: identity)
            return Response(status: .noContent)
        }
        group.post("/sessions/:id/recover") { _, context in
            let (id, identity) = try Asked.session(context)
            _ = try await sessions.recover(id, by: identity)
            return try await answer(id, identity)
        }
        group.put("/sessions/:id/site") { try await describe($0, $1) }
        group.post("/sessions/:id/files") { try await upload($0, $1) }
        group.delete("/sessions/:id/files/:place") { _, context in
            let (id, identity) = try Asked.session(context)
            let place = Int(try context.parameters.require("place")) ?? 0
            _ = try await sessions.remove(place, from: id, by: identity)
            return try await answer(id, identity)
        }
        group.post("/sessions/:id/process") { _, context in
            let (id, identity) = try Asked.session(context)
            _ = try await sessions.process(id, by: identity)
            return try await answer(id, identity, .accepted)
        }
        group.post("/sessions/:id/export") { try await export($0, $1) }
        group.get("/sessions/:id/events") { request, context in
            let (id, identity) = try Asked.session(context)
            return try events.stream(
                of: try await sessions.view(id, for: identity).job.record, to: request, context)
        }
    }

    private func answer(
        _ id: JobID, _ identity: Identity, _ status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        try Response.json(
            encoding: SessionAnswer(try await sessions.view(id, for: identity), now: now), status: status)
    }

    private func list(_ request: Request, _ context: AppContext) async throws -> Response {
        let identity = try Asked.person(context)
        let found: [SessionRecord]
        switch request.uri.queryParameters["incomplete"] {
        case "true": found = try await sessions.incomplete(of: identity.user, by: identity.actor)
        case nil, "false":
            let limit = try request.integer("limit", in: 1...SessionRepository.most) ?? 100
            found = try await sessions.list(of: identity.user, limit: limit)
        default:
            throw Problem.unprocessable("'incomplete' must be true or false", accepted: ["true", "false"])
        }
        return try Response.json(
            encoding: ListAnswer(sessions: found.map { SessionAnswer($0, now: now) }))
    }

    private func start(_ request: Request, _ context: AppContext) async throws -> Response {
        let identity = try Asked.person(context)
        let body = try await RequestObject(
            reading: request,
            fields: ["jira_display_name", "site_name", "site_description", "llm_provider_choice"])
        let site = try siteInfo(body)
        let wish = SessionRepository.Wish(
            displayName: try name("jira_display_name", of: body) ?? identity.user, siteName: site.name,
            siteDescription: site.description, provider: site.provider)
        let session = try await sessions.start(wish, user: identity.user)
        return try Response.json(
            encoding: SessionAnswer(try await sessions.view(session.id, for: identity), now: now),
            status: .created, headers: [.location: "/api/tickets/sessions/\(session.id.text)"])
    }

    private func describe(_ request: Request, _ context: AppContext) async throws -> Response {
        let (id, identity) = try Asked.session(context)
        // Whose session it is comes first: nobody finds out by a refusal whether there is one.
        _ = try await sessions.find(id, for: identity)
        let body = try await RequestObject(
            reading: request, fields: ["site_name", "site_description", "llm_provider_choice"])
        _ = try await sessions.describe(id, as: try siteInfo(body), by: identity)
        return try await answer(id, identity)
    }

    private func siteInfo(_ body: RequestObject) throws -> SessionRepository.SiteInfo {
        var info = SessionRepository.SiteInfo(
            name: try name("site_name", of: body),
            description: try body.text("site_description", longest: Self.longestDescription),
            isByRules: body.isNull("llm_provider_choice"))
        if let choice = try body.text("llm_provider_choice", longest: 100) {
            let all = SessionRecord.ProviderChoice.allCases.map(\.rawValue)
            guard let provider = SessionRecord.ProviderChoice(rawValue: choice) else {
                throw Problem.unprocessable(
                    "'llm_provider_choice' must be one of \(all.joined(separator: ", ")), or left out",
                    accepted: all)
            }
            do {
                _ = try sessions.services.drafter(provider)
            } catch let failure as Failure {
                // Here it is the user who can choose otherwise.
                throw Problem.unprocessable(failure.message, code: failure.code)
            }
            info.provider = provider
        }
        return info
    }

    /// A name on one line.
    private func name(_ field: String, of body: RequestObject) throws -> String? {
        guard let text = try body.text(field, longest: Self.longestName) else { return nil }
        let name = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !name.isEmpty,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw Problem.unprocessable("'\(field)' must be a name on one line") }
        return name
    }

    private func upload(_ request: Request, _ context: AppContext) async throws -> Response {
        let (id, identity) = try Asked.session(context)
        _ = try await sessions.find(id, for: identity)
        try await MultipartForm.use(of: request, into: folder.incoming, limits: Self.limits) { form in
            let uploads = form.parts.compactMap { part -> SessionRepository.Upload? in
                guard let path = part.path, let name = part.filename, !name.isEmpty else { return nil }
                return SessionRepository.Upload(
                    path: path, filename: name, size: Int64(part.size), sha256: part.sha256)
            }
            guard !uploads.isEmpty else {
                throw Problem.unprocessable("the form has no file; send CSV or JSON files as 'files'")
            }
            _ = try await sessions.add(uploads, to: id, by: identity)
        }
        return try await answer(id, identity, .created)
    }

    private func move(_ request: Request, _ context: AppContext) async throws -> Response {
        let (id, identity) = try Asked.session(context)
        let session = try await sessions.find(id, for: identity)
        let body = try await RequestObject(reading: request, fields: ["current_stage", "status"])
        let stages = SessionStage.allCases.map(\.rawValue)
        guard let stage = SessionStage(rawValue: try body.requiredText("current_stage", longest: 100)) else {
            throw Problem.unprocessable(
                "'current_stage' must be a stage", code: "undeclared_status", accepted: stages)
        }
        let states = SessionStatus.allCases.map(\.rawValue)
        // Without a status the one is meant with which a stage begins.
        let first = TicketSession.allCases.lazy.compactMap(\.shown).first { $0.stage == stage }?.status
        guard
            let status = try body.text("status", longest: 100).map(SessionStatus.init(rawValue:)) ?? first
        else {
            throw Problem.unprocessable(
                "'status' must be a status", code: "undeclared_status", accepted: states)
        }
        _ = try await sessions.transition(session.id, to: stage, status, by: identity)
        return try await answer(id, identity)
    }

    private func export(_ request: Request, _ context: AppContext) async throws -> Response {
        let (id, identity) = try Asked.session(context)
        _ = try await sessions.find(id, for: identity)
        let body = try await RequestObject(reading: request, fields: ["jira_project_key"])
        _ = try await sessions.export(id, to: try body.text("jira_project_key", longest: 100), by: identity)
        return try await answer(id, identity, .accepted)
    }
}

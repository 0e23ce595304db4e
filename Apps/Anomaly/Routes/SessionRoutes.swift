import Hummingbird
import Lockstep
import LockstepServer

/// Starting, stopping and following sessions.
struct SessionRoutes: Sendable {
    let service: AnomalyService

    private struct StartAnswer: Encodable {
        let sessionID: String
        let reused: Bool
        private enum CodingKeys: String, CodingKey {
            case sessionID = "session_id"
            case reused
        }
    }

    private struct CancelAnswer: Encodable {
        let cancelled: [String]
    }

    func add(to group: RouterGroup<AppContext>) {
        group.post("/datasets/:id/analyze") { try await analyze($0, $1) }
        group.post("/datasets/:id/start-autoencoder") { try await analyze($0, $1) }
        group.post("/datasets/:id/triage") { request, context in
            let (id, user) = try Asked.dataset(context)
            let started = try await service.triage(id, of: user)
            return try Response.json(
                encoding: StartAnswer(sessionID: started.id.text, reused: started.reused))
        }
        group.post("/datasets/:id/cancel") { request, context in
            let (id, user) = try Asked.dataset(context)
            let stopped = try await service.cancel(id, of: user)
            return try Response.json(encoding: CancelAnswer(cancelled: stopped.map(\.text)))
        }
        group.get("/datasets/:id/status") { request, context in
            let (id, user) = try Asked.dataset(context)
            let view = try await service.view(id, of: user)
            return try Response.json(
                encoding: StatusAnswer(
                    status: view.status, progress: view.progress, session: try await show(view.session),
                    triage: try await show(view.triage)))
        }
    }

    private func analyze(_ request: Request, _ context: AppContext) async throws -> Response {
        let (id, user) = try Asked.dataset(context)
        let seed = try request.integer("seed", in: 0...UInt32.max) ?? 1
        let started = try await service.analyze(id, of: user, seed: seed)
        return try Response.json(encoding: StartAnswer(sessionID: started.id.text, reused: started.reused))
    }

    private func show(_ job: Job<AnomalySession>?) async throws -> SessionAnswer? {
        guard let job else { return nil }
        return try SessionAnswer(job, history: try await service.jobs.history(of: job.id))
    }
}

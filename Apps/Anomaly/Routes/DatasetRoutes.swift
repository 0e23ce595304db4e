import Hummingbird
import Lockstep
import LockstepServer

/// Uploading, listing and deleting datasets.
struct DatasetRoutes: Sendable {
    let service: AnomalyService

    private struct UploadAnswer: Encodable {
        let id: String
    }

    private struct ListAnswer: Encodable {
        let datasets: [DatasetAnswer]
    }

    func add(to group: RouterGroup<AppContext>) {
        group.post("/datasets/upload") { try await upload($0, $1) }
        group.get("/datasets") { request, context in
            let user = try Asked.user(context)
            let limit = try request.integer("limit", in: 1...1000) ?? 100
            let views = try await service.list(of: user, limit: limit)
            return try Response.json(encoding: ListAnswer(datasets: views.map(DatasetAnswer.init)))
        }
        group.delete("/datasets/:id") { _, context in
            let (id, user) = try Asked.dataset(context)
            try await service.delete(id, of: user)
            return Response(status: .noContent)
        }
    }

    private func upload(_ request: Request, _ context: AppContext) async throws -> Response {
        let user = try Asked.user(context)
        // Further files of the form are nobody's.
        let dataset = try await MultipartForm.use(
            of: request, into: service.folder.incoming, limits: Self.limits
        ) { form in
            guard let file = form["file"], let path = file.path, let name = file.filename, !name.isEmpty
            else { throw Problem.noFile }
            return try await service.add(
                fileAt: path, named: name, size: Int64(file.size), sha256: file.sha256, owner: user)
        }
        return try Response.json(encoding: UploadAnswer(id: dataset.id), status: .created)
    }

    private static let limits = MultipartLimits(total: (4 << 30) + (1 << 20), file: 4 << 30)
}

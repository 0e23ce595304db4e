import Hummingbird
import Lockstep
import LockstepServer

/// Uploading, listing and deleting datasets.
struct DatasetRoutes: Sendable {
    /// The longest name of a file that is kept, in characters.
    private static let longestName = 200

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
            let user = try context.requireIdentity().user
            let limit = try Asked.number("limit", of: request, default: 100, in: 1...1000)
            let views = try await service.list(of: user, limit: limit)
            return try Answer.json(ListAnswer(datasets: views.map(DatasetAnswer.init)))
        }
        group.delete("/datasets/:id") { _, context in
            let (id, user) = try Asked.dataset(context)
            try await service.delete(id, of: user)
            return Response(status: .noContent)
        }
    }

    private func upload(_ request: Request, _ context: AppContext) async throws -> Response {
        throw Problem.noFile
    }

    /// The file's own name without folders and control characters, for people and for telling its format.
    private static func name(_ sent: String) -> String {
        let last = sent.split { $0 == "/" || $0 == "\\" }.last ?? ""
        let plain = last.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint && $0.properties.generalCategory != .control }
        // The ending tells the format: of a name that is too long the front goes.
        return String(String(String.UnicodeScalarView(plain)).suffix(longestName))
    }
}

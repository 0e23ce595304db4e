import Hummingbird
import Lockstep
import LockstepSQL

/// The pages of guarded tables.
extension Dashboard {
    func tables(_ context: AppContext) async throws -> Response {
        let frame = try frame(context, operatorsOnly: true)
        let standings = guarded?.standings ?? []
        try await SceneCache.shared.prepare(standings.map { $0.guarded.table.definition })
        return GuardedListPage(frame: frame, standings: standings).response()
    }

    func table(_ context: AppContext) async throws -> Response {
        let frame = try frame(context, operatorsOnly: true)
        let name = context.parameters.get("name") ?? ""
        // A path may come as it was sent, or decoded.
        let standing = guarded?.standings.first {
            $0.guarded.name == name || DashboardParts.encoded($0.guarded.name) == name
        }
        guard let standing else {
            throw Problem.notFound("there is no guarded table '\(Problem.shortened(name))'")
        }
        try await SceneCache.shared.prepare([standing.guarded.table.definition])
        return GuardedPage(frame: frame, standing: standing).response()
    }
}

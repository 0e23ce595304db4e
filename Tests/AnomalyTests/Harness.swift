import Anomaly
import AppSupport
import Foundation
import Lockstep
import LockstepSQLite
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

/// The application served on a free port over a database of its own.
struct Harness: Sendable {
    let store: SQLiteStore
    let app: AnomalyApp
    let jobs: Jobs<AnomalySession>
    /// The folder of the application's files.
    let files: String
    let client: AppClient

    /// Runs `body` on a served application and ends everything afterwards.
    static func run(
        explainer: any Explainer = OfflineExplainer(),
        _ body: @escaping @Sendable (Harness) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        let store = try await SQLiteStore(path: scratch.database)
        let files = scratch.path("anomaly")
        let app = try await AnomalyApp(store: store, folder: files, explainer: explainer)
        let router = LockstepServer.router(store: store, tokens: AppClient.users)
        APIRoutes(store: store).add(to: router)
        app.addRoutes(to: router)
        let jobs = try await Jobs<AnomalySession>(on: store)
        try await AppClient.serving(router) {
            try await body(Harness(store: store, app: app, jobs: jobs, files: files, client: $0))
        }
        withExtendedLifetime(scratch) {}
    }

    /// Lets a worker work while `body` runs.
    func working(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await Worker(on: store) { app.handlers }.working(body)
    }

    /// Sends a request as a user.
    func send(
        _ method: HTTPMethod, _ path: String, as user: String? = "anna", body: String? = nil,
        type: String = "application/json", headers: [String: String] = [:]
    ) async throws -> AppClient.Reply {
        try await client.send(method, path, as: user, body: body, type: type, headers: headers)
    }

    /// Sends a request about a dataset.
    func send(
        _ method: HTTPMethod, dataset id: String, _ rest: String = "", as user: String? = "anna"
    ) async throws -> AppClient.Reply {
        try await send(method, "/api/anomaly/datasets/\(id)\(rest)", as: user)
    }

    /// Uploads a file and gives back the dataset.
    func upload(_ text: String, named name: String = "table.csv", as user: String = "anna") async throws
        -> String
    {
        try await upload(Data(text.utf8), named: name, as: user)
    }

    /// Uploads a file of any bytes and gives back the dataset.
    func upload(_ content: Data, named name: String, as user: String = "anna") async throws -> String {
        let form = MultipartBody(file: content, named: name)
        let reply = try await client.send(form, to: "/api/anomaly/datasets/upload", as: user)
        #expect(reply.status == 201, "\(reply.text)")
        return try #require(try reply.json()["id"]?.text)
    }

    /// Starts a session by a route and gives back its id.
    func start(_ route: String, _ id: String) async throws -> JobID {
        let reply = try await send(.POST, dataset: id, route)
        #expect(reply.status == 200, "\(reply.text)")
        return try #require(try reply.json()["session_id"]?.text.flatMap { JobID($0) })
    }

    /// Waits until a session has ended.
    func end(of session: JobID) async throws -> Job<AnomalySession> { try await jobs.end(of: session) }

    /// Waits until a session is in a status.
    func wait(for session: JobID, in status: AnomalySession) async throws {
        try await jobs.wait(for: session, in: status)
    }
}

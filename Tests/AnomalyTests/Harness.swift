import Anomaly
import AsyncHTTPClient
import Foundation
import Hummingbird
import Lockstep
import LockstepSQLite
import LockstepServer
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing

/// The application served on a free port over a database of its own.
struct Harness: Sendable {
    /// The users that have tokens; a token is the user's name.
    static let users = ["anna", "ben"]

    let store: SQLiteStore
    let app: AnomalyApp
    let jobs: Jobs<AnomalySession>
    /// The folder of the application's files.
    let files: String
    private let address: String
    private let client: HTTPClient

    /// Runs `body` on a served application and ends everything afterwards.
    static func run(
        explainer: any Explainer = OfflineExplainer(),
        _ body: @escaping @Sendable (Harness) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "anomaly-\(UUID().uuidString)")
            .path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let result: Result<Void, any Error>
        do {
            let store = try await SQLiteStore(path: "\(folder)/lockstep.sqlite")
            let app = try await AnomalyApp(store: store, folder: "\(folder)/anomaly", explainer: explainer)
            result = .success(try await serve(app, store, "\(folder)/anomaly", body))
        } catch {
            result = .failure(error)
        }
        remove(folder)
        try result.get()
    }

    /// SQLite takes its own files away when the last connection closes, which may be at this very moment: what
    /// is gone between looking and removing is looked for again.
    private static func remove(_ folder: String) {
        for _ in 0..<10 where FileManager.default.fileExists(atPath: folder) {
            do { try FileManager.default.removeItem(atPath: folder) } catch { continue }
        }
    }

    private static func serve(
        _ app: AnomalyApp, _ store: SQLiteStore, _ files: String,
        _ body: @escaping @Sendable (Harness) async throws -> Void
    ) async throws {
        let identities = users.map { ($0, Identity(user: $0, role: .client)) }
        let tokens = StaticTokens(Dictionary(uniqueKeysWithValues: identities))
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let router = LockstepServer.router(store: store, tokens: tokens)
        APIRoutes(store: store).add(to: router)
        app.addRoutes(to: router)
        let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let application = try await LockstepServer.application(router: router, port: 0, logger: silence) {
            listening.yield($0)
        }
        let server = ServiceGroup(services: [application], logger: silence)
        let jobs = try await Jobs<AnomalySession>(on: store)
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await server.run()
            }
            var result: Result<Void, any Error> = .success(())
            for await port in ports {
                let address = "http://127.0.0.1:\(port)"
                let harness = Harness(
                    store: store, app: app, jobs: jobs, files: files, address: address, client: client)
                do { try await body(harness) } catch { result = .failure(error) }
                break
            }
            // The harness's own client closes its connections, and makes no new ones; only then the server
            // stops, and gracefully: one that is cancelled drops what it has just accepted, which NIO traps.
            try await client.shutdown()
            await server.triggerGracefulShutdown()
            try await group.waitForAll()
            try result.get()
        }
    }

    /// Lets a worker work while `body` runs.
    func working(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let worker = Worker(on: store) { app.handlers }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            group.addTask {
                defer { worker.stop() }
                try await body()
            }
            try await group.waitForAll()
        }
    }

    // MARK: Requests

    /// An answer that was read to its end.
    struct Reply: Sendable {
        let status: Int
        let text: String
        let headers: HTTPHeaders

        /// The body as JSON.
        func json() throws -> JSONValue { try JSONValue(parsing: text) }
    }

    /// Sends a request as a user.
    func send(
        _ method: HTTPMethod, _ path: String, as user: String? = "anna", body: String? = nil,
        type: String = "application/json", cookie: String? = nil
    ) async throws -> Reply {
        try await send(
            method, path, as: user, bytes: body.map { ByteBuffer(string: $0) }, type: type, cookie: cookie)
    }

    /// Sends a request with any bytes as a user.
    func send(
        _ method: HTTPMethod, _ path: String, as user: String?, bytes body: ByteBuffer?, type: String,
        cookie: String? = nil
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: address + path)
        request.method = method
        if let cookie { request.headers.add(name: "Cookie", value: cookie) }
        if let user { request.headers.add(name: "Authorization", value: "Bearer \(user)") }
        if let body {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(body)
        }
        let response = try await client.execute(request, timeout: .seconds(30))
        let answer = try await response.body.collect(upTo: 64 << 20)
        return Reply(
            status: Int(response.status.code), text: String(buffer: answer), headers: response.headers)
    }

    /// Sends a request about a dataset.
    func send(
        _ method: HTTPMethod, dataset id: String, _ rest: String = "", as user: String? = "anna"
    ) async throws -> Reply {
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
        let head = """
            --limit\r
            Content-Disposition: form-data; name="file"; filename="\(name)"\r
            Content-Type: application/octet-stream\r
            \r\n
            """
        var body = ByteBuffer(string: head)
        body.writeBytes(content)
        body.writeString("\r\n--limit--\r\n")
        let reply = try await send(
            .POST, "/api/anomaly/datasets/upload", as: user, bytes: body,
            type: "multipart/form-data; boundary=limit")
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
    func end(of session: JobID) async throws -> Job<AnomalySession> {
        var last: Job<AnomalySession>?
        for try await job in jobs.watch(session) { last = job }
        return try #require(last)
    }

    /// Waits until a session is in a status.
    func wait(for session: JobID, in status: AnomalySession) async throws {
        for try await job in jobs.watch(session) where job.status == status { return }
        Issue.record("the session ended without being seen in '\(status.rawValue)'")
    }
}

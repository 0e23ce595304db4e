import Hummingbird
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite
import LockstepServer
import LockstepTesting
import LockstepUploads
import NIOCore
import NIOHTTP1
import PostgresSupport
import Testing

/// A server that takes uploads into a folder, and holds every answer to the document that it gives itself.
struct UploadServer: Sendable {
    enum Engine: CaseIterable { case sqlite, postgres }

    let server: TestServer
    let store: any SQLStore
    let storage: DiskStorage
    let scratch: Scratch

    static func run(
        on engine: Engine = .sqlite, policy: UploadPolicy = UploadPolicy(),
        _ body: @Sendable (UploadServer) async throws -> Void
    ) async throws {
        let (scratch, time) = (try Scratch(), TestTime())
        let database = engine == .postgres ? try await FreshDatabase() : nil
        let store: any SQLStore =
            if let database {
                try await database.store(time)
            } else {
                try await SQLiteStore(path: scratch.database, time: time)
            }
        try await store.install([Definition(Parcel.self), Definition(Footage.self)])
        let storage = try await DiskStorage(scratch.path("uploads"), time: time)
        let uploads = Uploads(store: store, storage: storage)
        try await uploads.setUp()
        let metrics = ServerMetrics(version: "test")
        let router = LockstepServer.router(
            store: store, tokens: TestServer.tokens, open: [DiskUploadRoute.openPath], metrics: metrics)
        DiskUploadRoute(storage).add(to: router)
        APIRoutes(
            store: VerifyingStore(store, uploads: uploads), metrics: metrics,
            uploads: UploadService(uploads, policy: policy)
        ).add(to: router)
        try await TestServer.run(router) { server in
            var server = server
            server.contract = try Contract(text: try await server.get("/openapi.json").text)
            try await body(
                UploadServer(server: server, store: store, storage: storage, scratch: scratch))
        }
        if let store = store as? PostgresStore { await store.close() }
        withExtendedLifetime(database) {}
    }

    /// Starts footage of anna's.
    func start() async throws -> String {
        let answer = try await server.post("/v1/jobs", as: "anna", ["lifecycle": "footage"])
        return try #require(try answer["id"]?.text)
    }

    func announce(_ job: String, as user: String = "anna", _ more: [String: JSONValue] = [:]) async throws
        -> Answer
    {
        var body: [String: JSONValue] = [
            "name": "video", "filename": "Spiel \"1\".mp4", "content_type": "video/mp4", "size": 26,
        ]
        for (name, value) in more { body[name] = value }
        return try await server.post("/v1/jobs/\(job)/uploads", as: user, .object(body))
    }

    static let text = "abcdefghijklmnopqrstuvwxyz"

    /// Sends what was announced to where the answer says.
    func send(_ announced: Answer, _ text: String = UploadServer.text) async throws -> Int {
        let upload = try #require(try announced["upload"])
        let url = try #require(upload["url"]?.text)
        let prefix = "http://127.0.0.1:\(server.port)"
        #expect(url.hasPrefix(prefix + "/uploads/"))
        #expect(upload["method"]?.text == "PUT")
        var headers: [String: String] = [:]
        for (name, value) in upload["headers"]?.members ?? [:] { headers[name] = value.text }
        return try await server.send(
            .PUT, String(url.dropFirst(prefix.count)), body: ByteBuffer(string: text), headers: headers
        ).status
    }

    func complete(_ job: String, as user: String = "anna") async throws -> Answer {
        try await server.send(.POST, "/v1/jobs/\(job)/complete-uploads", as: user)
    }

    /// Footage whose upload is verified.
    func uploaded() async throws -> String {
        let job = try await start()
        #expect(try await send(try await announce(job)) == 201)
        #expect(try await complete(job).status == 200)
        return job
    }
}

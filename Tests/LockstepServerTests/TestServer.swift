import AppSupport
import AsyncHTTPClient
import Foundation
import Hummingbird
import Lockstep
import LockstepServer
import LockstepTesting
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// What a server answered.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let text: String

    var json: JSONValue { get throws { try JSONValue(parsing: text) } }
    subscript(_ field: String) -> JSONValue? { get throws { try json[field] } }
    var isProblem: Bool { headers.first(name: "content-type") == "application/problem+json" }
}

/// A server on a free port of this machine, spoken to by a real client.
struct TestServer: Sendable {
    static let tokens = StaticTokens([
        "anna-token": Identity(user: "anna", role: .client),
        "berta-token": Identity(user: "berta", role: .client),
        "olga-token": Identity(user: "olga", role: .operator),
        "ada-token": Identity(user: "ada", role: .admin),
        "willi-token": Identity(user: "willi", role: .worker),
        "wanda-token": Identity(user: "wanda", role: .worker, lifecycles: ["footage"]),
    ])

    /// A client that stays where it is sent from, so that redirects can be looked at.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let port: Int
    /// What every answer is held to; `nil` for servers that do not serve the API.
    var contract: Contract?

    /// Serves a router while `body` runs, then shuts down gracefully.
    static func run(
        _ router: Router<AppContext>, services: [any Service] = [],
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        try await Serving.run(router, services: services) { try await body(TestServer(port: $0)) }
    }

    /// Serves the API over an empty memory store with two lifecycles. Every answer is held to the document that the
    /// server itself gives.
    static func withJobs(
        time: TestTime = TestTime(), _ body: @Sendable (TestServer, MemoryStore) async throws -> Void
    ) async throws {
        let store = MemoryStore(time: time)
        _ = try await store.install([Definition(Parcel.self), Definition(Footage.self)])
        try await withAPI(on: store) { try await body($0, store) }
    }

    /// Serves the API of a store, and holds every answer to the document that the server itself gives.
    static func withAPI(
        on store: any Store, tokens: any TokenChecker = tokens,
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let metrics = ServerMetrics(version: "test")
        let router = LockstepServer.router(store: store, tokens: tokens, metrics: metrics)
        APIRoutes(store: store, metrics: metrics).add(to: router)
        try await run(router) { server in
            var server = server
            server.contract = try Contract(text: try await server.get("/openapi.json").text)
            try await body(server)
        }
    }

    /// - Parameter isEndless: a good answer is a stream without an end, of which only the head is waited for.
    func send(
        _ method: HTTPMethod, _ path: String, as user: String? = nil, body: ByteBuffer? = nil,
        headers: [String: String] = [:], isEndless: Bool = false
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        if let user { request.headers.add(name: "Authorization", value: "Bearer \(user)-token") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(body) }
        let response = try await Self.client.execute(request, timeout: .seconds(30))
        if isEndless, response.status == .ok {
            return Answer(status: 200, headers: response.headers, text: "")
        }
        let text = try await String(buffer: response.body.collect(upTo: 16 << 20))
        let answer = Answer(status: Int(response.status.code), headers: response.headers, text: text)
        contract?.check(answer, to: method, path)
        return answer
    }

    func get(_ path: String, as user: String? = nil) async throws -> Answer {
        try await send(.GET, path, as: user)
    }

    func post(
        _ path: String, as user: String?, _ json: JSONValue, headers: [String: String] = [:]
    ) async throws -> Answer {
        try await post(path, as: user, text: try json.encoded(), headers: headers)
    }

    func post(
        _ path: String, as user: String?, text: String, headers: [String: String] = [:]
    ) async throws -> Answer {
        try await send(.POST, path, as: user, body: ByteBuffer(string: text), headers: headers)
    }

    /// Starts a parcel and gives its id.
    func start(
        as user: String, status: String = "queued", _ more: [String: JSONValue] = [:]
    ) async throws -> String {
        var body = more
        body["lifecycle"] = "parcel"
        body["status"] = .string(status)
        let answer = try await post("/v1/jobs", as: user, .object(body))
        guard let id = try answer["id"]?.text else { throw Failure.userFixable("no id in \(answer.text)") }
        return id
    }
}

import Lockstep
import LockstepSQLite
import LockstepTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import LockstepServer

/// `/v1/tokens`, held to the server's own document.
@Suite struct TokenRoutesTests {
    private let scratch: Scratch
    private let store: SQLiteStore
    private let composition: ServerComposition
    private let admin: String

    init() async throws {
        scratch = try Scratch()
        store = try await SQLiteStore(path: scratch.database)
        try await store.install([Definition(Parcel.self), Definition(Footage.self)])
        composition = ServerComposition(store: store, limits: .none)
        admin = try await composition.tokens.create(user: "ada", role: .admin)
    }

    private func run(_ body: @Sendable (TestServer) async throws -> Void) async throws {
        try await TestServer.run(composition.router()) { server in
            var server = server
            server.contract = try Contract(text: try await server.get("/openapi.json").text)
            try await body(server)
        }
    }

    private func ask(
        _ server: TestServer, _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil,
        by token: String? = nil
    ) async throws -> Answer {
        var headers = ["Authorization": "Bearer \(token ?? admin)"]
        if body != nil { headers["Content-Type"] = "application/json" }
        return try await server.send(
            method, path, body: try body.map { ByteBuffer(string: try $0.encoded()) }, headers: headers)
    }

    @Test func aTokenIsMadeUsedAndTakenAwayAtOnce() async throws {
        try await run { server in
            let wish: JSONValue = ["user": "anna", "role": "client", "note": "phone", "expires_in": "90d"]
            let made = try await ask(server, .POST, "/v1/tokens", wish)
            #expect(made.status == 201)
            let (token, id) = (try #require(try made["token"]?.text), try #require(try made["id"]?.text))
            #expect(made.headers.first(name: "location") == "/v1/tokens/\(id)")
            #expect(try await ask(server, .GET, "/v1/jobs", by: token).status == 200)
            let list = try await ask(server, .GET, "/v1/tokens?user=anna&role=client")
            #expect(list.status == 200 && list.text.contains(id) && !list.text.contains(token))
            #expect(try await ask(server, .DELETE, "/v1/tokens/\(id)").status == 204)
            #expect(try await ask(server, .GET, "/v1/jobs", by: token).status == 401)
            #expect(try await ask(server, .DELETE, "/v1/tokens/\(id)").status == 404)
        }
    }

    @Test func mistakesAreSaid() async throws {
        try await run { server in
            let bad: [JSONValue] = [
                ["user": "a", "role": "emperor"], ["role": "client"],
                ["user": "a", "role": "client", "x": 1],
                ["user": "a", "role": "client", "expires_in": "soon"], ["user": "", "role": "client"],
                ["user": "a", "role": "client", "lifecycles": ["parcel"]],
                ["user": "a", "role": "worker", "lifecycles": [1]],
                ["user": "a", "role": "worker", "lifecycles": "p"],
            ]
            for wish in bad {
                let answer = try await ask(server, .POST, "/v1/tokens", wish)
                #expect(answer.status == 422 && answer.isProblem, "\(wish): \(answer.text)")
            }
            for path in ["/v1/tokens?role=emperor", "/v1/tokens?colour=red"] {
                #expect(try await ask(server, .GET, path).status == 422, "\(path)")
            }
            for path in ["/v1/tokens/0123456789abcdef", "/v1/tokens/x", "/v1/tokens/%27%20OR%201"] {
                #expect(try await ask(server, .DELETE, path).status == 404, "\(path)")
            }
            #expect(try await ask(server, .PUT, "/v1/tokens", [:]).status == 405)
        }
    }

    /// A worker that is bound to a lifecycle has no way to the jobs of another one.
    @Test func aBoundWorkerWorksOnItsLifecyclesAlone() async throws {
        let grant = TokenGrant(user: "gpu", role: .worker, lifecycles: ["footage"])
        let bound = try await composition.tokens.create(grant).token
        let free = try await composition.tokens.create(user: "cpu", role: .worker)
        var job = NewJob(lifecycle: "parcel", input: "{}")
        job.status = "labelling"
        let id = try #require(try await store.start([job]).first).get().record.id
        try await run { server in
            let wish: JSONValue = ["name": "w", "statuses": ["parcel": ["labelling"]]]
            #expect(try await ask(server, .POST, "/v1/workers", wish, by: bound).status == 403)
            let own: JSONValue = ["name": "w", "statuses": ["footage": ["running"]]]
            #expect(try await ask(server, .POST, "/v1/workers", own, by: bound).status == 201)

            // Of another's worker it knows the id, and even the fence.
            let worker = try #require(
                try await ask(server, .POST, "/v1/workers", wish, by: free)["id"]?.text)
            for (method, path) in [
                (HTTPMethod.POST, "/heartbeat"), (.POST, "/claims"), (.DELETE, ""),
            ] {
                let answer = try await ask(server, method, "/v1/workers/\(worker)\(path)", by: bound)
                #expect(answer.status == 403, "\(path): \(answer.text)")
            }
            let claimed = try await ask(server, .POST, "/v1/workers/\(worker)/claims", [:], by: free)
            #expect(claimed.text.contains(id.text))
            let finish: JSONValue = ["worker": .string(worker), "fence": 1, "to": "delivered"]
            #expect(try await ask(server, .POST, "/v1/jobs/\(id)/finish", finish, by: bound).status == 404)
            #expect(try await ask(server, .POST, "/v1/jobs/\(id)/finish", finish, by: free).status == 200)
        }
    }
}

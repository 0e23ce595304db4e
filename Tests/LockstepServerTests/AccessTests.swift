import Hummingbird
import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

@Suite struct AccessTests {
    @Test func healthNeedsNoTokenAndTellsNothingElse() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.get("/health")
            #expect(answer.status == 200)
            #expect(answer.text == #"{"status":"ok"}"#)
        }
    }

    @Test func aStoreThatCannotBeReachedIsUnhealthy() async throws {
        let router = LockstepServer.router(store: BrokenStore(), tokens: TestServer.tokens)
        try await TestServer.run(router) { server in
            let answer = try await server.get("/health")
            #expect(answer.status == 503)
            #expect(answer.isProblem)
            #expect(answer.headers.first(name: "retry-after") == "1")
            #expect(try answer["audience"] == "temporary")
            #expect(!answer.text.contains("secret"))
        }
    }

    @Test(arguments: [
        "/", "/v1/jobs/x", "/nowhere", "/health/", "//health", "/health/../v1/jobs/x", "/Health",
    ])
    func everythingElseIsDeniedByDefault(path: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.get(path)
            // A path that only looks like the open one is not open.
            #expect(answer.status == 401, "\(path)")
            #expect(answer.isProblem)
            #expect(answer.headers.first(name: "www-authenticate") == "Bearer realm=\"lockstep\"")
            #expect(try answer["code"] == "unauthorized")
            #expect(try answer["audience"] == "user_fixable")
        }
    }

    @Test(arguments: [
        "Bearer wrong", "Bearer", "Bearer ", "Basic anna-token", "anna-token", "Bearer anna-token x",
        "Bearer \(String(repeating: "a", count: 5000))",
    ])
    func badTokensAreRefused(header: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.send(.GET, "/v1/jobs/x", headers: ["Authorization": header])
            #expect(answer.status == 401)
            #expect(answer.headers.first(name: "www-authenticate")?.contains("error=") == true)
            #expect(!answer.text.contains("aaaa"))
        }
    }

    @Test func theSchemeIsReadInAnyCase() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.send(
                .GET, "/nowhere", headers: ["Authorization": "bEARER anna-token"])
            #expect(answer.status == 404)
        }
    }

    @Test func workersHaveNoBusinessWithTheClientRoutes() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            let answers = [
                try await server.get("/v1/jobs/\(id)", as: "willi"),
                try await server.post("/v1/jobs", as: "willi", ["lifecycle": "parcel"]),
                try await server.post("/v1/jobs/\(id)/moves", as: "willi", ["to": "lost"]),
                try await server.get("/v1/jobs/\(id)/history", as: "willi"),
            ]
            #expect(answers.allSatisfy { $0.status == 403 && $0.isProblem })
        }
    }

    @Test func emptyTokensOpenNothing() async throws {
        let tokens = StaticTokens(["": Identity(user: "nobody", role: .admin)])
        #expect(try await tokens.identity(forToken: "") == nil)
    }

    @Test func aCheckerThatFailsLetsNobodyThrough() async throws {
        let store = MemoryStore()
        let router = LockstepServer.router(store: store, tokens: BrokenChecker())
        APIRoutes(store: store).add(to: router)
        try await TestServer.run(router) { server in
            let answer = try await server.get("/v1/jobs/x", as: "anna")
            #expect(answer.status == 503)
            #expect(try answer["code"] == "tokens_away")
        }
    }
}

private struct BrokenChecker: TokenChecker {
    func identity(forToken token: String) async throws -> Identity? {
        throw Failure.temporary("the tokens cannot be read now", code: "tokens_away")
    }
}

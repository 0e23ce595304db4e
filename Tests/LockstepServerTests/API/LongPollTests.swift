import AsyncHTTPClient
import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

/// A memory store that says when somebody looked for jobs and found none.
private final class LookedAtStore: Sendable {
    let store: MemoryStore
    let looks: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init(time: TestTime) async throws {
        store = MemoryStore(time: time)
        (looks, continuation) = AsyncStream<Void>.makeStream()
        _ = try await store.install([Definition(Parcel.self)])
    }

    var face: PassingStore {
        PassingStore(store) { [continuation] in if $0.isEmpty { continuation.yield() } }
    }

    /// Returns when so many looks have found nothing.
    func empty(_ count: Int = 1) async {
        var seen = 0
        for await _ in looks {
            seen += 1
            if seen == count { return }
        }
    }
}

@Suite struct LongPollTests {
    private func register(_ server: TestServer) async throws -> String {
        let answer = try await server.post(
            "/v1/workers", as: "willi",
            ["name": "test", "statuses": ["parcel": ["packing"]], "lease_seconds": 3600])
        return try #require(try answer["id"]?.text)
    }

    private func serving(
        tokens: any TokenChecker = TestServer.tokens,
        _ body: @escaping @Sendable (TestServer, LookedAtStore, TestTime) async throws -> Void
    ) async throws {
        let time = TestTime()
        let looked = try await LookedAtStore(time: time)
        try await TestServer.withAPI(on: looked.face, tokens: tokens) { try await body($0, looked, time) }
    }

    private static let wish: JSONValue = ["wait_seconds": 60]

    @Test func aClaimWaitsForAJob() async throws {
        try await serving { server, looked, _ in
            let worker = try await register(server)
            async let claimed = server.post("/v1/workers/\(worker)/claims", as: "willi", Self.wish)
            await looked.empty()
            let id = try await server.start(as: "anna")
            #expect(try await claimed["jobs"]?.items?.first?["id"]?.text == id)
        }
    }

    @Test func aClaimEndsWithoutJobsWhenItsTimeIsOver() async throws {
        try await serving { server, looked, time in
            let worker = try await register(server)
            async let claimed = server.post("/v1/workers/\(worker)/claims", as: "willi", Self.wish)
            await looked.empty()
            time.advance(by: .seconds(60))
            let answer = try await claimed
            #expect(try answer.json == ["jobs": []])
        }
    }

    @Test func aJobThatBecomesDueWithoutAHintIsFound() async throws {
        try await serving { server, looked, time in
            let worker = try await register(server)
            let id = try await server.start(as: "anna", ["delay": "10s"])
            async let claimed = server.post("/v1/workers/\(worker)/claims", as: "willi", Self.wish)
            await looked.empty()
            time.advance(by: .seconds(11))
            #expect(try await claimed["jobs"]?.items?.first?["id"]?.text == id)
        }
    }

    @Test func whoseTokenIsRevokedTakesNothing() async throws {
        let tokens = RevocableTokens()
        try await serving(tokens: tokens) { server, looked, time in
            let worker = try await register(server)
            async let claimed = server.post("/v1/workers/\(worker)/claims", as: "willi", Self.wish)
            await looked.empty()
            tokens.revoke("willi-token")
            let id = try await server.start(as: "anna")
            #expect(try await claimed.status == 401)
            #expect(try await server.get("/v1/jobs/\(id)", as: "anna")["status"] == "queued")
        }
    }

    @Test func everyWaitingWorkerGetsAJobOfItsOwn() async throws {
        try await serving { server, looked, _ in
            let jobs = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<20 {
                    let worker = try await register(server)
                    group.addTask {
                        let answer = try await server.post(
                            "/v1/workers/\(worker)/claims", as: "willi", Self.wish)
                        return try answer["jobs"]?.items?.first?["id"]?.text
                    }
                }
                await looked.empty(20)
                let many = JSONValue.array(
                    Array(repeating: ["lifecycle": "parcel", "status": "queued"], count: 20))
                #expect(try await server.post("/v1/jobs/batch", as: "anna", ["jobs": many]).status == 200)
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(Set(jobs.compactMap { $0 }).count == 20)
        }
    }

    @Test func aShutdownEndsTheWait() async throws {
        let (answers, continuation) = AsyncStream<Answer>.makeStream()
        try await serving { server, looked, _ in
            let worker = try await register(server)
            Task {
                defer { continuation.finish() }
                continuation.yield(
                    try await server.post("/v1/workers/\(worker)/claims", as: "willi", Self.wish))
            }
            await looked.empty()
            // The server begins to shut down when this ends.
        }
        var seen: [JSONValue] = []
        for await answer in answers { seen.append(try answer.json) }
        #expect(seen == [["jobs": []]])
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatIsGoneTakesNothing() async throws {
        try await serving { server, looked, _ in
            let worker = try await register(server)
            let request = Task {
                try await server.post("/v1/workers/\(worker)/claims", as: "willi", Self.wish)
            }
            await looked.empty()
            request.cancel()
            _ = await request.result
            // The request ends when the server has noticed.
            let row =
                "lockstep_http_requests_total{method=\"POST\",route=\"/v1/workers/{id}/claims\",status=\"2xx\"} 1"
            while try await !server.get("/metrics", as: "olga").text.contains(row) {}
            let id = try await server.start(as: "anna")
            let beat = try await server.post("/v1/workers/\(worker)/heartbeat", as: "willi", [:])
            #expect(try beat["held"] == [:])
            #expect(try await server.get("/v1/jobs/\(id)", as: "anna")["status"] == "queued")
        }
    }
}

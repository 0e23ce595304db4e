import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

@Suite struct ChangingTests {
    @Test func aJobSaysWhatTheAskerMayDoWithIt() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            let mine = try await server.get("/v1/jobs/\(id)", as: "anna")
            #expect(mine.headers.first(name: "etag") == "\"1\"")
            #expect(
                try mine["allowed"] == [
                    "moves": ["lost", "withdrawn"], "actions": ["cancel", "hold"], "holds": ["address"],
                ])
            let theirs = try await server.get("/v1/jobs/\(id)", as: "olga")
            #expect(try theirs["allowed"]?["holds"] == ["address"])
            #expect(try theirs["allowed"]?["actions"] == ["cancel", "hold"])
            let cancelled = try await server.post("/v1/jobs/\(id)/cancel", as: "anna", ["reason": "no more"])
            #expect(try cancelled["status"] == "withdrawn")
            #expect(try cancelled["allowed"]?["actions"] == [])
            #expect(try await server.get("/v1/jobs/\(id)", as: "ada")["allowed"]?["actions"] == ["erase"])
            let history = try await server.get("/v1/jobs/\(id)/history?limit=1", as: "anna")
            #expect(try history["entries"]?.items?.count == 1 && history["next_after"] == 1)
        }
    }

    /// Every answer of `allowed` is tried: what it names is done, what it does not name is refused.
    @Test func allowedIsWhatTheRoadAllows() async throws {
        try await TestServer.withJobs { server, _ in
            for status in ["announced", "queued", "labelling"] {
                for user in ["anna", "olga", "ada"] {
                    let model = try await server.start(as: user, status: status)
                    let allowed = try await server.get("/v1/jobs/\(model)", as: user)["allowed"]
                    for target in Parcel.allCases.map(\.rawValue) {
                        let id = try await server.start(as: user, status: status)
                        let answer = try await server.post(
                            "/v1/jobs/\(id)/moves", as: user, ["to": .string(target)])
                        let isNamed = allowed?["moves"]?.items?.contains(.string(target)) ?? false
                        #expect((answer.status == 200) == isNamed, "\(user) \(status) \(target)")
                    }
                    for action in ["cancel", "retry", "release", "reopen"] {
                        let id = try await server.start(as: user, status: status)
                        let answer = try await server.post("/v1/jobs/\(id)/\(action)", as: user, text: "")
                        let isNamed = allowed?["actions"]?.items?.contains(.string(action)) ?? false
                        #expect((answer.status == 200) == isNamed, "\(user) \(status) \(action)")
                    }
                }
            }
        }
    }

    @Test func aMoveOnAnotherVersionIsRefused() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "olga", status: "announced")
            func move(_ tag: String, to status: String) async throws -> Answer {
                try await server.post(
                    "/v1/jobs/\(id)/moves", as: "olga", ["to": .string(status)], headers: ["If-Match": tag])
            }
            for tag in ["\"2\"", "W/\"1\"", "\"x\"", "\"2\", \"7\""] {
                let answer = try await move(tag, to: "queued")
                #expect(answer.status == 412, "\(tag)")
                #expect(try answer["code"] == "version_differs")
            }
            for tag in ["1", "\"", ""] { #expect(try await move(tag, to: "queued").status == 422, "\(tag)") }
            let moved = try await move("\"7\", \"1\"", to: "queued")
            #expect(moved.status == 200)
            #expect(moved.headers.first(name: "etag") == "\"2\"")
            #expect(try await move("*", to: "lost").status == 200)
            let erased = try await server.send(
                .DELETE, "/v1/jobs/\(id)", as: "ada", headers: ["If-Match": "\"1\""])
            #expect(erased.status == 412)
        }
    }

    @Test func holdsAreKeptUntilTheyAreReleased() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            #expect(try await server.post("/v1/jobs/\(id)/hold", as: "olga", ["name": "mood"]).status == 409)
            let held = try await server.post("/v1/jobs/\(id)/hold", as: "olga", ["name": "address"])
            #expect(try held["hold"] == "address")
            #expect(try held["allowed"]?["actions"] == ["cancel", "release"])
            let released = try await server.post(
                "/v1/jobs/\(id)/release", as: "anna", ["metadata": ["street": "Lange Gasse 1"]])
            #expect(try released["hold"] == .null && released["metadata"] == ["street": "Lange Gasse 1"])
        }
    }

    @Test func onlyAnAdminErasesAndOnlyWhatHasEnded() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            #expect(try await server.send(.DELETE, "/v1/jobs/\(id)", as: "ada").status == 409)
            _ = try await server.post("/v1/jobs/\(id)/cancel", as: "anna", text: "{}")
            #expect(try await server.send(.DELETE, "/v1/jobs/\(id)", as: "olga").status == 403)
            #expect(try await server.send(.DELETE, "/v1/jobs/\(id)", as: "ada").status == 204)
            #expect(try await server.get("/v1/jobs/\(id)", as: "anna").status == 404)
        }
    }

    @Test func anEndedJobReopens() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            _ = try await server.post("/v1/jobs/\(id)/moves", as: "anna", ["to": "lost"])
            let stale = try await server.post("/v1/jobs/\(id)/reopen", as: "anna", ["expecting": "queued"])
            #expect(stale.status == 409)
            #expect(
                try await server.post("/v1/jobs/\(id)/reopen", as: "anna", text: "")["status"] == "queued")
        }
    }

    @Test func eachStartOfABatchStandsForItself() async throws {
        try await TestServer.withJobs { server, store in
            let answer = try await server.post(
                "/v1/jobs/batch", as: "anna",
                [
                    "jobs": [
                        ["lifecycle": "parcel", "status": "queued", "key": "a"],
                        ["lifecycle": "parcel", "status": "queued", "key": "a"],
                        ["lifecycle": "parcel", "status": "delivered"], ["lifecycle": "letters"],
                        ["lifecycle": "parcel", "colour": 1], "text",
                        ["lifecycle": "parcel", "status": "queued", "owner": "berta"],
                        ["lifecycle": "footage"],
                    ]
                ])
            #expect(answer.status == 200)
            let outcomes = try #require(try answer["outcomes"]?.items)
            #expect(
                outcomes.map { $0["problem"]?["status"]?.double } == [nil, nil, 422, 404, 422, 422, 403, nil])
            #expect(outcomes[0]["job"]?["reused"] == false && outcomes[1]["job"]?["reused"] == true)
            #expect(outcomes[0]["job"]?["id"] == outcomes[1]["job"]?["id"])
            #expect(outcomes[7]["job"]?["lifecycle"] == "footage")
            let jobs = try await store.find(JobQuery("parcel")).count
            #expect(jobs == 1)
            let many = JSONValue.array(Array(repeating: ["lifecycle": "footage"], count: 1001))
            for wrong: JSONValue in [[:], ["jobs": []], ["jobs": many], ["jobs": 1], ["jobs": .null]] {
                #expect(try await server.post("/v1/jobs/batch", as: "anna", wrong).status == 422)
            }
        }
    }

    @Test func athousandJobsStartAtOnce() async throws {
        try await TestServer.withJobs { server, store in
            let jobs = JSONValue.array(Array(repeating: ["lifecycle": "footage"], count: 1000))
            let answer = try await server.post("/v1/jobs/batch", as: "anna", ["jobs": jobs])
            #expect(try answer["outcomes"]?.items?.count { $0["job"] != nil } == 1000)
        }
    }
}

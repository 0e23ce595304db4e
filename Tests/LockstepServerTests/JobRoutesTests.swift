import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

@Suite struct JobRoutesTests {
    private static let nobody = "0197a000-0000-7000-8000-000000000000"

    @Test func aStartAnswersTheWholeJob() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.post(
                "/v1/jobs", as: "anna",
                text: """
                    {"lifecycle": "parcel", "status": "queued", "key": "k-1", "priority": 7, "delay": "30s",
                     "input": {"weight": 12345678901234567890, "to": "Zoë"}, "metadata": {"a": [1, 2.5]}}
                    """)
            #expect(answer.status == 201)
            let job = try answer.json
            let id = try #require(job["id"]?.text)
            #expect(answer.headers.first(name: "location") == "/v1/jobs/\(id)")
            #expect(job["lifecycle"] == "parcel")
            #expect(job["status"] == "queued")
            #expect(job["owner"] == "anna")
            #expect(job["key"] == "k-1")
            #expect(job["priority"] == 7)
            #expect(job["reused"] == false)
            #expect(job["parked"] == false)
            #expect(job["created_at"] == "2026-01-01T00:00:00.000000Z")
            #expect(job["available_at"] == "2026-01-01T00:00:30.000000Z")
            #expect(job["metadata"] == ["a": [1, 2.5]])
            // Large numbers are not rounded on their way.
            #expect(answer.text.contains("12345678901234567890"))
            for absent in ["output", "failure", "hold", "ended_at", "progress_detail"] {
                #expect(job[absent] == .null, "\(absent)")
            }
            for there in ["progress", "attempt", "fence", "version", "updated_at", "entered_at", "deadline"] {
                #expect(job[there] != nil && job[there] != .null, "\(there)")
            }
            let read = try await server.get("/v1/jobs/\(id)", as: "anna")
            #expect(read.status == 200)
            #expect(try read["input"]?["to"] == "Zoë")
            #expect(try read["reused"] == nil)
        }
    }

    @Test func aKeyIsReusedWhileItsJobLives() async throws {
        try await TestServer.withJobs { server, _ in
            let body: JSONValue = ["lifecycle": "parcel", "status": "queued"]
            let first = try await server.post(
                "/v1/jobs", as: "anna", body, headers: ["Idempotency-Key": "\"abc\""])
            let second = try await server.post(
                "/v1/jobs", as: "anna", body, headers: ["Idempotency-Key": "abc"])
            var keyed = body
            if case .object(var members) = body {
                members["key"] = "abc"
                keyed = .object(members)
            }
            let third = try await server.post("/v1/jobs", as: "anna", keyed)
            #expect(first.status == 201)
            #expect(second.status == 200 && third.status == 200)
            #expect(try second["reused"] == true && third["reused"] == true)
            #expect(try first["id"] == second["id"] && first["id"] == third["id"])
            let differing = try await server.post(
                "/v1/jobs", as: "anna", keyed, headers: ["Idempotency-Key": "other"])
            #expect(differing.status == 422)
        }
    }

    @Test func fiftyStartsWithOneKeyMakeOneJob() async throws {
        try await TestServer.withJobs { server, _ in
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await server.post(
                            "/v1/jobs", as: "anna",
                            ["lifecycle": "parcel", "status": "queued", "key": "one"])
                    }
                }
                return try await group.reduce(into: [Answer]()) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 201 } == 1)
            #expect(answers.count { $0.status == 200 } == 49)
            #expect(Set(try answers.map { try $0["id"] }).count == 1)
        }
    }

    @Test func aKeyOfSomebodyElsesJobTellsNothingOfIt() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna", ["key": "shared"])
            let answer = try await server.post(
                "/v1/jobs", as: "berta", ["lifecycle": "parcel", "status": "queued", "key": "shared"])
            #expect(answer.status == 409)
            #expect(try answer["code"] == "key_taken")
            #expect(!answer.text.contains(id) && !answer.text.contains("anna"))
        }
    }

    @Test func othersJobsAreNotThere() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna", status: "announced")
            let unknown = try await server.get("/v1/jobs/\(Self.nobody)", as: "berta")
            let other = try await server.get("/v1/jobs/\(id)", as: "berta")
            #expect(unknown.status == 404 && other.status == 404)
            // Word for word the same answer, but for the id.
            #expect(
                unknown.text.replacing(Self.nobody, with: "") == other.text.replacing(id, with: ""))
            let move = try await server.post("/v1/jobs/\(id)/moves", as: "berta", ["to": "lost"])
            let history = try await server.get("/v1/jobs/\(id)/history", as: "berta")
            #expect(move.status == 404 && history.status == 404)
            #expect(try await server.get("/v1/jobs/\(id)", as: "olga").status == 200)
            #expect(try await server.get("/v1/jobs/\(id)", as: "ada").status == 200)
            #expect(try await server.get("/v1/jobs/not-an-id", as: "anna").status == 404)
        }
    }

    @Test func clientsStartForThemselvesOnly() async throws {
        try await TestServer.withJobs { server, _ in
            let foreign = try await server.post(
                "/v1/jobs", as: "anna", ["lifecycle": "parcel", "status": "queued", "owner": "berta"])
            #expect(foreign.status == 403)
            #expect(try foreign["code"] == "forbidden")
            let own = try await server.post(
                "/v1/jobs", as: "anna", ["lifecycle": "parcel", "status": "queued", "owner": "anna"])
            #expect(own.status == 201)
            let forBerta = try await server.post(
                "/v1/jobs", as: "olga", ["lifecycle": "parcel", "status": "queued", "owner": "berta"])
            #expect(try forBerta["owner"] == "berta")
            let forNobody = try await server.post(
                "/v1/jobs", as: "olga", ["lifecycle": "parcel", "status": "queued"])
            #expect(try forNobody["owner"] == .null)
        }
    }

    @Test func anUndeclaredStatusIsAnsweredWithTheAcceptedOnes() async throws {
        try await TestServer.withJobs { server, _ in
            let start = try await server.post(
                "/v1/jobs", as: "anna", ["lifecycle": "parcel", "status": "running"])
            #expect(start.status == 422)
            #expect(try start["code"] == "undeclared_status")
            let names = JSONValue.array(Parcel.allCases.map { .string($0.rawValue) })
            #expect(try start["accepted"] == names)
            let id = try await server.start(as: "anna")
            let move = try await server.post("/v1/jobs/\(id)/moves", as: "anna", ["to": "in_progress"])
            #expect(move.status == 422)
            #expect(try move["accepted"] == names)
            #expect(try await server.get("/v1/jobs/\(id)", as: "anna")["status"] == "queued")
        }
    }

    @Test func aStatusThatIsNotInitialIsAnsweredWithTheInitialOnes() async throws {
        try await TestServer.withJobs { server, _ in
            for body: JSONValue in [
                ["lifecycle": "parcel", "status": "delivered"], ["lifecycle": "parcel"],
            ] {
                let answer = try await server.post("/v1/jobs", as: "anna", body)
                #expect(answer.status == 422)
                #expect(try answer["code"] == "not_initial")
                #expect(try answer["accepted"] == ["announced", "queued", "labelling"])
            }
        }
    }

    @Test func anUndeclaredMoveShowsFromToAndAllowed() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            let answer = try await server.post("/v1/jobs/\(id)/moves", as: "anna", ["to": "delivered"])
            #expect(answer.status == 409)
            #expect(answer.isProblem)
            #expect(try answer["type"] == "urn:lockstep:problem:undeclared_move")
            #expect(try answer["title"] == "Undeclared move")
            #expect(try answer["status"] == 409)
            #expect(try answer["code"] == "undeclared_move")
            #expect(try answer["audience"] == "user_fixable")
            #expect(try answer["from"] == "queued")
            #expect(try answer["to"] == "delivered")
            #expect(try answer["allowed"] == ["lost", "withdrawn"])
            #expect(try answer["detail"]?.text?.contains("cannot move") == true)
        }
    }

    @Test func theRoadDecidesWhoMayRaiseAnEvent() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna", status: "announced")
            // The address comes from a program; its owner cannot raise that event, an operator can.
            let owner = try await server.post("/v1/jobs/\(id)/moves", as: "anna", ["to": "queued"])
            #expect(owner.status == 409)
            let other = try await server.post(
                "/v1/jobs/\(id)/moves", as: "olga",
                ["to": "queued", "reason": "phoned", "expecting": "announced"])
            #expect(other.status == 200)
            #expect(try other["status"] == "queued")
            let history = try await server.get("/v1/jobs/\(id)/history", as: "anna")
            let entries = try #require(try history["entries"])
            guard case .array(let list) = entries else { throw Failure.userFixable("no list") }
            #expect(list.count == 2)
            #expect(list[0]["kind"] == "started" && list[0]["from"] == .null && list[0]["to"] == "announced")
            #expect(list[0]["actor"] == ["kind": "owner", "name": "anna"])
            #expect(list[1]["actor"] == ["kind": "operator", "name": "olga"])
            #expect(list[1]["reason"] == "phoned")
            let rest = try await server.get("/v1/jobs/\(id)/history?after=1", as: "anna")
            #expect(try rest["entries"] == .array([list[1]]))
            for after in ["x", "-1", ""] {
                #expect(
                    try await server.get("/v1/jobs/\(id)/history?after=\(after)", as: "anna").status == 422)
            }
        }
    }

    @Test func aJobThatIsElsewhereIsAConflict() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna", status: "announced")
            let answer = try await server.post(
                "/v1/jobs/\(id)/moves", as: "olga", ["to": "queued", "expecting": "review"])
            #expect(answer.status == 409)
            #expect(try answer["code"] == "unexpected_state")
            #expect(try answer["from"] == "announced")
        }
    }

    @Test func unmetNeedsAreAConflict() async throws {
        try await TestServer.withJobs { server, _ in
            let start = try await server.post("/v1/jobs", as: "anna", ["lifecycle": "footage"])
            let id = try #require(try start["id"]?.text)
            let answer = try await server.post("/v1/jobs/\(id)/moves", as: "anna", ["to": "queued"])
            #expect(answer.status == 409)
            #expect(try answer["code"] == "needs_unmet")
        }
    }

    @Test func anUnknownLifecycleIsNotFound() async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.post("/v1/jobs", as: "anna", ["lifecycle": "letters"])
            #expect(answer.status == 404)
            #expect(try answer["code"] == "unknown_lifecycle")
            #expect(try answer["accepted"] == ["footage", "parcel"])
        }
    }

    @Test func aStoreThatFailsIsTheServersFaultAndTellsNothing() async throws {
        let router = LockstepServer.router(store: BrokenStore(), tokens: TestServer.tokens)
        APIRoutes(store: BrokenStore()).add(to: router)
        try await TestServer.run(router) { server in
            let answer = try await server.get("/v1/jobs/\(Self.nobody)", as: "anna")
            #expect(answer.status == 500)
            #expect(try answer["code"] == "unexpected_error")
            #expect(try answer["audience"] == "admin_required")
            #expect(try answer["request_id"]?.text?.isEmpty == false)
            #expect(!answer.text.contains("secret"))
        }
    }
}

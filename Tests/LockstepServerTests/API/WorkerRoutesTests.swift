import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

@Suite struct WorkerRoutesTests {
    private func register(_ server: TestServer, _ statuses: JSONValue = ["parcel": ["packing"]]) async throws
        -> String
    {
        let answer = try await server.post(
            "/v1/workers", as: "willi", ["name": "test", "statuses": statuses, "lease_seconds": 30])
        #expect(answer.status == 201, "\(answer.text)")
        return try #require(try answer["id"]?.text)
    }

    private func claim(_ server: TestServer, _ worker: String, limit: Int = 1) async throws -> [JSONValue] {
        let answer = try await server.post(
            "/v1/workers/\(worker)/claims", as: "willi", ["limit": .integer(Int64(limit))])
        #expect(answer.status == 200, "\(answer.text)")
        return try answer["jobs"]?.items ?? []
    }

    @Test func aWorkerTakesAJobAndFinishesIt() async throws {
        try await TestServer.withJobs { server, _ in
            let worker = try await register(server)
            #expect(try await claim(server, worker).isEmpty)
            let id = try await server.start(as: "anna", ["input": ["weight": 12_345_678_901_234_567]])
            let job = try #require(try await claim(server, worker).first)
            #expect(job["id"]?.text == id && job["status"] == "packing" && job["fence"] == 1)
            #expect(job["input"] == ["weight": 12_345_678_901_234_567])
            let held = try await server.post("/v1/workers/\(worker)/heartbeat", as: "willi", text: "")
            #expect(try held.json == ["alive": true, "held": [id: 1]])
            let progress = try await server.post(
                "/v1/jobs/\(id)/progress", as: "willi",
                ["worker": .string(worker), "fence": 1, "progress": 40, "detail": "wrapping"])
            #expect(try progress["progress"] == 40 && progress["progress_detail"] == "wrapping")
            let finished = try await server.post(
                "/v1/jobs/\(id)/finish", as: "willi",
                [
                    "worker": .string(worker), "fence": 1, "to": "review", "output": ["boxes": 2],
                    "metadata": ["by": "test"], "reason": "packed",
                ])
            #expect(try finished["status"] == "review" && finished["output"] == ["boxes": 2])
            #expect(try finished["metadata"] == ["by": "test"])
            let history = try await server.get("/v1/jobs/\(id)/history", as: "anna")
            let last = try #require(try history["entries"]?.items?.last)
            #expect(
                last["actor"] == ["kind": "worker", "name": .string(worker)] && last["reason"] == "packed")
        }
    }

    @Test func everyWriteIsFenced() async throws {
        try await TestServer.withJobs { server, store in
            let worker = try await register(server)
            let id = try await server.start(as: "anna")
            _ = try await claim(server, worker)
            let bodies: [(String, [String: JSONValue])] = [
                ("progress", ["progress": 1]), ("finish", ["to": "review"]),
                ("fail", ["failure": ["audience": "temporary", "message": "no"]]), ("yield", [:]),
            ]
            for (path, body) in bodies {
                for (name, fence) in [(worker, 0), (worker, 2), ("somebody-else", 1)] {
                    var body = body
                    body["worker"] = .string(name)
                    body["fence"] = .integer(Int64(fence))
                    let answer = try await server.post("/v1/jobs/\(id)/\(path)", as: "willi", .object(body))
                    #expect(answer.status == 409, "\(path) \(name) \(fence)")
                    #expect(try answer["code"] == "stale_claim")
                }
                var without = body
                without["worker"] = .string(worker)
                let answer = try await server.post("/v1/jobs/\(id)/\(path)", as: "willi", .object(without))
                #expect(answer.status == 422)
            }
            let job = try await server.get("/v1/jobs/\(id)", as: "anna")
            #expect(try job["version"] == 2 && job["progress"] == 0)
        }
    }

    @Test func failuresAreRetriedParkedOrEndTheJob() async throws {
        let time = TestTime()
        try await TestServer.withJobs(time: time) { server, _ in
            let worker = try await register(server)
            func fail(_ audience: String, _ more: [String: JSONValue] = [:]) async throws -> Answer {
                let id = try await server.start(as: "anna")
                let job = try #require(try await claim(server, worker).first)
                #expect(job["id"]?.text == id)
                var failure = more
                failure["audience"] = .string(audience)
                failure["message"] = "it broke"
                return try await server.post(
                    "/v1/jobs/\(id)/fail", as: "willi",
                    ["worker": .string(worker), "fence": 1, "failure": .object(failure)])
            }
            let user = try await fail("user_fixable", ["code": "bad_box"])
            #expect(try user["status"] == "lost" && user["failure"]?["code"] == "bad_box")
            let admin = try await fail("admin_required")
            #expect(try admin["parked"] == true && admin["status"] == "packing")
            let later = try await fail("temporary", ["retry_after_seconds": 60])
            #expect(try later["available_at"] == "2026-01-01T00:01:00.000000Z" && later["attempt"] == 1)
            let retried = try await server.post(
                "/v1/jobs/\(later["id"]?.text ?? "")/retry", as: "olga", text: "")
            #expect(try retried["failure"] == .null && retried["attempt"] == 0)
            for wrong in ["nobody", ""] {
                let id = try await server.start(as: "anna")
                let answer = try await server.post(
                    "/v1/jobs/\(id)/fail", as: "willi",
                    ["worker": "w", "fence": 1, "failure": ["audience": .string(wrong), "message": "m"]])
                #expect(answer.status == 422)
            }
        }
    }

    @Test func goodbyeGivesJobsBackWithoutCountingAnAttempt() async throws {
        try await TestServer.withJobs { server, _ in
            let worker = try await register(server)
            let id = try await server.start(as: "anna")
            _ = try await claim(server, worker)
            #expect(try await server.send(.DELETE, "/v1/workers/\(worker)", as: "willi").status == 204)
            let job = try await server.get("/v1/jobs/\(id)", as: "anna")
            #expect(try job["attempt"] == 0 && job["status"] == "packing")
            let next = try await register(server)
            let again = try #require(try await claim(server, next).first)
            #expect(again["id"]?.text == id && again["fence"] == 2)
            // The one that said goodbye takes nothing more.
            let late = try await server.post("/v1/workers/\(worker)/claims", as: "willi", text: "")
            #expect(late.status == 409)
            #expect(try late["code"] == "worker_dead")
            let list = try await server.get("/v1/workers", as: "olga")
            #expect(try list["workers"]?.items?.count == 2)
            #expect(try await server.send(.DELETE, "/v1/workers/nobody", as: "willi").status == 404)
        }
    }

    @Test func aDeadWorkerIsToldSo() async throws {
        let time = TestTime()
        try await TestServer.withJobs(time: time) { server, store in
            let worker = try await register(server)
            _ = try await server.start(as: "anna")
            _ = try await claim(server, worker)
            time.advance(by: .seconds(31))
            #expect(
                try await server.post("/v1/workers/\(worker)/claims", as: "willi", text: "").status == 409)
            let report = try await store.sweep(SweepRequest())
            #expect(report.lost.count == 1)
            let beat = try await server.post("/v1/workers/\(worker)/heartbeat", as: "willi", [:])
            #expect(try beat.json == ["alive": false, "held": [:]])
            #expect(try await server.post("/v1/workers/nobody/heartbeat", as: "willi", [:])["alive"] == false)
        }
    }

    @Test func aHeartbeatRenewsTheLease() async throws {
        let time = TestTime()
        try await TestServer.withJobs(time: time) { server, _ in
            let worker = try await register(server)
            for _ in 0..<3 {
                time.advance(by: .seconds(20))
                #expect(
                    try await server.post("/v1/workers/\(worker)/heartbeat", as: "willi", [:])["alive"]
                        == true)
            }
            #expect(try await claim(server, worker).isEmpty)
        }
    }

    @Test func registrationsThatMeanNothingAreRefused() async throws {
        try await TestServer.withJobs { server, _ in
            let statuses: JSONValue = ["parcel": ["packing"]]
            let wrong: [JSONValue] = [
                [:], ["name": "a"], ["name": "", "statuses": statuses],
                ["name": "a b", "statuses": statuses],
                ["name": .string(String(repeating: "n", count: 65)), "statuses": statuses],
                ["name": "a", "statuses": [:]], ["name": "a", "statuses": []],
                ["name": "a", "statuses": ["parcel": "packing"]],
                ["name": "a", "statuses": ["parcel": []]], ["name": "a", "statuses": ["parcel": [1]]],
                ["name": "a", "statuses": ["parcel": ["queued"]]],
                ["name": "a", "statuses": ["letters": ["x"]]],
                ["name": "a", "statuses": ["parcel": ["packing", "packing"]]],
                ["name": "a", "statuses": statuses, "lease_seconds": 4],
                ["name": "a", "statuses": statuses, "lease_seconds": 3601],
            ]
            for body in wrong {
                let answer = try await server.post("/v1/workers", as: "willi", body)
                #expect(answer.status == 422, "\(body): \(answer.text)")
            }
        }
    }

    @Test func aTokenThatIsBoundToLifecyclesWorksOnThemAlone() async throws {
        try await TestServer.withJobs { server, _ in
            let worker = try await register(server)
            let id = try await server.start(as: "anna")
            _ = try await claim(server, worker)
            let foreign = try await server.post(
                "/v1/workers", as: "wanda", ["name": "w", "statuses": ["parcel": ["packing"]]])
            #expect(foreign.status == 403)
            for path in ["heartbeat", "claims"] {
                let answer = try await server.post("/v1/workers/\(worker)/\(path)", as: "wanda", text: "")
                #expect(answer.status == 403, "\(path)")
            }
            #expect(try await server.send(.DELETE, "/v1/workers/\(worker)", as: "wanda").status == 403)
            let finish = try await server.post(
                "/v1/jobs/\(id)/finish", as: "wanda",
                ["worker": .string(worker), "fence": 1, "to": "review"])
            #expect(finish.status == 404)
            let own = try await server.post(
                "/v1/workers", as: "wanda", ["name": "w", "statuses": ["footage": ["running"]]])
            #expect(own.status == 201)
            // Nothing of it reached the job.
            #expect(try await server.get("/v1/jobs/\(id)", as: "anna")["version"] == 2)
        }
    }
}

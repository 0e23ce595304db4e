import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

@Suite struct MetricsTests {
    @Test func whatAServerDoesIsCounted() async throws {
        try await TestServer.withJobs { server, _ in
            let worker = try await server.post(
                "/v1/workers", as: "willi", ["name": "w", "statuses": ["parcel": ["packing"]]])
            let name = try #require(try worker["id"]?.text)
            _ = try await server.start(as: "anna", ["key": "k"])
            _ = try await server.start(as: "anna", ["key": "k"])
            _ = try await server.start(as: "berta")
            _ = try await server.post("/v1/jobs", as: "anna", ["lifecycle": "made-up"])
            let claimed = try await server.post("/v1/workers/\(name)/claims", as: "willi", [:])
            let id = try #require(try claimed["jobs"]?.items?.first?["id"]?.text)
            _ = try await server.post(
                "/v1/jobs/\(id)/fail", as: "willi",
                ["worker": .string(name), "fence": 1, "failure": ["audience": "temporary", "message": "m"]])
            _ = try await server.get("/v1/nowhere/\(id)", as: "anna")
            let answer = try await server.get("/metrics", as: "olga")
            #expect(answer.headers.first(name: "content-type") == "text/plain; version=0.0.4; charset=utf-8")
            let lines = answer.text.split(separator: "\n")
            for line in [
                #"lockstep_build_info{version="test"} 1"#, "lockstep_store_up 1", "lockstep_workers 1",
                #"lockstep_jobs_started_total{lifecycle="parcel",status="queued",outcome="started"} 2"#,
                #"lockstep_jobs_started_total{lifecycle="parcel",status="queued",outcome="reused"} 1"#,
                #"lockstep_jobs_started_total{lifecycle="other",status="other",outcome="refused"} 1"#,
                #"lockstep_claims_total{lifecycle="parcel",status="packing"} 1"#,
                #"lockstep_failures_total{lifecycle="parcel",status="packing",audience="temporary"} 1"#,
                #"lockstep_retries_total{lifecycle="parcel",status="packing"} 1"#,
                #"lockstep_jobs{lifecycle="parcel",status="queued"} 1"#,
                #"lockstep_jobs{lifecycle="parcel",status="packing"} 1"#,
                #"lockstep_http_requests_total{method="POST",route="/v1/jobs",status="2xx"} 3"#,
                #"lockstep_http_requests_total{method="GET",route="other",status="4xx"} 1"#,
                #"lockstep_http_request_duration_seconds_count{route="/v1/workers/{id}/claims"} 1"#,
            ] { #expect(lines.contains(Substring(line)), "\(line) in \(answer.text)") }
            // Nothing that somebody made up becomes the value of a label.
            #expect(!answer.text.contains("made-up") && !answer.text.contains(id))
            for user in ["anna", "willi"] {
                #expect(try await server.get("/metrics", as: user).status == 403)
            }
        }
    }
}

import AsyncHTTPClient
import Foundation
import Lockstep
import LockstepServer
import LockstepTesting
import NIOCore
import NIOHTTP1
import Testing

/// What Debian's Prometheus says of `/metrics`.
@Suite struct PrometheusTests {
    private static let env = URL(filePath: "/usr/bin/env")

    /// A server of which something is known under every name.
    private func serving(_ body: @Sendable (TestServer) async throws -> Void) async throws {
        try await TestServer.withJobs { server, store in
            let worker = try await server.post(
                "/v1/workers", as: "willi", ["name": "w", "statuses": ["parcel": ["packing"]]])
            let name = try #require(try worker["id"]?.text)
            for audience in ["temporary", "admin_required", "user_fixable"] {
                _ = try await server.start(as: "anna")
                let claimed = try await server.post("/v1/workers/\(name)/claims", as: "willi", [:])
                let id = try #require(try claimed["jobs"]?.items?.first?["id"]?.text)
                _ = try await server.post(
                    "/v1/jobs/\(id)/fail", as: "willi",
                    [
                        "worker": .string(name), "fence": 1,
                        "failure": ["audience": .string(audience), "message": "m"],
                    ])
            }
            _ = try await server.post("/v1/jobs", as: "anna", ["lifecycle": "letters"])
            _ = try await store.sweep(SweepRequest())
            try await body(server)
        }
    }

    @Test(.timeLimit(.minutes(1))) func promtoolFindsNothing() async throws {
        try await serving { server in
            let scratch = try Scratch()
            let text = try await server.get("/metrics", as: "olga").text
            try text.write(toFile: scratch.path("metrics"), atomically: true, encoding: .utf8)
            let tool = try ChildProcess(
                Self.env, ["sh", "-c", "promtool check metrics < '\(scratch.path("metrics"))'"],
                complaints: .withOutput)
            let said = await tool.text()
            #expect(await tool.ended() == .exited(0), "\(said)")
            #expect(said.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(2))) func aRealPrometheusScrapesIt() async throws {
        try await serving { server in
            let scratch = try Scratch()
            try "olga-token".write(toFile: scratch.path("token"), atomically: true, encoding: .utf8)
            try """
            scrape_configs:
              - job_name: lockstep
                scrape_interval: 1s
                authorization: {credentials_file: \(scratch.path("token"))}
                static_configs: [{targets: ["127.0.0.1:\(server.port)"]}]
            """.write(toFile: scratch.path("prometheus.yml"), atomically: true, encoding: .utf8)
            let prometheus = try ChildProcess(
                Self.env,
                [
                    "prometheus", "--config.file=\(scratch.path("prometheus.yml"))",
                    "--storage.tsdb.path=\(scratch.path("data"))", "--web.listen-address=127.0.0.1:0",
                    "--log.format=json",
                ], complaints: .withOutput)
            let address = try #require(await Self.address(prometheus))
            for query in [
                "up{job=\"lockstep\"} == 1", "lockstep_build_info{version=\"test\"} == 1",
                "sum(lockstep_failures_total) == 3",
                "lockstep_jobs{lifecycle=\"parcel\",status=\"packing\"} == 2",
                "histogram_quantile(0.5, sum by (le) (lockstep_http_request_duration_seconds_bucket)) > 0",
            ] { try await Self.wait(for: query, at: address) }
            _ = await prometheus.end(SIGTERM) { Issue.record("\($0)") }
        }
    }

    /// Where it listens, as it says itself.
    private static func address(_ prometheus: ChildProcess) async -> String? {
        for await line in prometheus.lines {
            guard let said = try? JSONValue(parsing: line), let address = said["address"]?.text,
                address.hasPrefix("127.0.0.1:"), !address.hasSuffix(":0")
            else { continue }
            return address
        }
        return nil
    }

    /// Asks until the query has a result; the test's time limit ends it otherwise.
    private static func wait(for query: String, at address: String) async throws {
        var parts = URLComponents()
        parts.scheme = "http"
        parts.percentEncodedHost = String(address.prefix { $0 != ":" })
        parts.port = Int(address.drop { $0 != ":" }.dropFirst())
        parts.path = "/api/v1/query"
        parts.queryItems = [URLQueryItem(name: "query", value: query)]
        let url = try #require(parts.string)
        while true {
            try Task.checkCancellation()
            let answer = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: url), timeout: .seconds(30))
            let text = try await String(buffer: answer.body.collect(upTo: 1 << 20))
            // While it starts, it says so in plain words (503).
            guard answer.status == .ok else { continue }
            if let results = try JSONValue(parsing: text)["data"]?["result"]?.items, !results.isEmpty {
                return
            }
        }
    }
}

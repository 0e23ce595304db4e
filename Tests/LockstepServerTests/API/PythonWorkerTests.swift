import Foundation
import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

/// The worker in Python, as it stands in the examples, against a real server.
@Suite struct PythonWorkerTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../examples/python-worker.py").standardized.path

    @Test(.timeLimit(.minutes(1))) func aWorkerInPythonWorks() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        try await TestServer.withAPI(on: store) { server in
            let worker = try ChildProcess(
                URL(filePath: "/usr/bin/env"),
                [
                    "python3", Self.script, "http://127.0.0.1:\(server.port)", "willi-token", "parcel",
                    "packing",
                    "review",
                ], complaints: .shared)
            let good = try #require(JobID(try await server.start(as: "anna", ["input": ["to": "Zoë"]])))
            let bad = try #require(
                JobID(try await server.start(as: "anna", ["input": ["fail": "no such street"]])))
            for try await job in parcels.watch(good) where job.status == .review { break }
            for try await job in parcels.watch(bad) where job.status == .lost { break }
            let worked = try await server.get("/v1/jobs/\(good)", as: "anna")
            #expect(try worked["output"] == ["worked_on": ["to": "Zoë"]])
            #expect(try worked["progress_detail"] == .null && worked["attempt"] == 0 && worked["fence"] == 1)
            let failed = try await server.get("/v1/jobs/\(bad)", as: "anna")
            #expect(try failed["failure"]?["audience"] == "user_fixable")
            #expect(try failed["failure"]?["message"] == "the input says so: no such street")
            let end = await worker.end(SIGTERM) { Issue.record("\($0)") }
            #expect(end == .exited(0))
            let said = await worker.text()
            #expect(said.contains("registered python-") && said.hasSuffix("goodbye\n"))
            let now = store.time.now()
            #expect(try await store.workers().allSatisfy { $0.leaseEnds <= now })
        }
    }

    /// What people are shown stays short.
    @Test func itHasLessThanEightyLines() throws {
        let lines = try String(contentsOfFile: Self.script, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 80)
    }
}

import Lockstep
import LockstepServer
import NIOCore
import NIOHTTP1
import Testing

@Suite struct MalformedBodyTests {
    /// Bodies that no start may be made of.
    private static let bodies: [(text: String, status: Int)] = [
        ("", 400), ("{", 400), ("}", 400), ("nul", 400), ("{\"lifecycle\":}", 400),
        ("{'lifecycle':'parcel'}", 400),
        ("{\"lifecycle\":\"parcel\"", 400), ("{\"lifecycle\":\"parcel\"} x", 400), ("{\"a\":01}", 400),
        ("{\"input\":1e400}", 400), ("{\"key\":\"\\ud800\"}", 400), ("{\"key\":\"\\x\"}", 400),
        ("{\"input\":" + String(repeating: "[", count: 100_000) + "}", 400),
        ("{\"input\":" + String(repeating: "[", count: 600) + String(repeating: "]", count: 600) + "}", 400),
        (String(repeating: "{\"a\":", count: 100_000), 400), ("\u{0}", 400),
        ("[]", 422), ("null", 422), ("1", 422), ("\"parcel\"", 422), ("true", 422), ("{}", 422),
        ("{\"lifecycle\":1}", 422), ("{\"lifecycle\":null}", 422), ("{\"lifecycle\":[\"parcel\"]}", 422),
        ("{\"lifecycle\":\"par\\u0000cel\"}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"colour\":1}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"priority\":\"high\"}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"priority\":1.5}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"priority\":true}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"priority\":1001}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"priority\":-9223372036854775808}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"priority\":9223372036854775808}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"delay\":30}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"delay\":\"soon\"}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"delay\":\"-1s\"}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"delay\":\"forever\"}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"delay\":\"99999999999999999999d\"}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"metadata\":[]}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"metadata\":\"{}\"}", 422),
        ("{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"key\":\"\"}", 422),
        (
            "{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"key\":\"\(String(repeating: "k", count: 256))\"}",
            422
        ),
        (
            "{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"metadata\":{\"a\":\"\(String(repeating: "m", count: 65_536))\"}}",
            422
        ),
        (
            "{\"lifecycle\":\"parcel\",\"status\":\"queued\",\"input\":\"\(String(repeating: "i", count: 1 << 20))\"}",
            422
        ),
        ("{\"lifecycle\":\"parcel\",\"input\":\"\(String(repeating: "i", count: 2 << 20))\"}", 413),
    ]

    @Test func noMalformedBodyStartsAJobOrBreaksTheServer() async throws {
        try await TestServer.withJobs { server, store in
            for (text, status) in Self.bodies {
                let answer = try await server.post("/v1/jobs", as: "anna", text: text)
                #expect(answer.status == status, "\(text.prefix(80)): \(answer.text.prefix(300))")
                #expect(answer.isProblem)
                #expect(answer.text.utf8.count < 2000)
            }
            let unpaired = ByteBuffer(
                bytes: Array("{\"key\":\"".utf8) + [0xFF, 0xFE, 0x80] + Array("\"}".utf8))
            let answer = try await server.send(.POST, "/v1/jobs", as: "anna", body: unpaired)
            #expect((400..<500).contains(answer.status))
            for lifecycle in ["parcel", "footage"] {
                #expect(try await store.find(JobQuery(lifecycle)).isEmpty)
            }
        }
    }

    @Test func unknownFieldsAreNamed() async throws {
        try await TestServer.withJobs { server, _ in
            let start = try await server.post(
                "/v1/jobs", as: "anna", ["lifecycle": "parcel", "satus": "queued", "colour": 1])
            #expect(start.status == 422)
            #expect(try start["code"] == "unknown_field")
            #expect(try start["unknown"] == ["colour", "satus"])
            #expect(try start["detail"]?.text?.contains("'colour', 'satus'") == true)
            let id = try await server.start(as: "anna")
            let move = try await server.post("/v1/jobs/\(id)/moves", as: "anna", ["to": "lost", "why": "x"])
            #expect(move.status == 422)
            #expect(try move["unknown"] == ["why"])
        }
    }

    @Test func noMalformedMoveChangesAJob() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            let long = String(repeating: "r", count: 5000)
            for text in [
                "", "[]", "{}", "{\"to\":null}", "{\"to\":1}", "{\"to\":\"\"}",
                "{\"to\":\"lost\",\"reason\":1}",
                "{\"to\":\"lost\",\"reason\":\"\(long)\"}", "{\"to\":\"lost\",\"reason\":\"\\u0000\"}",
                "{\"to\":\"lost\",\"expecting\":\"nowhere\"}", "{\"to\":\"pending\"}", "{\"to\":\"queued\"}",
            ] {
                let answer = try await server.post("/v1/jobs/\(id)/moves", as: "anna", text: text)
                #expect((400..<500).contains(answer.status), "\(text.prefix(80)): \(answer.text)")
                #expect(answer.isProblem)
            }
            let job = try await server.get("/v1/jobs/\(id)", as: "anna")
            #expect(try job["status"] == "queued" && job["version"] == 1)
        }
    }

    @Test func theLargestBodyIsAccepted() async throws {
        try await TestServer.withJobs { server, _ in
            // The input is a text whose quotes count too.
            let text = String(repeating: "i", count: NewJob.longestInput - 2)
            let answer = try await server.post(
                "/v1/jobs", as: "anna", ["lifecycle": "parcel", "status": "queued", "input": .string(text)])
            #expect(answer.status == 201)
        }
    }

    @Test(arguments: ["99999999d", "100000000000000000d", "0s", "1us"])
    func extremeDelaysAreSafe(delay: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.post(
                "/v1/jobs", as: "anna",
                ["lifecycle": "parcel", "status": "queued", "delay": .string(delay)])
            #expect(answer.status == 201 || answer.status == 422, "\(answer.text)")
        }
    }

    @Test(arguments: [
        "/v1/jobs/%00", "/v1/jobs/%2e%2e%2f", "/v1/jobs/%ff%fe", "/v1/jobs/a'%20OR%201=1--",
        "/v1/jobs//moves",
        "/v1/jobs/{id}", "/v1/jobs/\(String(repeating: "9", count: 4000))",
    ])
    func oddPathsAreNotFound(path: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.get(path, as: "anna")
            #expect(answer.status == 404 || answer.status == 400, "\(answer.text)")
            #expect(answer.text.utf8.count < 2000)
        }
    }
}

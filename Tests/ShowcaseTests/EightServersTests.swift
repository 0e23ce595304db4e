import Foundation
import NIOHTTP1
import Testing

/// Eight server processes on one SQLite file.
@Suite(.serialized) struct EightServersTests {
    @Test(.timeLimit(.minutes(3))) func fiftyCallsToEightProcessesMakeOneSession() async throws {
        let data = NSTemporaryDirectory() + "lockstep-eight-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(atPath: data) } catch { print("\(data) stays: \(error)") }
        }
        let servers = try await withThrowingTaskGroup(of: Program.self) { group in
            for _ in 0..<8 { group.addTask { try await Program.server(data: data) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let token = try String(contentsOfFile: data + "/client.token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let callers = servers.map { Caller(port: $0.port, token: token) }
        let uploaded = try await callers[0].upload(Caller.table(rows: 50, seed: 1))
        let dataset = try #require(uploaded.body["id"])

        let answers = try await withThrowingTaskGroup(of: Caller.Answer.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await callers[number % 8].call(.POST, "/api/anomaly/datasets/\(dataset)/analyze")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.status < 300 })
        #expect(Set(answers.compactMap { $0.body["session_id"] }).count == 1)
        #expect(
            answers.count { $0.text.contains("\"reused\":true") || $0.text.contains("\"reused\" : true") }
                == 49)
        for server in servers { await server.stop() }
    }
}

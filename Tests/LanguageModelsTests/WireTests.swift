import AsyncHTTPClient
import Lockstep
import ModelSupport
import NIOCore
import NIOHTTP1
import Testing

/// The check that model servers make of every request: it takes what is published, and refuses all else.
@Suite("The check of requests to models")
struct WireTests {
    /// A request that is as published, or was changed.
    struct Sent: Sendable {
        var method = HTTPMethod.POST
        var path: String
        var headers: [String: String]
        var fields: [String: JSONValue]

        init(_ wire: Wire) {
            let messages: JSONValue = [["role": "user", "content": "Why?"]]
            switch wire {
            case .openai:
                path = "/v1/chat/completions"
                headers = ["authorization": "Bearer \(ModelServer.key)"]
                fields = ["model": "m", "messages": messages, "max_completion_tokens": 5, "temperature": 1.5]
            case .anthropic:
                path = "/v1/messages"
                headers = ["x-api-key": ModelServer.key, "anthropic-version": "2023-06-01"]
                fields = ["model": "m", "messages": messages, "max_tokens": 5, "temperature": 0.5]
            }
            headers["content-type"] = "application/json"
        }
    }

    /// A change of a request that is as published, and what is found wrong with it.
    struct Change: Sendable, CustomTestStringConvertible {
        let fault: String
        var wires = Wire.allCases
        let apply: @Sendable (inout Sent) -> Void
        var testDescription: String { fault }
    }

    static let changes: [Change] = [
        Change(fault: "method GET") {
            $0.method = .GET
        },
        Change(fault: "path /v1/other") { $0.path = "/v1/other" },
        Change(fault: "path") { $0.path += "?beta=true" },
        Change(fault: "content-type") { $0.headers["content-type"] = "text/plain" },
        Change(fault: "content-type") { $0.headers["content-type"] = nil },
        Change(fault: "authorization", wires: [.openai]) { $0.headers["authorization"] = nil },
        Change(fault: "authorization", wires: [.openai]) { $0.headers["authorization"] = ModelServer.key },
        Change(fault: "authorization", wires: [.anthropic]) {
            $0.headers["authorization"] = "Bearer \(ModelServer.key)"
        },
        Change(fault: "x-api-key", wires: [.anthropic]) { $0.headers["x-api-key"] = "another" },
        Change(fault: "x-api-key", wires: [.openai]) { $0.headers["x-api-key"] = ModelServer.key },
        Change(fault: "anthropic-version", wires: [.anthropic]) { $0.headers["anthropic-version"] = nil },
        Change(fault: "anthropic-version", wires: [.anthropic]) {
            $0.headers["anthropic-version"] = "2024-01-01"
        },
        Change(fault: "the key in the body") { $0.fields["model"] = .string(ModelServer.key) },
        Change(fault: "model is missing") { $0.fields["model"] = nil },
        Change(fault: "model is of a wrong type") { $0.fields["model"] = 5 },
        Change(fault: "messages is missing") { $0.fields["messages"] = nil },
        Change(fault: "messages is of a wrong type") { $0.fields["messages"] = [] },
        Change(fault: "messages is of a wrong type") { $0.fields["messages"] = [["role": "user"]] },
        Change(fault: "messages is of a wrong type") {
            $0.fields["messages"] = [["role": "robot", "content": "x"]]
        },
        Change(fault: "messages is of a wrong type", wires: [.anthropic]) {
            $0.fields["messages"] = [["role": "system", "content": "x"]]
        },
        Change(fault: "messages is of a wrong type") {
            $0.fields["messages"] = [["role": "user", "content": "x", "extra": 1]]
        },
        Change(fault: "max_tokens is missing", wires: [.anthropic]) { $0.fields["max_tokens"] = nil },
        Change(fault: "max_tokens is of a wrong type", wires: [.anthropic]) { $0.fields["max_tokens"] = "5" },
        Change(fault: "max_completion_tokens is of a wrong type", wires: [.openai]) {
            $0.fields["max_completion_tokens"] = 0
        },
        Change(fault: "max_tokens is unknown", wires: [.openai]) { $0.fields["max_tokens"] = 5 },
        Change(fault: "system is unknown", wires: [.openai]) { $0.fields["system"] = "x" },
        Change(fault: "max_completion_tokens is unknown", wires: [.anthropic]) {
            $0.fields["max_completion_tokens"] = 5
        },
        Change(fault: "temperature is of a wrong type") { $0.fields["temperature"] = "warm" },
        Change(fault: "temperature is of a wrong type", wires: [.anthropic]) {
            $0.fields["temperature"] = 1.5
        },
        Change(fault: "temperature is of a wrong type", wires: [.openai]) { $0.fields["temperature"] = 2.5 },
        Change(fault: "temperature is of a wrong type") { $0.fields["temperature"] = .null },
        Change(fault: "temperature is of a wrong type") { $0.fields["temperature"] = -0.5 },
        Change(fault: "model is of a wrong type") { $0.fields["model"] = "" },
        Change(fault: "messages is of a wrong type") {
            $0.fields["messages"] = [["role": "user", "content": ""]]
        },
        Change(fault: "messages is of a wrong type") { $0.fields["messages"] = [["content": "x"]] },
        Change(fault: "messages is of a wrong type") { $0.fields["messages"] = "Why?" },
        Change(fault: "max_tokens is of a wrong type", wires: [.anthropic]) { $0.fields["max_tokens"] = 0 },
        Change(fault: "max_tokens is of a wrong type", wires: [.anthropic]) { $0.fields["max_tokens"] = 1.5 },
        Change(fault: "system is of a wrong type", wires: [.anthropic]) { $0.fields["system"] = 5 },
        Change(fault: "stop is of a wrong type", wires: [.openai]) {
            $0.fields["stop"] = ["a", "b", "c", "d", "e"]
        },
        Change(fault: "n is of a wrong type", wires: [.openai]) { $0.fields["n"] = 129 },
        Change(fault: "reasoning_effort is of a wrong type", wires: [.openai]) {
            $0.fields["reasoning_effort"] = "extreme"
        },
        Change(fault: "stream is of a wrong type") { $0.fields["stream"] = true },
        Change(fault: "colour is unknown") { $0.fields["colour"] = "red" },
    ]

    /// What the server answers, and what it found.
    private static func send(_ wire: Wire, _ sent: [Sent]) async throws -> [(status: UInt, faults: [String])]
    {
        let server = try ModelServer(wire, [])
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let statuses = Statuses()
        try await server.serving { address in
            do {
                for sent in sent {
                    var request = HTTPClientRequest(url: address + sent.path)
                    request.method = sent.method
                    for (name, value) in sent.headers { request.headers.add(name: name, value: value) }
                    request.body = .bytes(ByteBuffer(string: try JSONValue.object(sent.fields).encoded()))
                    let response = try await client.execute(request, timeout: .seconds(60))
                    _ = try await response.body.collect(upTo: 1 << 20)
                    await statuses.add(response.status.code)
                }
            } catch {
                try await client.shutdown()
                throw error
            }
            try await client.shutdown()
        }
        return zip(await statuses.all, server.requests).map { ($0, $1.faults) }
    }

    private actor Statuses {
        var all: [UInt] = []
        func add(_ status: UInt) { all.append(status) }
    }

    @Test("takes what is published", arguments: Wire.allCases)
    func published(wire: Wire) async throws {
        let answers = try await Self.send(wire, [Sent(wire)])
        #expect(answers.map(\.status) == [200])
        #expect(answers.map(\.faults) == [[]])
    }

    @Test("refuses everything else with 400 and says what is wrong", arguments: Wire.allCases)
    func deviations(wire: Wire) async throws {
        let changes = Self.changes.filter { $0.wires.contains(wire) }
        let sent = changes.map { change in
            var sent = Sent(wire)
            change.apply(&sent)
            return sent
        }
        let answers = try await Self.send(wire, sent)
        #expect(answers.count == changes.count)
        for (change, answer) in zip(changes, answers) {
            #expect(answer.status == 400, "\(change.fault)")
            #expect(answer.faults.count == 1, "\(change.fault): \(answer.faults)")
            #expect(answer.faults.first?.hasPrefix(change.fault) ?? false, "\(answer.faults)")
        }
    }
}

import AsyncHTTPClient
import Foundation
import Lockstep
import LockstepTesting
import NIOCore
import NIOHTTP1
import Testing

/// A running `lockstep serve` of a test.
final class Served: Sendable {
    let child: ChildProcess
    let url: String
    let token: String
    /// What it says from now on, the log included.
    private let lines: AsyncStream<String>

    /// A folder with definitions, data and a database.
    struct Place: Sendable {
        let scratch: Scratch
        /// Where jobs are kept, when it is not the data folder.
        var database: String?

        init(_ definitions: String, database: String? = nil) throws {
            scratch = try Scratch()
            self.database = database
            try define(definitions)
        }

        /// Writes the definitions anew.
        func define(_ definitions: String) throws {
            try definitions.write(toFile: scratch.path("lifecycles.yaml"), atomically: true, encoding: .utf8)
        }

        var adminToken: String { scratch.path("data/admin.token") }

        /// The command line on the same database.
        var tool: Tool {
            Tool(scratch: scratch, database: database ?? scratch.path("data/lockstep.sqlite"))
        }

        var arguments: [String] {
            ["serve", "--definitions", "lifecycles.yaml", "--port", "0", "--data", "data"]
                + (database.map { ["--database", $0] } ?? [])
        }
    }

    /// One that did not come up.
    struct Refused: Error, CustomStringConvertible {
        let lines: [String]
        var description: String { lines.joined(separator: "\n") }
    }

    /// Starts it and waits until it listens.
    init(_ place: Place, _ more: String...) async throws {
        // Not this process's environment: it may name a database.
        child = try ChildProcess(
            try Tool.program(), place.arguments + more,
            environment: ["PATH": "/usr/bin:/bin", "TERM": "dumb"], in: place.scratch.folder,
            complaints: .withOutput)
        lines = child.lines
        var said: [String] = []
        for await line in lines {
            said.append(line)
            if line.hasPrefix("Listening on ") { break }
        }
        guard let last = said.last, last.hasPrefix("Listening on ") else { throw Refused(lines: said) }
        url = String(last.dropFirst("Listening on ".count))
        token = try String(contentsOfFile: place.adminToken, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until it says a line with this text in it.
    func line(with text: String) async throws -> String {
        for await line in lines where line.contains(text) { return line }
        throw Refused(lines: ["it ended without a word of '\(text)'"])
    }

    /// Ends it as an operator does.
    func terminate() async -> ChildProcess.End { await child.end(SIGTERM) { Issue.record("\($0)") } }

    // MARK: Calling it

    /// What it answered.
    struct Answer: Sendable {
        let status: Int
        let json: JSONValue
    }

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        // A refused connection must be seen at once: the server is gone.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    @discardableResult
    func call(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, token: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token ?? self.token)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: try body.encoded()))
        }
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 22))
        return Answer(
            status: Int(response.status.code), json: text.isEmpty ? .null : try JSONValue(parsing: text))
    }

    /// Starts a job and gives its id.
    func start(_ lifecycle: String, _ more: [String: JSONValue] = [:]) async throws -> String {
        let answer = try await call(
            .POST, "/v1/jobs", .object(["lifecycle": .string(lifecycle)].merging(more) { $1 }))
        return try #require(answer.json["id"]?.text, "\(answer)")
    }
}

import AsyncHTTPClient
import Foundation
import Lockstep
import NIOCore
import NIOHTTP1
import Synchronization

/// One event as it came over the wire.
struct ReceivedEvent: Sendable, Equatable {
    var id: String?
    var name = ""
    var data: JSONValue = .null

    var number: Int? { if case .integer(let number)? = data["number"] { Int(number) } else { nil } }
    var job: String? { data["job"]?.text }
}

/// Reads server-sent events as a browser does (HTML Living Standard, section 9.2.6), of which servers use the part that
/// is read here.
struct EventParser {
    private var rest = ""
    private var event = ReceivedEvent()
    /// The id that a browser would send when it comes back.
    private(set) var lastID: String?
    private(set) var comments: [String] = []

    mutating func read(_ text: String) throws -> [ReceivedEvent] {
        rest += text
        var events: [ReceivedEvent] = []
        while let end = rest.firstIndex(of: "\n") {
            let line = rest[..<end]
            rest.removeSubrange(...end)
            if line.isEmpty {
                if event.name != "" { events.append(event) }
                event = ReceivedEvent()
            } else if line.hasPrefix(":") {
                comments.append(line.dropFirst(2).description)
            } else if line.hasPrefix("id: ") {
                lastID = String(line.dropFirst(4))
                event.id = lastID
            } else if line.hasPrefix("event: ") {
                event.name = String(line.dropFirst(7))
            } else if line.hasPrefix("data: ") {
                event.data = try JSONValue(parsing: String(line.dropFirst(6)))
            } else if !line.hasPrefix("retry: ") {
                throw Failure.userFixable("'\(line)' is no line of a stream of events")
            }
        }
        return events
    }
}

/// An open stream of events, read step by step.
final class EventStream {
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var parser = EventParser()
    private var waiting: [ReceivedEvent] = []
    let headers: HTTPHeaders

    /// Clients with room for thousands of connections to one server.
    static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    init(_ server: TestServer, _ path: String, as user: String, after: String? = nil) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)\(path)")
        request.headers.add(name: "Authorization", value: "Bearer \(user)-token")
        request.headers.add(name: "Accept", value: "text/event-stream")
        if let after { request.headers.add(name: "Last-Event-ID", value: after) }
        let response = try await Self.client.execute(request, timeout: .seconds(120))
        guard response.status == .ok else {
            throw Failure.userFixable("the stream was answered \(response.status.code)")
        }
        headers = response.headers
        body = response.body.makeAsyncIterator()
    }

    var lastID: String? { parser.lastID }
    var comments: [String] { parser.comments }

    /// The next event; `nil` when the server has ended the stream.
    func next() async throws -> ReceivedEvent? {
        while waiting.isEmpty { guard try await read() else { return nil } }
        return waiting.removeFirst()
    }

    /// So many events.
    func next(_ count: Int) async throws -> [ReceivedEvent] {
        var events: [ReceivedEvent] = []
        while events.count < count, let event = try await next() { events.append(event) }
        return events
    }

    /// Reads what comes next, whatever it is.
    /// - Returns: whether there was anything.
    func read() async throws -> Bool {
        guard let bytes = try await body.next() else { return false }
        waiting += try parser.read(String(buffer: bytes))
        return true
    }
}

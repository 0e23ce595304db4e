import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

/// A model service on a free port that checks every request against the published schema and answers as told.
final class ModelServer: Sendable {
    /// How one request is answered.
    enum Reply: Sendable {
        /// As the service answers when all is well.
        case says(String)
        /// A refusal to answer.
        case refuses(String)
        /// An answer that ended at its limit.
        case cut(String)
        /// A status with headers and the service's error body.
        case fails(Int, type: String, headers: HTTPFields = [:])
        /// Any body with status 200.
        case raw(String)
        /// Bytes without an end that anybody waits for.
        case endless
        /// Nothing, until the caller gives up.
        case silent
        /// The way to another address.
        case redirects
    }

    static let key = "sk-test-0123456789abcdefghij"

    let wire: Wire
    private let replies: Mutex<[Reply]>
    private let asked = Mutex<[Request]>([])

    /// What was asked.
    struct Request: Sendable {
        let at: ContinuousClock.Instant
        /// What does not fit the published schema.
        let faults: [String]
        let body: JSONValue
    }

    /// - Parameter replies: the first answers; what follows is answered well.
    init(_ wire: Wire, _ replies: [Reply]) {
        self.wire = wire
        self.replies = Mutex(replies)
    }

    var requests: [Request] { asked.withLock { $0 } }

    /// Runs `body` with the server's address.
    func serving(_ body: @escaping @Sendable (_ address: String) async throws -> Void) async throws {
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        router.on("**", method: .post) { request, context in try await self.answer(request) }
        router.on("**", method: .get) { request, context in try await self.answer(request) }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { listening.yield(port) }
            }, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                for await port in ports { return try await body("http://127.0.0.1:\(port)") }
            }
            try await group.next()
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    private func answer(_ request: Hummingbird.Request) async throws -> Response {
        let now = ContinuousClock.now
        let buffer = try await request.body.collect(upTo: 1 << 20)
        let text = String(buffer: buffer)
        let faults = wire.faults(request, text)
        let body = faults.isEmpty ? try JSONValue(parsing: text) : .null
        asked.withLock { $0.append(Request(at: now, faults: faults, body: body)) }
        guard faults.isEmpty else {
            return json(400, wire.error("invalid_request_error", faults.joined(separator: "; ")))
        }
        let reply = replies.withLock { $0.isEmpty ? .says("It is odd.") : $0.removeFirst() }
        switch reply {
        case .says(let words): return json(200, wire.success(words))
        case .refuses(let words): return json(200, wire.refusal(words))
        case .cut(let words): return json(200, wire.cut(words))
        case .fails(let status, let type, let headers):
            // A careless service that repeats the key.
            return json(status, wire.error(type, "with key \(Self.key)"), headers)
        case .raw(let text): return json(200, text)
        case .endless:
            let block = ByteBuffer(repeating: UInt8(ascii: " "), count: 1 << 16)
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    for _ in 0..<1000 { try await writer.write(block) }
                    try await writer.finish(nil)
                })
        case .silent:
            // Ends with the test, which cancels the server.
            await Self.never()
            throw CancellationError()
        case .redirects:
            return json(307, "{}", [.location: "/elsewhere"])
        }
    }

    private static func never() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        for await _ in stream {}
        withExtendedLifetime(continuation) {}
    }

    private func json(_ status: Int, _ text: String, _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

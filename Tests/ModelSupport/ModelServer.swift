import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepTesting
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A model service on a free port that checks every request against the published schema and answers as told,
/// by the published schema too, unless it is told to speak nonsense.
package final class ModelServer: Sendable {
    /// How one request is answered.
    package enum Reply: Sendable {
        /// As the service answers when all is well.
        case says(String)
        /// A refusal to answer.
        case refuses(String)
        /// An answer that ended at its limit.
        case cut(String)
        /// An answer that ended for a reason that the service tells.
        case stops(String, reason: String)
        /// The model's thinking, where it is told, and its words.
        case thinks(String, says: String)
        /// A status with headers and the service's error body; only OpenAI's has a code.
        case fails(Int, type: String, code: String? = nil, headers: HTTPFields = [:])
        /// Any body with status 200.
        case raw(String)
        /// Bytes without an end that anybody waits for.
        case endless
        /// Nothing, until the caller gives up.
        case silent
        /// The way to another address.
        case redirects
    }

    /// The key that it accepts.
    package static let key = "sk-test-0123456789abcdefghij"

    let wire: Wire
    private let published: Published
    private let replies: Mutex<[Reply]>
    private let asked = Mutex<[Request]>([])
    private let isOver = Signal()
    /// What of our own answers does not fit.
    private let slips = Mutex<[String]>([])

    /// What was asked.
    package struct Request: Sendable {
        /// When.
        package let at: ContinuousClock.Instant
        /// What does not fit the published schema.
        package let faults: [String]
        /// The body; `null` when something does not fit.
        package let body: JSONValue
    }

    /// Makes a server.
    /// - Parameter replies: the first answers; what follows is answered well.
    package init(_ wire: Wire, _ replies: [Reply]) throws {
        self.wire = wire
        published = try Published(wire)
        self.replies = Mutex(replies)
    }

    /// What was asked until now.
    package var requests: [Request] { asked.withLock { $0 } }

    /// An answer of this server that is not as published.
    package struct Slip: Error {
        /// What does not fit.
        package let faults: [String]
    }

    /// Runs `body` with the server's address.
    /// - Throws: ``Slip`` when the server did not answer as it is published.
    package func serving(_ body: @escaping @Sendable (_ address: String) async throws -> Void) async throws {
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        router.on("**", method: .post) { request, context in try await self.answer(request) }
        router.on("**", method: .get) { request, context in try await self.answer(request) }
        let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { listening.yield(port) }
            }, logger: silence)
        let server = ServiceGroup(services: [application], logger: silence)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await server.run()
            }
            var result: Result<Void, any Error> = .success(())
            for await port in ports {
                do { try await body("http://127.0.0.1:\(port)") } catch { result = .failure(error) }
                break
            }
            // Gracefully: a server that is cancelled drops what it has just accepted, which NIO traps.
            isOver.send()
            await server.triggerGracefulShutdown()
            try await group.waitForAll()
            try result.get()
        }
        let faults = slips.withLock { $0 }
        guard faults.isEmpty else { throw Slip(faults: faults) }
    }

    private func answer(_ request: Hummingbird.Request) async throws -> Response {
        let now = ContinuousClock.now
        let buffer = try await request.body.collect(upTo: 1 << 20)
        let text = String(buffer: buffer)
        let faults = wire.faults(request, text, schema: published.request)
        let body = faults.isEmpty ? try JSONValue(parsing: text) : .null
        asked.withLock { $0.append(Request(at: now, faults: faults, body: body)) }
        guard faults.isEmpty else {
            return error(400, wire.error("invalid_request_error", faults.joined(separator: "; ")))
        }
        let reply = replies.withLock { $0.isEmpty ? .says("It is odd.") : $0.removeFirst() }
        switch reply {
        case .says(let words): return success(wire.success(words))
        case .refuses(let words): return success(wire.refusal(words))
        case .cut(let words): return success(wire.cut(words))
        case .stops(let words, let reason): return success(wire.stopped(words, reason))
        case .thinks(let thinking, let words): return success(wire.thought(thinking, words))
        case .fails(let status, let type, let code, let headers):
            // A careless service that repeats the key.
            return error(status, wire.error(type, "with key \(Self.key)", code: code), headers)
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
            try await isOver.wait()
            throw CancellationError()
        case .redirects:
            return json(307, "{}", [.location: "/elsewhere"])
        }
    }

    private func success(_ text: String) -> Response {
        slips.withLock { $0 += Wire.faults(text, schema: published.answer) }
        return json(200, text)
    }

    private func error(_ status: Int, _ text: String, _ headers: HTTPFields = [:]) -> Response {
        slips.withLock { $0 += Wire.faults(text, schema: published.error) }
        return json(status, text, headers)
    }

    private func json(_ status: Int, _ text: String, _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

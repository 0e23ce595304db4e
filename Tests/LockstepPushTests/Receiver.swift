import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepPush
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// What a receiver was sent.
struct Delivery: Sendable {
    let path: String
    let headers: HTTPFields
    let authority: String?
    let body: [UInt8]

    subscript(header name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    /// A part of the envelope, such as `messageId`.
    func part(_ name: String) throws -> JSONValue? {
        try JSONValue(parsing: String(decoding: body, as: UTF8.self))["message"]?[name]
    }

    /// The job in the envelope.
    var job: JSONValue {
        get throws {
            let data = Data(base64Encoded: try part("data")?.text ?? "") ?? Data()
            return try JSONValue(parsing: String(decoding: data, as: UTF8.self))
        }
    }

    /// Returns when the signature is genuine at a time.
    func verify(_ secrets: [String], now: Timestamp) throws {
        try PushSignature.verify(self[header: PushSignature.header], body: body, secrets: secrets, now: now)
    }
}

/// A real server on a free port that answers deliveries as a test wants it.
struct Receiver: Sendable {
    let port: Int
    private let log: Log

    /// What came, in order.
    final class Log: Sendable {
        private let all = Mutex<[Delivery]>([])
        func add(_ delivery: Delivery) { all.withLock { $0.append(delivery) } }
        var deliveries: [Delivery] { all.withLock { $0 } }
    }

    var url: String { "http://127.0.0.1:\(port)/work" }
    var deliveries: [Delivery] { log.deliveries }

    /// Serves while `body` runs.
    static func run(
        answering answer: @escaping @Sendable (Delivery) async throws -> Response,
        _ body: @Sendable (Receiver) async throws -> Void
    ) async throws {
        let log = Log()
        let router = Router()
        router.post("**") { request, _ -> Response in
            let bytes = try await request.body.collect(upTo: 8 << 20)
            let delivery = Delivery(
                path: request.uri.path, headers: request.headers, authority: request.head.authority,
                body: Array(bytes.readableBytesView))
            log.add(delivery)
            return try await answer(delivery)
        }
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let logger = Logger(label: "receiver", factory: { _ in SwiftLogNoOpLogHandler() })
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let group = ServiceGroup(services: [application], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { continuation.finish() }
                try await group.run()
            }
            for await port in ports {
                do {
                    try await body(Receiver(port: port, log: log))
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
                await group.triggerGracefulShutdown()
                break
            }
            try await tasks.waitForAll()
        }
    }

    /// An answer with a body.
    static func answer(
        _ status: HTTPResponse.Status, _ body: String = "", type: String = "application/json",
        headers: [String: String] = [:]
    ) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = type
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return Response(
            status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}

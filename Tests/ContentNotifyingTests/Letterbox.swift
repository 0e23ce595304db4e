import AppSupport
import ContentNotifying
import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepPush
import LockstepServer
import NIOCore
import Synchronization

/// A real server on a free port that takes notices and answers as a test wants it.
struct Letterbox: Sendable {
    static let secret = "0123456789abcdef"

    /// What came.
    struct Letter: Sendable {
        let path: String
        let headers: HTTPFields
        let body: [UInt8]

        subscript(name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

        var json: JSONValue { get throws { try JSONValue(parsing: String(decoding: body, as: UTF8.self)) } }
    }

    private final class Log: Sendable { let letters = Mutex<[Letter]>([]) }

    let port: Int
    private let log: Log

    /// What came until now, in order.
    var letters: [Letter] { log.letters.withLock { $0 } }

    /// Serves while `body` runs.
    /// - Parameter answer: is asked for every letter, with how many came before.
    static func run(
        answering answer: @escaping @Sendable (_ letter: Letter, _ before: Int) async throws -> Response,
        _ body: @Sendable (Letterbox) async throws -> Void
    ) async throws {
        let log = Log()
        let router = Router(context: AppContext.self)
        router.post("**") { request, _ -> Response in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            let letter = Letter(
                path: request.uri.path, headers: request.headers, body: Array(bytes.readableBytesView))
            let before = log.letters.withLock { letters in
                letters.append(letter)
                return letters.count - 1
            }
            return try await answer(letter, before)
        }
        try await Serving.run(router) { try await body(Letterbox(port: $0, log: log)) }
    }

    /// Works with a notifier to this place, which is let go of afterwards.
    /// - Parameter url: with `PORT` for the port.
    func notifying(
        to url: String = "http://127.0.0.1:PORT/notices",
        _ change: (inout PushOptions) -> Void = { _ in },
        time: any TimeSource = SystemTime(),
        _ body: @Sendable (WebhookNotifier) async throws -> Void
    ) async throws {
        var options = PushOptions(
            addresses: AddressRules(allowed: ["127.0.0.0/8"].compactMap { IPNetwork($0) }),
            timeout: .seconds(20))
        change(&options)
        let target = try PushTarget(
            "notices", url: url.replacing("PORT", with: "\(port)"), secrets: [Self.secret])
        let notifier = WebhookNotifier(target, options: options, time: time)
        let result: Result<Void, any Error>
        do { result = .success(try await body(notifier)) } catch { result = .failure(error) }
        try await notifier.shutDown()
        try result.get()
    }

    static func answer(
        _ status: HTTPResponse.Status, _ body: String = "", headers: [String: String] = [:]
    ) -> Response {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return Response(
            status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}

extension Notice {
    /// One that has everything.
    static let whole = Notice(
        request: "019b7a", status: "completed", question: "Why is the sky blue?",
        video: "https://learn.example.org/api/content/requests/019b7a/video", duration: 75.4,
        owner: "anna@example.org")
}

import FakeJira
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Serves a ``FakeJira/FakeJira`` over HTTP on this machine, for tests and for a demo without a network.
///
/// Besides Jira's API there are pages: `/browse/<key>` shows an issue, and `/` lists them all, without asking for
/// credentials.
public final class FakeJiraServer: Service {
    private let jira: Mutex<FakeJira>
    private let address = Mutex<String?>(nil)
    private let port: Int
    private let onListening: @Sendable (_ url: String) -> Void
    private let logger: Logger

    /// Makes a server, which listens as soon as it runs.
    /// - Parameters:
    ///   - jira: what it serves; its `origin` becomes the server's address.
    ///   - port: the port on 127.0.0.1; 0 is a free one.
    ///   - onListening: is told the address when it listens.
    public init(
        _ jira: FakeJira, port: Int = 0, logger: Logger = Logger(label: "fake-jira"),
        onListening: @escaping @Sendable (_ url: String) -> Void = { _ in }
    ) {
        self.jira = Mutex(jira)
        self.port = port
        self.logger = logger
        self.onListening = onListening
    }

    /// Where it listens, such as `http://127.0.0.1:8100`; `nil` before it does.
    public var url: String? { address.withLock { $0 } }

    /// Looks at what it serves.
    public func read<Value: Sendable>(_ body: (FakeJira) throws -> Value) rethrows -> Value {
        try jira.withLock { try body($0) }
    }

    /// Changes what it serves, between two requests.
    @discardableResult
    public func change<Value: Sendable>(_ body: (inout FakeJira) throws -> Value) rethrows -> Value {
        try jira.withLock { try body(&$0) }
    }

    /// Serves until it is shut down gracefully, or the task is cancelled.
    /// - Throws: what stands in the way of listening, such as a port that is taken.
    public func run() async throws { try await application { _ in }.run() }

    /// Serves while `body` runs, then shuts down.
    /// - Parameter body: is told the address.
    /// - Throws: what stands in the way of listening, and what `body` throws.
    public func serving<Value: Sendable>(
        _ body: (_ url: String) async throws -> Value
    ) async throws -> Value {
        let (urls, listening) = AsyncStream.makeStream(of: String.self)
        let application = application { listening.yield($0) }
        let group = ServiceGroup(services: [application], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { listening.finish() }
                try await group.run()
            }
            var result: Result<Value, any Error>?
            for await url in urls {
                do { result = .success(try await body(url)) } catch { result = .failure(error) }
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            guard let result else { throw CancellationError() }
            return try result.get()
        }
    }

    private func application(
        _ told: @escaping @Sendable (String) -> Void
    ) -> Application<CallbackResponder<FakeJiraContext>> {
        Application(
            responder: CallbackResponder { request, context in try await self.respond(to: request, context) },
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: port), serverName: "fake-jira"),
            onServerRunning: { channel in
                let url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
                self.address.withLock { $0 = url }
                self.jira.withLock { $0.origin = url }
                told(url)
                self.onListening(url)
            }, logger: logger)
    }

    // MARK: Answers

    private func respond(to request: Request, _ context: FakeJiraContext) async throws -> Response {
        if request.method == .get, let page = page(request.uri.path) { return page.response }
        let given = FakeJira.Request(
            "\(request.method)", request.uri.path, query: Self.query(request),
            headers: Dictionary(
                request.headers.map { ($0.name.canonicalName, $0.value) },
                uniquingKeysWith: { first, _ in first }),
            body: try await body(of: request))
        let answer = jira.withLock { $0.handle(given) }
        guard let answer else { return try await hangUp(context) }
        if let delay = answer.delay {
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
            } catch {
                return try await hangUp(context)
            }
        }
        var headers = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// The body, or so much of it that it is seen to be too long; all of it is received.
    private func body(of request: Request) async throws -> Data {
        let most = jira.withLock { $0.mostBytes }
        var data = Data()
        for try await buffer in request.body where data.count <= most {
            data.append(contentsOf: buffer.readableBytesView)
        }
        return data
    }

    private static func query(_ request: Request) -> [String: String] {
        Dictionary(
            request.uri.queryParameters.map { (String($0.key), String($0.value)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Closes the connection without an answer.
    private func hangUp(_ context: FakeJiraContext) async throws -> Response {
        do {
            try await context.channel.close()
        } catch ChannelError.alreadyClosed {
            // Whoever asked was faster.
        }
        throw CancellationError()
    }

    private func page(_ path: String) -> FakeJiraPage? {
        let issues = jira.withLock { $0.issues }
        if path == "/" { return .list(issues) }
        if path == FakeJiraPage.stylePath { return .style }
        guard path.hasPrefix("/browse/") else { return nil }
        let key = String(path.dropFirst(8))
        return issues.first { $0.key == key }.map(FakeJiraPage.issue) ?? .missing
    }
}

/// What a request carries: the connection that it came by.
struct FakeJiraContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        coreContext = CoreRequestContextStorage(source: source)
    }
}

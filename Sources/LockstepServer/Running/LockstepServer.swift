import HTTPTypes
import Hummingbird
import HummingbirdCore
import Lockstep
import Logging
import NIOCore
import ServiceLifecycle

/// Running a server.
public enum LockstepServer {
    /// How long a connection may be silent before it is closed, when no answer is being worked on.
    public static let idleTimeout: Duration = .seconds(60)
    /// How many connections are open at once at most, unless the caller says so; more wait to be accepted. Streams of
    /// events (``JobEvents/Limits``) are among them.
    public static let mostConnections = 4096

    /// The paths that need no token on every server: those by which programs find out about it.
    static let openPaths = Set((APIRoutes.table + [.health]).filter(\.isOpen).map(\.path))

    /// A router with what every server needs, in the right order: the log of requests, problem documents,
    /// authentication in front of everything, `/health`, and the pages on which people sign in and out.
    /// - Parameters:
    ///   - open: paths that need no token, besides `/health`, `/ready`, `/openapi.json` and those of
    ///     ``SignInRoutes``; compared exactly.
    ///   - metrics: counts the requests; give it to ``APIRoutes`` too.
    public static func router(
        store: any Store, tokens: any TokenChecker, open: Set<String> = [], metrics: ServerMetrics? = nil
    ) -> Router<AppContext> {
        let router = guarded(
            by: tokens, open: open.union(openPaths).union(SignInRoutes.openPaths), metrics: metrics)
        HealthRoute(store: store).add(to: router)
        SignInRoutes(tokens).add(to: router)
        return router
    }

    /// A router without routes that answers with problem documents, and lets nobody through without a token.
    /// - Parameters:
    ///   - open: paths that need no token; compared exactly.
    ///   - forms: where pages of this server may post with the cookie; see ``BearerAuth``.
    ///   - limits: how much one identity may ask, and one address fail.
    ///   - metrics: counts the requests.
    public static func guarded(
        by tokens: any TokenChecker, open: Set<String>, forms: [String] = [], limits: RequestLimits = .none,
        metrics: ServerMetrics? = nil
    ) -> Router<AppContext> {
        let router = Router(context: AppContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: RequestObserver(metrics: metrics))
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: FailureLimit(limits, known: tokens as? CachedTokens))
        router.add(middleware: BearerAuth(tokens, open: open, forms: forms))
        router.add(middleware: RequestUser())
        router.add(middleware: RateLimit(limits))
        return router
    }

    /// Listens and serves until SIGTERM or SIGINT, or until the task is cancelled; then stops accepting,
    /// finishes what is being answered, and stops the services.
    /// - Parameters:
    ///   - host: the address to listen on.
    ///   - port: the port; 0 takes a free one.
    ///   - mostConnections: how many connections are open at once at most. Each is an open file: the process's own
    ///     limit is raised for them as far as the system lets it.
    ///   - services: what runs beside the server, such as ``WorkerService``. They start before the server and
    ///     stop after it.
    ///   - onListening: is called once, with the port, when connections are accepted.
    /// - Throws: an administrator's ``Failure`` when the host is beyond loopback and the router lets requests
    ///   without a token through; what binding the port or a service throws.
    public static func run(
        router: Router<AppContext>, host: String = "127.0.0.1", port: Int, logger: Logger,
        mostConnections: Int = mostConnections, services: [any Service] = [],
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        let application = try await application(
            router: router, host: host, port: port, logger: logger, mostConnections: mostConnections,
            services: services, onListening: onListening)
        try await application.runService()
    }

    /// The application that ``run(router:host:port:logger:mostConnections:services:onListening:)`` runs, for those who put it
    /// into a service group of their own.
    /// - Throws: see there.
    public static func application(
        router: Router<AppContext>, host: String = "127.0.0.1", port: Int, logger: Logger,
        mostConnections: Int = mostConnections, services: [any Service] = [],
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Application<RouterResponder<AppContext>> {
        let responder = router.buildResponder()
        if !isLoopback(host) {
            guard try await demandsToken(responder, logger: logger) else {
                throw Failure.adminRequired(
                    "the server listens on '\(host)' only with authentication; add BearerAuth to the router or "
                        + "listen on 127.0.0.1", code: "no_authentication")
            }
        }
        OpenFiles.allow(mostConnections)
        let idle = TimeAmount.nanoseconds(idleTimeout.inMicroseconds * 1000)
        return Application(
            responder: responder,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ReceiveRoom()], idleTimeout: idle)),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(mostConnections, logger: logger)),
            services: services,
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { onListening(port) }
            },
            logger: logger)
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Asks the router itself instead of believing a flag: a path that nobody knows is answered 401 exactly
    /// when authentication stands in front of what is not open on purpose.
    private static func demandsToken(
        _ responder: RouterResponder<AppContext>, logger: Logger
    ) async throws -> Bool {
        let head = HTTPRequest(
            method: .get, scheme: nil, authority: nil, path: "/" + RandomText.hex(bytes: 16))
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        do {
            let answer = try await responder.respond(to: request, context: AppContext(probing: logger))
            return answer.status == .unauthorized
        } catch {
            return Problem(error).status == .unauthorized
        }
    }
}

import HTTPTypes
import Hummingbird
import Lockstep
import NIOCore

/// How much one identity may ask, and how often one address may fail to say who it is.
public struct RequestLimits: Sendable, Hashable {
    /// Requests a second of one identity, in the long run; 0 for no limit.
    public var requestsPerSecond: Double
    /// Requests of one identity at once.
    public var burst: Double
    /// Failed authentications a minute from one address, in the long run; 0 for no limit.
    public var failuresPerMinute: Double
    /// Failed authentications from one address at once.
    public var failureBurst: Double

    /// Makes limits.
    public init(
        requestsPerSecond: Double = 1000, burst: Double = 2000, failuresPerMinute: Double = 30,
        failureBurst: Double = 30
    ) {
        self.requestsPerSecond = requestsPerSecond
        self.burst = max(1, burst)
        self.failuresPerMinute = failuresPerMinute
        self.failureBurst = max(1, failureBurst)
    }

    /// 1,000 requests a second and 2,000 at once of an identity; 30 failed authentications a minute of an address.
    public static let standard = RequestLimits()
    /// None.
    public static let none = RequestLimits(requestsPerSecond: 0, failuresPerMinute: 0)
}

extension Problem {
    /// 429 (RFC 6585, section 4) with `Retry-After` in whole seconds.
    static func tooMany(_ detail: String, code: String, after wait: Duration) -> Problem {
        let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
        return Problem(
            .tooManyRequests, code: code, "\(detail); try again in \(seconds) s",
            headers: [.retryAfter: String(seconds)])
    }
}

/// Limits the requests of each identity. Put it behind ``BearerAuth``; who is not known is not limited here.
public struct RateLimit: RouterMiddleware {
    /// A middleware for requests with an ``AppContext``.
    public typealias Context = AppContext

    private let buckets: TokenBuckets<Identity>?

    /// Makes the middleware.
    public init(_ limits: RequestLimits = .standard) {
        self.init(limits, now: { .now })
    }

    init(_ limits: RequestLimits, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        buckets =
            limits.requestsPerSecond > 0
            ? TokenBuckets(perSecond: limits.requestsPerSecond, burst: limits.burst, now: now) : nil
    }

    /// Lets the request through.
    /// - Throws: ``Problem`` 429 when the identity has asked too much.
    public func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        if let buckets, let identity = context.identity, let wait = buckets.take(identity) {
            throw Problem.tooMany(
                "'\(identity.user)' sends more requests than this server takes from one user",
                code: "rate_limited", after: wait)
        }
        return try await next(request, context)
    }
}

/// Limits the failed authentications of each address. Put it in front of ``BearerAuth``.
///
/// Tokens cannot be guessed; what is protected is the database and the time that signatures take. An address that
/// has failed too often is answered 429 without a look-up, but for tokens that were known before: behind one address
/// may be many, and a worker with a revoked token must not shut the others out.
public struct FailureLimit: RouterMiddleware {
    /// A middleware for requests with an ``AppContext``.
    public typealias Context = AppContext

    private let buckets: TokenBuckets<String>?
    private let known: CachedTokens?

    /// Makes the middleware.
    /// - Parameter known: remembers the tokens that were known.
    public init(_ limits: RequestLimits = .standard, known: CachedTokens?) {
        self.init(limits, known: known, now: { .now })
    }

    init(
        _ limits: RequestLimits, known: CachedTokens?,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.known = known
        buckets =
            limits.failuresPerMinute > 0
            ? TokenBuckets(perSecond: limits.failuresPerMinute / 60, burst: limits.failureBurst, now: now)
            : nil
    }

    /// Lets the request through, and counts it when it fails to say who sent it.
    /// - Throws: ``Problem`` 429 when too many from this address have; what the others behind it throw.
    public func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        // A request without any credentials costs nothing and guesses nothing.
        guard let buckets, let address = context.remoteAddress.map(Self.key), Self.claims(request) else {
            return try await next(request, context)
        }
        if let wait = buckets.waitingTime(address), !isKnown(request) {
            throw Problem.tooMany(
                "too many requests from this address had no valid token", code: "too_many_failures",
                after: wait)
        }
        do {
            let response = try await next(request, context)
            if response.status == .unauthorized { _ = buckets.take(address) }
            return response
        } catch {
            if Problem(error).status == .unauthorized { _ = buckets.take(address) }
            throw error
        }
    }

    /// Whether the request brings something that has to be looked up.
    private static func claims(_ request: Request) -> Bool {
        request.headers[.authorization] != nil || request.headers[.cookie] != nil
            || request.uri.path == SignInRoutes.signIn && request.method == .post
    }

    private func isKnown(_ request: Request) -> Bool {
        guard let known else { return false }
        if let header = request.headers[.authorization] {
            return header.split(separator: " ").last.map { known.hasKnown(String($0)) } ?? false
        }
        return SessionCookie.token(of: request).map(known.hasKnown) ?? false
    }

    /// An IPv4 address, or the first 64 bits of an IPv6 address, which are one site's (RFC 4291, section 2.5.4).
    static func key(_ address: SocketAddress) -> String {
        guard case .v6 = address, let text = address.ipAddress else {
            return address.ipAddress ?? address.pathname ?? "?"
        }
        if text.hasPrefix("::ffff:") { return String(text.dropFirst(7)) }
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        // `::` stands for as many zeros as are missing; only what is before it can be in the first half.
        let head = halves.prefix { !$0.isEmpty }
        return (head.prefix(4).map(String.init) + Array(repeating: "0", count: max(0, 4 - head.count)))
            .joined(separator: ":")
    }
}

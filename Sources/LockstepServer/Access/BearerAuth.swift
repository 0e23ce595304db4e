import HTTPTypes
import Hummingbird

/// Lets only requests with a known bearer token through (RFC 6750, section 2.1).
///
/// It denies by default: put it on the router before the routes, and everything but the open paths answers
/// 401 without a token, paths that do not exist included.
public struct BearerAuth: RouterMiddleware {
    /// A middleware for requests with an ``AppContext``.
    public typealias Context = AppContext

    /// The longest token in bytes; longer ones are refused without being looked up.
    public static let longestToken = 4096

    private let tokens: any TokenChecker
    private let open: Set<String>

    /// Makes the middleware.
    /// - Parameters:
    ///   - tokens: knows the tokens.
    ///   - open: paths that need no token; compared exactly.
    public init(_ tokens: any TokenChecker, open: Set<String> = ["/health"]) {
        self.tokens = tokens
        self.open = open
    }

    /// Finds out who sent the request.
    /// - Throws: ``Problem`` 401 without a known token; what the token checker throws.
    public func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        if open.contains(request.uri.path) { return try await next(request, context) }
        let token = try Self.token(of: request)
        guard let identity = try await tokens.identity(forToken: token) else {
            throw Problem.unauthorized("the token is not known here", error: "invalid_token")
        }
        var context = context
        context.identity = identity
        return try await next(request, context)
    }

    private static func token(of request: Request) throws -> String {
        let headers = request.headers[values: .authorization]
        guard let header = headers.first else {
            throw Problem.unauthorized("send a bearer token in the Authorization header")
        }
        let words = header.split(separator: " ", omittingEmptySubsequences: true)
        guard headers.count == 1, words.count == 2, words[0].lowercased() == "bearer",
            words[1].utf8.count <= longestToken
        else {
            throw Problem.unauthorized(
                "the Authorization header must be 'Bearer' and one token", error: "invalid_request")
        }
        return String(words[1])
    }
}

import HTTPTypes
import Hummingbird
import Logging

/// Lets only requests with a known bearer token through (RFC 6750, section 2.1).
///
/// It denies by default: put it on the router before the routes, and everything but the open paths answers
/// 401 without a token, paths that do not exist included.
///
/// Where ``SignInRoutes/openPaths`` are among the open paths, a browser may bring its token in the cookie that
/// they set, for GET and HEAD, which change nothing. Another site can make a browser send a request with its
/// cookies, but not with an `Authorization` header; so whatever changes something needs that header, or is a form
/// of one of the pages under `/dashboard` (or where else forms are taken), which carries a token of its own and comes from this server, as the
/// browser says (403 otherwise; see ``FormGuard``). A browser that asks for a page without a valid cookie is sent to
/// the sign-in page (303); everybody else is answered 401. A request with an `Authorization` header is judged by
/// that header, whatever its cookie says.
public struct BearerAuth: RouterMiddleware {
    /// A middleware for requests with an ``AppContext``.
    public typealias Context = AppContext

    /// The longest token in bytes; longer ones are refused without being looked up.
    public static let longestToken = 4096

    private let tokens: any TokenChecker
    private let open: Set<String>
    /// The beginnings of paths of which the last part does not matter.
    private let openFolders: [String]
    /// Under these paths a cookie may send forms.
    private let forms: [String]

    /// Whether people can sign in here.
    private var hasSignIn: Bool { open.isSuperset(of: SignInRoutes.openPaths) }

    /// Makes the middleware.
    /// - Parameters:
    ///   - tokens: knows the tokens.
    ///   - open: paths that need no token; compared exactly, but for a last part that is `*`, which stands for any one
    ///     part. Who sends a known token is known there too.
    ///   - forms: the beginnings of paths, besides `/dashboard/`, to which pages of this server may send with the cookie:
    ///     forms, and requests of scripts, of any method, that carry ``AppContext/formToken`` in the header
    ///     `X-Lockstep-Form`.
    public init(_ tokens: any TokenChecker, open: Set<String> = ["/health"], forms: [String] = []) {
        self.tokens = tokens
        self.open = open
        self.forms = ["/dashboard/"] + forms
        openFolders = open.filter { $0.hasSuffix("/*") }.map { String($0.dropLast()) }
    }

    /// Finds out who sent the request.
    /// - Throws: ``Problem`` 401 without a known token; what the token checker throws.
    public func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        var request = request
        if isOpen(request.uri.path) {
            (context.identity, context.formToken) = await visitor(request, context)
        } else {
            do {
                let token = try token(of: request)
                let identity = try await identity(of: token)
                context.identity = identity
                context.isStillValid = { [tokens] in
                    try await tokens.identity(forToken: token.text) == identity
                }
                if token.isCookie {
                    if !Self.isSafe(request) {
                        request = try await FormGuard.checked(request, session: token.text)
                    }
                    context.formToken = FormGuard.token(session: token.text)
                }
            } catch let problem as Problem
                where problem.status == .unauthorized && hasSignIn && Self.isSafe(request)
                && request.isFromPerson
            {
                return SignInRoutes.redirect(from: request)
            }
        }
        return try await next(request, context)
    }

    private func isOpen(_ path: String) -> Bool {
        open.contains(path)
            || openFolders.contains { folder in
                path.hasPrefix(folder) && path.count > folder.count
                    && !path.dropFirst(folder.count).contains("/")
            }
    }

    private func identity(of token: Token) async throws -> Identity {
        guard let identity = try await tokens.identity(forToken: token.text) else {
            throw Problem.unauthorized("the token is not known here", error: "invalid_token")
        }
        return identity
    }

    /// Who asks for an open path, if that is known: nothing about a token may keep anybody from it.
    private func visitor(
        _ request: Request, _ context: AppContext
    ) async -> (identity: Identity?, formToken: String?) {
        do {
            let token = try token(of: request)
            let identity = try await identity(of: token)
            return (identity, token.isCookie ? FormGuard.token(session: token.text) : nil)
        } catch {
            context.logger.debug("nobody is known on an open path", metadata: ["error": "\(error)"])
            return (nil, nil)
        }
    }

    private typealias Token = (text: String, isCookie: Bool)

    private func token(of request: Request) throws -> Token {
        let headers = request.headers[values: .authorization]
        guard let header = headers.first else { return (try cookie(of: request), true) }
        let words = header.split(separator: " ", omittingEmptySubsequences: true)
        guard headers.count == 1, words.count == 2, words[0].lowercased() == "bearer",
            words[1].utf8.count <= Self.longestToken
        else {
            throw Problem.unauthorized(
                "the Authorization header must be 'Bearer' and one token", error: "invalid_request")
        }
        return (String(words[1]), false)
    }

    private func cookie(of request: Request) throws -> String {
        guard hasSignIn, let token = SessionCookie.token(of: request) else {
            throw Problem.unauthorized("send a bearer token in the Authorization header")
        }
        guard Self.isSafe(request) || isForm(request) else {
            throw Problem.unauthorized(
                "the cookie is for reading alone; send a bearer token in the Authorization header")
        }
        return token
    }

    /// Whether the method changes nothing (RFC 9110, section 9.2.1).
    private static func isSafe(_ request: Request) -> Bool {
        request.method == .get || request.method == .head
    }

    /// Whether the request may be a form of a page; whether it is one, ``FormGuard`` finds out.
    private func isForm(_ request: Request) -> Bool {
        [.post, .put, .patch, .delete].contains(request.method)
            && forms.contains { request.uri.path.hasPrefix($0) }
    }
}

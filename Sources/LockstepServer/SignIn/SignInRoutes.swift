import Foundation
import HTTPTypes
import Hummingbird

/// The routes by which people sign in with a browser, which cannot send a token in a header.
///
/// | route | answers |
/// |---|---|
/// | `GET /sign-in?next=path` | a page with one field for a token |
/// | `POST /sign-in` | 303 to `next` with the token in a cookie; the page and 401 for an unknown token |
/// | `POST /sign-out` | 303 to the page, and the cookie is gone |
///
/// All three are open. That a token could be guessed here is no danger: tokens have 256 random bits, and the
/// routes tell no more about them than every other route does. Only paths of this server are accepted as
/// `next`; anything else leads to `/`. Signing out forgets the token in the browser; it does not revoke it.
///
/// Beyond loopback the cookie is `Secure`, so that people sign in by HTTPS there, which a proxy may speak for this
/// server.
public struct SignInRoutes: Sendable {
    /// The paths that have to be open; see ``BearerAuth/init(_:open:)``.
    public static let openPaths: Set<String> = [signIn, signOut]

    static let signIn = "/sign-in"
    static let signOut = "/sign-out"

    private let tokens: any TokenChecker

    /// Makes the routes.
    /// - Parameter tokens: knows the tokens.
    public init(_ tokens: any TokenChecker) { self.tokens = tokens }

    /// Adds the routes to a router that has ``BearerAuth`` in front.
    public func add(to router: some RouterMethods<AppContext>) {
        router.get("/sign-in") { request, context in
            let next = request.uri.queryParameters["next"].flatMap { LocalPath(String($0)) }
            return SignInPage(next: next ?? .home, identity: context.identity).response()
        }
        router.post("/sign-in") { request, context in try await signIn(request) }
        router.post("/sign-out") { request, _ in
            try FormGuard.refuseOtherSites(request)
            return Self.redirect(to: Self.signIn, cookie: SessionCookie.clearing(answering: request))
        }
    }

    /// Sends a browser to the page, and afterwards back to what it asked for.
    static func redirect(from request: Request) -> Response {
        let query = request.uri.query.map { "?\($0)" } ?? ""
        let next = LocalPath(request.uri.path + query) ?? .home
        return redirect(to: next == .home ? signIn : "\(signIn)?next=\(next.queryValue)")
    }

    private func signIn(_ request: Request) async throws -> Response {
        try FormGuard.refuseOtherSites(request)
        let form = try await FormFields(reading: request)
        let next = form["next"].flatMap { LocalPath($0) } ?? .home
        let token = (form["token"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard SessionCookie.fits(token) else {
            let fault = token.isEmpty ? "Paste a token." : "This is no token; copy it again, whole."
            return SignInPage(next: next, fault: fault).response()
        }
        guard try await tokens.identity(forToken: token) != nil else {
            return SignInPage(next: next, fault: "This token is not known here.").response()
        }
        return Self.redirect(
            to: next.text, cookie: SessionCookie.setting(token, answering: request))
    }

    private static func redirect(to location: String, cookie: String? = nil) -> Response {
        var headers = SecurityHeaders().fields
        headers[.location] = location
        headers[.setCookie] = cookie
        return Response(status: .seeOther, headers: headers)
    }
}

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
/// Behind a proxy that ends TLS the proxy has to add `Secure` to the cookie, because no header is believed
/// about how a request came.
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
            try Self.refuseOtherSites(request)
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
        try Self.refuseOtherSites(request)
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

    /// Another site must not sign anybody in as somebody else, or out. The header is one that browsers set
    /// and scripts cannot (Fetch Metadata Request Headers, section 2.3); programs do not send it.
    private static func refuseOtherSites(_ request: Request) throws {
        guard let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name] else { return }
        guard site == "same-origin" || site == "none" else {
            throw Problem.forbidden("sign in and out on this server's own pages")
        }
    }

    private static func redirect(to location: String, cookie: String? = nil) -> Response {
        var headers = SecurityHeaders().fields
        headers[.location] = location
        headers[.setCookie] = cookie
        return Response(status: .seeOther, headers: headers)
    }
}

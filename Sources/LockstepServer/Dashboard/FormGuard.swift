import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Keeps other sites from sending forms in the name of somebody who is signed in here (cross-site request forgery).
///
/// A form must come from a page of this server, as the browser itself says (`Sec-Fetch-Site` of Fetch Metadata
/// Request Headers, section 2.3, and `Origin` of the Fetch Standard), **and** carry a token that only such a page
/// can know: an HMAC-SHA-256 (RFC 2104) with the session's secret as its key. So a token is good for one session
/// alone, for as long as it lasts, in every process that serves it, and nothing has to be kept.
enum FormGuard {
    /// The name of the field with the token.
    static let field = "form_token"
    /// The header with the token, for the requests of a page's script; no other site can have a browser send it unasked.
    static let header = HTTPField.Name("X-Lockstep-Form")
    private static let purpose = Array("lockstep dashboard form 1".utf8)

    /// The token for the forms of a session.
    static func token(session: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: purpose, using: SymmetricKey(data: Array(session.utf8)))
        return code.map(\.hex).joined()
    }

    /// Checks a form, and gives the request back with its body, which can be read only once.
    /// - Throws: ``Problem`` 403 when it comes from elsewhere or has no valid token; 413 and 415 for what is no
    ///   small form.
    static func checked(_ request: Request, session: String) async throws -> Request {
        try refuseOtherSites(request)
        if let header, let sent = request.headers[header] {
            guard isEqual(sent, token(session: session)) else { throw badToken }
            return request
        }
        // Forms can only post; every other method is a script's, which sends the header.
        guard request.method == .post else { throw badToken }
        let (form, body) = try await FormFields.collect(request)
        guard form.isText else {
            throw Problem.unprocessable("a field of the form holds a zero byte; send text")
        }
        guard let sent = form[field], isEqual(sent, token(session: session)) else { throw badToken }
        var request = request
        request.body = RequestBody(buffer: body)
        return request
    }

    private static let badToken = Problem(
        .forbidden, code: "bad_form_token",
        "the form is not of this session; load the page again and repeat it")

    /// - Throws: ``Problem`` 403 for a request that the browser says another site has caused.
    static func refuseOtherSites(_ request: Request) throws {
        let problem = Problem(
            .forbidden, code: "other_site", "the form was sent from another site; use this server's own pages"
        )
        var isSaidToBeOurs = false
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name] {
            guard site == "same-origin" || site == "none" else { throw problem }
            isSaidToBeOurs = site == "same-origin"
        }
        // A page that sends no referrer sends no origin either, but the word `null`.
        guard let origin = request.headers[.origin], origin != "null" || !isSaidToBeOurs else { return }
        // The scheme may be that of a proxy that ends TLS; the host is the one the browser speaks to.
        let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "http:" || parts[0] == "https:", parts[1].isEmpty,
            let authority = request.head.authority, parts[2].lowercased() == authority.lowercased()
        else { throw problem }
    }

    /// In a time that does not depend on what is equal.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        SHA256.hash(data: Array(left.utf8)) == SHA256.hash(data: Array(right.utf8))
    }
}

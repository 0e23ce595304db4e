import HTTPTypes
import Hummingbird

/// The cookie in which a browser brings its token after somebody signed in (RFC 6265).
///
/// It ends with the browser's session, no script can read it, and other sites' requests come without it.
enum SessionCookie {
    /// The cookie's name.
    static let name = "lockstep_token"
    /// The longest token in bytes; browsers drop cookies that have more than 4096 with all their attributes.
    static let longestToken = 2048

    /// The token of a request's cookie; `nil` when there is none that ``fits(_:)``.
    static func token(of request: Request) -> String? {
        let pairs = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
        let values = pairs.compactMap { pair -> Substring? in
            let pair = pair.drop { $0 == " " || $0 == "\t" }
            return pair.hasPrefix("\(name)=") ? pair.dropFirst(name.count + 1) : nil
        }
        // Two of one name mean that something else on this host has set one: neither is believed.
        guard values.count == 1, fits(values[0]) else { return nil }
        return String(values[0])
    }

    /// Whether a token can be put into the cookie: it must be a `b64token` of RFC 6750, section 2.1, as it
    /// must to be sent in a header.
    static func fits(_ token: some StringProtocol) -> Bool {
        (1...longestToken).contains(token.utf8.count)
            && token.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"),
                    UInt8(ascii: "="):
                    true
                default: false
                }
            }
    }

    /// The header that sets the cookie.
    static func setting(_ token: String, answering request: Request) -> String {
        "\(name)=\(token)" + attributes(request)
    }

    /// The header that takes it away.
    static func clearing(answering request: Request) -> String {
        "\(name)=; Max-Age=0" + attributes(request)
    }

    /// Beyond loopback the cookie is `Secure`: browsers then keep it only when they came by TLS, which a proxy may
    /// end. What a header says about a request's way here is not asked, for anybody may have written it; the host's
    /// name can only make the cookie safer.
    private static func attributes(_ request: Request) -> String {
        let host = request.head.authority.map(hostName) ?? ""
        let isSecure = request.head.scheme == "https" || !LockstepServer.isLoopback(host)
        return "; Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }

    /// The host of `host:port`, without the brackets of an IPv6 address.
    private static func hostName(_ authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" }).lowercased()
    }
}

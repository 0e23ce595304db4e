import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import LockstepServer
import Testing

@Suite struct PageTests {
    @Test func textsAreEscaped() {
        #expect(
            HTML.escape("<a href=\"x\">'Tom & Zoë'</a>")
                == "&lt;a href=&quot;x&quot;&gt;&#39;Tom &amp; Zoë&#39;&lt;/a&gt;")
        // A quote with a combining mark is one character, and still a quote.
        #expect(HTML.escape("\"\u{301}<\u{301}") == "&quot;\u{301}&lt;\u{301}")
        #expect(HTML.escape("") == "")
    }

    @Test func pagesAreSentWithAStrictPolicy() throws {
        let security = SecurityHeaders(scripts: ["go()"], styles: ["p{}"])
        let response = HTML.page("<p>x</p>", security: security)
        let policy = try #require(response.headers[.contentSecurityPolicy])
        let hash = Data(SHA256.hash(data: Data("go()".utf8))).base64EncodedString()
        #expect(policy.contains("script-src 'nonce-\(security.nonce)' 'sha256-\(hash)';"))
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
        let referrer = try #require(HTTPField.Name("Referrer-Policy"))
        #expect(response.headers[referrer] == "no-referrer")
        #expect(response.headers[.contentType] == "text/html; charset=utf-8")
    }

    @Test func noncesAreNeverUsedTwice() {
        let nonces = Set((0..<1000).map { _ in SecurityHeaders().nonce })
        #expect(nonces.count == 1000)
        #expect(nonces.allSatisfy { $0.count == 22 })
    }
}

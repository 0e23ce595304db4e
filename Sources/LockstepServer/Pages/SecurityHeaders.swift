import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// The headers that a page is sent with: a Content Security Policy (CSP Level 3) that allows nothing but what
/// is named, and never anything `unsafe-`.
///
/// Scripts and styles run when they carry the ``nonce`` (`<script nonce="…">`) or when their text was given
/// to ``init(scripts:styles:)``. Style attributes never apply.
public struct SecurityHeaders: Sendable {
    /// The nonce of this answer: 128 random bits in base64url. Never use one for two answers.
    public let nonce: String
    private let scripts: [String]
    private let styles: [String]
    private let playsMedia: Bool

    /// Makes headers with a fresh nonce, or with the hashes of known inline texts instead.
    /// - Parameters:
    ///   - scripts: the exact texts of inline scripts.
    ///   - styles: the exact texts of inline style elements.
    ///   - playsMedia: whether films and sound of this server are played.
    public init(scripts: [String] = [], styles: [String] = [], playsMedia: Bool = false) {
        nonce = RandomText.base64URL(bytes: 16)
        self.scripts = scripts
        self.styles = styles
        self.playsMedia = playsMedia
    }

    /// The policy.
    public var policy: String {
        let sources = { (texts: [String]) in
            (["'nonce-\(nonce)'"] + texts.map(Self.hash)).joined(separator: " ")
        }
        return
            ([
                "default-src 'none'", "script-src \(sources(scripts))", "style-src \(sources(styles))",
                "img-src 'self' data:", "connect-src 'self'", "form-action 'self'", "base-uri 'none'",
                "frame-ancestors 'none'",
            ] + (playsMedia ? ["media-src 'self'"] : [])).joined(separator: "; ")
    }

    /// The headers.
    public var fields: HTTPFields {
        var fields = HTTPFields()
        fields[.contentSecurityPolicy] = policy
        fields[.xContentTypeOptions] = "nosniff"
        fields[.cacheControl] = "no-store"
        for (name, value) in Self.plain {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }

    private static let plain = [
        "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    ]

    private static func hash(_ text: String) -> String {
        "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"
    }
}

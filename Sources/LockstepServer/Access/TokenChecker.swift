import Crypto

/// Tells whom a bearer token belongs to.
public protocol TokenChecker: Sendable {
    /// The identity of a token; `nil` when the token is not known.
    /// - Throws: an error of whatever keeps the tokens; the request is then answered with 503 or 500, never
    ///   let through.
    func identity(forToken token: String) async throws -> Identity?
}

/// How tokens are kept: only as SHA-256 (FIPS 180-4), so that a leaked table opens nothing.
///
/// A plain hash is enough because tokens are random and long, which passwords are not.
enum TokenDigest {
    static func of(_ token: String) -> SHA256Digest { SHA256.hash(data: Array(token.utf8)) }
}

extension SHA256Digest {
    /// The digest in lower-case hexadecimal, 64 characters.
    var hex: String { map(\.hex).joined() }
}

extension UInt8 {
    /// The byte as two lower-case hexadecimal digits.
    var hex: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}

import Crypto

/// Tokens that are given when the process starts, for tests and for small installations.
///
/// They are kept as digests of a fixed length, and every one is compared, in constant time each, so that the
/// time of an answer tells nothing about a token.
public struct StaticTokens: TokenChecker {
    private let entries: [(digest: SHA256Digest, identity: Identity)]

    /// Makes the list from tokens and whom they belong to. Empty tokens open nothing.
    public init(_ tokens: [String: Identity]) {
        entries = tokens.filter { !$0.key.isEmpty }.map { (TokenDigest.of($0.key), $0.value) }
    }

    /// See ``TokenChecker/identity(forToken:)``. Never throws.
    public func identity(forToken token: String) async throws -> Identity? {
        let digest = TokenDigest.of(token)
        var found: Identity?
        for entry in entries where entry.digest == digest { found = entry.identity }
        return found
    }
}

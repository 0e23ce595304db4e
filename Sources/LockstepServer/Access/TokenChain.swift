/// Asks several checkers, one after the other; the first that knows a token decides.
///
/// Put ``SQLTokens`` first and ``JWTChecker`` behind it: each sees by a token's form that it is none of its own.
public struct TokenChain: TokenChecker {
    private let checkers: [any TokenChecker]

    /// Makes the chain.
    public init(_ checkers: [any TokenChecker]) { self.checkers = checkers }

    /// See ``TokenChecker/identity(forToken:)``.
    /// - Throws: what the checkers throw; those behind the one that throws are not asked, for what it keeps might
    ///   have known the token.
    public func identity(forToken token: String) async throws -> Identity? {
        for checker in checkers {
            if let identity = try await checker.identity(forToken: token) { return identity }
        }
        return nil
    }
}

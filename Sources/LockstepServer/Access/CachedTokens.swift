import Crypto
import Synchronization

/// Remembers for some seconds whom a token belongs to, so that not every request asks the database.
///
/// A token that is revoked, or expires, opens nothing any more within ``longestAge``: on the server that revoked it
/// at once (see ``forget()``), on others when their memory of it is that old. What is not known is not
/// remembered: a token works from the moment it is made.
public final class CachedTokens: TokenChecker {
    /// How long an identity is believed at most.
    public static let longestAge: Duration = .seconds(3)
    /// How many are remembered at most.
    public static let most = 10_000

    private struct Entry {
        let identity: Identity
        let at: ContinuousClock.Instant
    }
    private let tokens: any TokenChecker
    private let age: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    /// By digest: a dump of the memory shows no token.
    private let entries = Mutex<[SHA256Digest: Entry]>([:])

    /// Puts a memory in front of a checker.
    /// - Parameters:
    ///   - age: how long an identity is believed; no longer than ``longestAge``.
    ///   - now: the time; a test brings its own.
    public init(
        _ tokens: any TokenChecker, age: Duration = longestAge,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.tokens = tokens
        self.age = min(age, Self.longestAge)
        self.now = now
    }

    /// See ``TokenChecker/identity(forToken:)``.
    /// - Throws: what the checker behind it throws, when it has to be asked.
    public func identity(forToken token: String) async throws -> Identity? {
        let digest = TokenDigest.of(token)
        let moment = now()
        if let entry = entries.withLock({ $0[digest] }), moment - entry.at < age { return entry.identity }
        let found = try await tokens.identity(forToken: token)
        entries.withLock { entries in
            guard let found else {
                entries[digest] = nil
                return
            }
            // Old ones stay, for `hasKnown`; when there is no room, the oldest half goes.
            if entries.count >= Self.most {
                let median = entries.values.map(\.at).sorted()[entries.count / 2]
                entries = entries.filter { $0.value.at > median }
            }
            entries[digest] = Entry(identity: found, at: moment)
        }
        return found
    }

    /// Whether the token was known when it was last asked for, however long ago.
    func hasKnown(_ token: String) -> Bool {
        let digest = TokenDigest.of(token)
        return entries.withLock { $0[digest] != nil }
    }

    /// Believes nothing any more, so that what was revoked opens nothing from now on. That the tokens were known stays
    /// known, for `hasKnown`.
    public func forget() {
        entries.withLock { entries in
            entries = entries.mapValues { Entry(identity: $0.identity, at: $0.at - Self.longestAge) }
        }
    }
}

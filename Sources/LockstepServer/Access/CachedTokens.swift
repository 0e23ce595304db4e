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
    private struct Memory {
        /// By digest: a dump of the memory shows no token.
        var entries: [SHA256Digest: Entry] = [:]
        /// How often everything was forgotten.
        var generation = 0
    }
    private let memory = Mutex(Memory())

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
        let (known, generation) = memory.withLock { ($0.entries[digest], $0.generation) }
        if let known, moment - known.at < age { return known.identity }
        let found = try await tokens.identity(forToken: token)
        memory.withLock { memory in
            guard let found else {
                memory.entries[digest] = nil
                return
            }
            // What was read before something was revoked may be just that.
            guard memory.generation == generation else { return }
            // Old ones stay, for `hasKnown`; when there is no room, the oldest half goes.
            if memory.entries.count >= Self.most {
                let median = memory.entries.values.map(\.at).sorted()[memory.entries.count / 2]
                memory.entries = memory.entries.filter { $0.value.at > median }
            }
            memory.entries[digest] = Entry(identity: found, at: moment)
        }
        return found
    }

    /// Whether the token was known when it was last asked for, however long ago.
    func hasKnown(_ token: String) -> Bool {
        let digest = TokenDigest.of(token)
        return memory.withLock { $0.entries[digest] != nil }
    }

    /// Believes nothing any more, so that what was revoked opens nothing from now on. That the tokens were known stays
    /// known, for `hasKnown`.
    public func forget() {
        memory.withLock { memory in
            memory.entries = memory.entries.mapValues {
                Entry(identity: $0.identity, at: $0.at - Self.longestAge)
            }
            memory.generation += 1
        }
    }
}

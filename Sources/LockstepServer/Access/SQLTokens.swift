import Crypto
import Lockstep
import LockstepSQL
import Synchronization

/// Tokens in a table of the store's database: `lockstep_tokens`.
///
/// A token is shown once, when it is made; the table holds its SHA-256 alone.
public final class SQLTokens: TokenChecker {
    private let store: any SQLStore
    private let isSetUp = Mutex(false)

    /// Uses a store's database. The table is made at the first use, or by ``setUp()``.
    public init(store: any SQLStore) { self.store = store }

    /// Makes the table unless it is there.
    ///
    /// PostgreSQL can refuse the second of two simultaneous `CREATE TABLE IF NOT EXISTS`; where several
    /// processes start at once on an empty database, call this once beforehand.
    /// - Throws: an error of the store.
    public func setUp() async throws {
        if isSetUp.withLock({ $0 }) { return }
        _ = try await store.write { try $0.execute(Self.table) }
        isSetUp.withLock { $0 = true }
    }

    /// Makes a token for a user.
    /// - Returns: the token, `lst_` and 32 random bytes in base64url (RFC 4648, section 5); it cannot be read
    ///   back later.
    /// - Throws: a user-fixable ``Failure`` for a user's name that is empty, longer than 255 bytes or holds a
    ///   zero byte; an error of the store.
    public func create(user: String, role: Identity.Role) async throws -> String {
        guard (1...NewJob.longestName).contains(user.utf8.count), !user.utf8.contains(0) else {
            throw Failure.userFixable(
                "a user's name must have 1 to \(NewJob.longestName) bytes of text", code: "bad_value")
        }
        try await setUp()
        let token = RandomText.token()
        let digest = TokenDigest.of(token).hex
        let now = store.time.now().microseconds
        _ = try await store.write {
            try $0.execute(Self.insertion, digest, user, role.rawValue, now)
        }
        return token
    }

    /// Takes away all tokens of a user.
    /// - Returns: how many there were.
    /// - Throws: an error of the store.
    @discardableResult
    public func revoke(user: String) async throws -> Int {
        try await setUp()
        return try await store.write {
            try $0.execute(#"DELETE FROM lockstep_tokens WHERE "user" = ?1"#, user)
        }
    }

    /// See ``TokenChecker/identity(forToken:)``.
    /// - Throws: an error of the store; a ``Failure`` when the row holds a role that this process does not
    ///   know.
    public func identity(forToken token: String) async throws -> Identity? {
        try await setUp()
        let digest = TokenDigest.of(token).hex
        let rows = try await store.read {
            try $0.query(#"SELECT "user", role FROM lockstep_tokens WHERE digest = ?1"#, digest)
        }
        guard let row = rows.first, let user = row[0].text else { return nil }
        guard let role = row[1].text.flatMap(Identity.Role.init) else {
            throw Failure.adminRequired(
                "the token of '\(user)' has a role that this server does not know; use one of "
                    + Identity.Role.allCases.map(\.rawValue).joined(separator: ", "), code: "unknown_role")
        }
        return Identity(user: user, role: role)
    }

    // `user` is a reserved word in PostgreSQL and has to be quoted everywhere. Times are microseconds since
    // 1970, as in all of Lockstep's tables. The check is a chain of `=`, because `IN (…)` costs SQLite a
    // temporary index.
    private static let table = """
        CREATE TABLE IF NOT EXISTS lockstep_tokens (
            digest TEXT NOT NULL PRIMARY KEY,
            "user" TEXT NOT NULL,
            role TEXT NOT NULL CONSTRAINT lockstep_tokens_role
                CHECK (role = 'admin' OR role = 'operator' OR role = 'worker' OR role = 'client'),
            created_at BIGINT NOT NULL
        )
        """

    private static let insertion =
        #"INSERT INTO lockstep_tokens (digest, "user", role, created_at) VALUES (?1, ?2, ?3, ?4)"#
}

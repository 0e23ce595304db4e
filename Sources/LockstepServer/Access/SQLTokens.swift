import Crypto
import Lockstep
import LockstepSQL
import Logging
import Synchronization

/// Tokens in a table of the store's database: `lockstep_tokens`.
///
/// A token is shown once, when it is made; the table holds its SHA-256 alone. It is looked up by that hash,
/// through an index. A comparison in constant time would add nothing: what an attacker could learn from the
/// time of a look-up is how the *hash* of a guess compares, and no guess can be steered by that.
///
/// Every look-up asks the database; put ``CachedTokens`` in front.
public final class SQLTokens: TokenChecker {
    /// How exactly the last use of a token is kept: reading must not become a write for every request.
    public static let usageGrain: Duration = .seconds(600)

    private let store: any SQLStore
    private let logger: Logger
    private let isSetUp = Mutex(false)

    /// Uses a store's database. The table is made at the first use, or by ``setUp()``.
    /// - Parameter logger: is told when the last use of a token could not be written.
    public init(
        store: any SQLStore,
        logger: Logger = Logger(label: "tokens", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.store = store
        self.logger = logger
    }

    /// Makes the table unless it is there, and adds the columns that one of an older version lacks.
    ///
    /// Older processes go on beside that: they name the columns that they know, and the new ones may be NULL.
    /// They do not see when a token expires, though, or which lifecycles it is bound to: replace them all before
    /// such tokens are given out.
    ///
    /// PostgreSQL can refuse the second of two simultaneous `CREATE TABLE IF NOT EXISTS`; where several
    /// processes start at once on an empty database, call this once beforehand.
    /// - Throws: an error of the store.
    public func setUp() async throws {
        if isSetUp.withLock({ $0 }) { return }
        if try await !isComplete() {
            _ = try await store.write { try $0.execute(Self.table) }
            for column in Self.addedColumns where try await !has(column.name) {
                do {
                    _ = try await store.write { try $0.execute(Self.adding(column)) }
                } catch let error as SQLError where error.kind == .statement {
                    // Another process was quicker, or it is a real fault: then the column is still not there.
                    guard try await has(column.name) else { throw error }
                }
            }
        }
        isSetUp.withLock { $0 = true }
    }

    /// Makes a token.
    /// - Returns: the token, `lst_` and 32 random bytes in base64url (RFC 4648, section 5), which cannot be read
    ///   back later, and its record.
    /// - Throws: a user-fixable ``Failure`` for a bad grant; an error of the store.
    public func create(_ grant: TokenGrant) async throws -> (token: String, record: TokenRecord) {
        try grant.check()
        try await setUp()
        let token = RandomText.token()
        let digest = TokenDigest.of(token).hex
        let now = store.time.now()
        let expires = now.adding(grant.lifetime)
        let lifecycles = try grant.lifecycles.map { try JSONText.encode($0.sorted()) }
        _ = try await store.write {
            try $0.execute(
                Self.insertion, digest, grant.user, grant.role.rawValue, now.microseconds, lifecycles,
                grant.note, expires?.microseconds)
        }
        let record = TokenRecord(
            id: Self.id(ofDigest: digest), user: grant.user, role: grant.role.rawValue,
            lifecycles: grant.lifecycles?.sorted(), note: grant.note, createdAt: now, expiresAt: expires,
            lastUsedAt: nil)
        return (token, record)
    }

    /// Makes a token for a user that lasts until it is revoked.
    /// - Returns: the token; see ``create(_:)``.
    /// - Throws: see ``create(_:)``.
    public func create(user: String, role: Identity.Role) async throws -> String {
        try await create(TokenGrant(user: user, role: role)).token
    }

    /// The tokens, newest first; those that have expired too, for they can still be revoked.
    /// - Parameters:
    ///   - user: whose alone.
    ///   - role: those of this role alone.
    /// - Throws: an error of the store.
    public func list(user: String? = nil, role: Identity.Role? = nil) async throws -> [TokenRecord] {
        try await setUp()
        let rows = try await store.read {
            try $0.query(
                """
                SELECT digest, "user", role, lifecycles, note, created_at, expires_at, last_used_at
                FROM lockstep_tokens WHERE (CAST(?1 AS TEXT) IS NULL OR "user" = ?1)
                    AND (CAST(?2 AS TEXT) IS NULL OR role = ?2)
                ORDER BY created_at DESC, digest
                """, user, role?.rawValue)
        }
        return try rows.map(Self.record)
    }

    /// Takes a token away.
    /// - Parameter id: see ``TokenRecord/id``.
    /// - Returns: whether there was one.
    /// - Throws: an error of the store.
    @discardableResult
    public func revoke(id: String) async throws -> Bool {
        try await setUp()
        return try await store.write {
            try $0.execute("DELETE FROM lockstep_tokens WHERE substr(digest, 1, 16) = ?1", id)
        } > 0
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
        // What is no token of ours, such as a JWT, needs no look-up.
        guard token.hasPrefix(RandomText.tokenPrefix) else { return nil }
        try await setUp()
        let digest = TokenDigest.of(token).hex
        let rows = try await store.read {
            try $0.query(
                """
                SELECT digest, "user", role, lifecycles, note, created_at, expires_at, last_used_at
                FROM lockstep_tokens WHERE digest = ?1
                """, digest)
        }
        guard let record = try rows.first.map(Self.record) else { return nil }
        let now = store.time.now()
        if let expires = record.expiresAt, expires <= now { return nil }
        guard let role = Identity.Role(rawValue: record.role) else {
            throw Failure.adminRequired(
                "the token of '\(record.user)' has a role that this server does not know; use one of "
                    + Identity.Role.allCases.map(\.rawValue).joined(separator: ", "), code: "unknown_role")
        }
        await noteUse(of: digest, record, now)
        return Identity(user: record.user, role: role, lifecycles: record.lifecycles.map(Set.init))
    }

    /// A database that cannot be written now must not keep anybody from reading.
    private func noteUse(of digest: String, _ record: TokenRecord, _ now: Timestamp) async {
        if let last = record.lastUsedAt, now - last < Self.usageGrain { return }
        do {
            _ = try await store.write {
                try $0.execute(
                    "UPDATE lockstep_tokens SET last_used_at = ?2 WHERE digest = ?1", digest,
                    now.microseconds)
            }
        } catch {
            logger.warning("the last use of a token was not written", metadata: ["error": "\(error)"])
        }
    }

    private static func id(ofDigest digest: String) -> String { String(digest.prefix(16)) }

    private static func record(_ row: SQLRow) throws -> TokenRecord {
        func time(_ value: SQLValue) -> Timestamp? { value.integer.map(Timestamp.init(microseconds:)) }
        guard let digest = row[0].text, let user = row[1].text, let role = row[2].text,
            let created = time(row[5])
        else {
            throw Failure.adminRequired(
                "a row of lockstep_tokens cannot be read; revoke the token", code: "unreadable_token")
        }
        return TokenRecord(
            id: id(ofDigest: digest), user: user, role: role,
            // A bound that cannot be read must not become none.
            lifecycles: try row[3].text.map { try JSONText.decode([String].self, from: $0) },
            note: row[4].text, createdAt: created, expiresAt: time(row[6]), lastUsedAt: time(row[7]))
    }

    // MARK: The table

    private typealias Column = (name: String, type: String)
    private static let addedColumns: [Column] = [
        ("lifecycles", "TEXT"), ("note", "TEXT"), ("expires_at", "BIGINT"), ("last_used_at", "BIGINT"),
    ]

    private func isComplete() async throws -> Bool { try await has(Self.addedColumns.last?.name ?? "") }

    /// Asks for the column itself, which both databases understand; their catalogues they keep differently.
    private func has(_ column: String) async throws -> Bool {
        do {
            _ = try await store.read { try $0.query("SELECT \(column) FROM lockstep_tokens LIMIT 1") }
            return true
        } catch let error as SQLError where error.kind == .statement {
            return false
        }
    }

    private static func adding(_ column: Column) -> String {
        "ALTER TABLE lockstep_tokens ADD COLUMN \(column.name) \(column.type)"
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

    private static let insertion = """
        INSERT INTO lockstep_tokens (digest, "user", role, created_at, lifecycles, note, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """
}

import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepServer
import LockstepTesting
import Testing

/// Tokens in a database; LockstepCLITests has them on PostgreSQL too.
@Suite struct SQLTokensTests {
    private let scratch: Scratch
    private let time = TestTime()
    private let store: SQLiteStore
    private let tokens: SQLTokens

    init() async throws {
        scratch = try Scratch()
        store = try await SQLiteStore(path: scratch.database, time: time)
        tokens = SQLTokens(store: store)
    }

    private func rows(_ sql: String) async throws -> [SQLRow] { try await store.read { try $0.query(sql) } }

    @Test func aTokenIsKnownUntilItIsRevoked() async throws {
        let token = try await tokens.create(user: "anna", role: .client)
        let second = try await tokens.create(user: "anna", role: .operator)
        #expect(token.hasPrefix("lst_") && token.count == 47 && token != second)
        #expect(
            token.dropFirst(4).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
        #expect(try await tokens.identity(forToken: token) == Identity(user: "anna", role: .client))
        #expect(try await tokens.identity(forToken: second) == Identity(user: "anna", role: .operator))
        #expect(try await tokens.identity(forToken: token + "x") == nil)
        #expect(try await tokens.identity(forToken: "") == nil)
        // The table never sees a token.
        let stored = "\(try await rows("SELECT * FROM lockstep_tokens"))"
        #expect(!stored.contains(token) && !stored.contains(token.dropFirst(4)))
        #expect(try await tokens.revoke(user: "anna") == 2)
        #expect(try await tokens.identity(forToken: token) == nil)
    }

    @Test func oneIsRevokedByItsID() async throws {
        let (token, record) = try await tokens.create(TokenGrant(user: "anna", role: .client))
        let other = try await tokens.create(user: "anna", role: .client)
        #expect(record.id.count == 16)
        #expect(try await tokens.revoke(id: record.id))
        #expect(try await !tokens.revoke(id: record.id))
        #expect(try await tokens.identity(forToken: token) == nil)
        #expect(try await tokens.identity(forToken: other) != nil)
    }

    @Test func aTokenExpires() async throws {
        let grant = TokenGrant(user: "anna", role: .client, lifetime: .hours(1))
        let (token, record) = try await tokens.create(grant)
        #expect(record.expiresAt == time.now() + .seconds(3600))
        time.advance(by: .seconds(3599))
        #expect(try await tokens.identity(forToken: token) != nil)
        time.advance(by: .seconds(1))
        #expect(try await tokens.identity(forToken: token) == nil)
        #expect(try await tokens.list().count == 1)
    }

    @Test func aWorkersTokenIsBoundToLifecycles() async throws {
        let grant = TokenGrant(user: "gpu", role: .worker, lifecycles: ["video", "audio"], note: "rack 4")
        let (token, record) = try await tokens.create(grant)
        #expect(record.lifecycles == ["audio", "video"] && record.note == "rack 4")
        let identity = try #require(try await tokens.identity(forToken: token))
        #expect(identity.mayWork(on: "video") && !identity.mayWork(on: "parcel"))
        let free = try await tokens.create(user: "cpu", role: .worker)
        #expect(try await tokens.identity(forToken: free)?.mayWork(on: "parcel") == true)
        // A bound that cannot be read is no bound that is lifted.
        _ = try await store.write {
            try $0.execute("UPDATE lockstep_tokens SET lifecycles = 'x' WHERE \"user\" = 'gpu'")
        }
        await #expect(throws: (any Error).self) { try await tokens.identity(forToken: token) }
    }

    @Test func theLastUseIsKeptCoarsely() async throws {
        let token = try await tokens.create(user: "anna", role: .client)
        #expect(try await tokens.list()[0].lastUsedAt == nil)
        let first = time.now()
        _ = try await tokens.identity(forToken: token)
        time.advance(by: .seconds(599))
        _ = try await tokens.identity(forToken: token)
        #expect(try await tokens.list()[0].lastUsedAt == first)
        time.advance(by: .seconds(1))
        _ = try await tokens.identity(forToken: token)
        #expect(try await tokens.list()[0].lastUsedAt == time.now())
    }

    @Test func theyAreListedNewestFirst() async throws {
        for user in ["anna", "berta"] {
            _ = try await tokens.create(user: user, role: user == "anna" ? .client : .admin)
            time.advance(by: .seconds(1))
        }
        #expect(try await tokens.list().map(\.user) == ["berta", "anna"])
        #expect(try await tokens.list(user: "anna").map(\.role) == ["client"])
        #expect(try await tokens.list(role: .admin).map(\.user) == ["berta"])
        #expect(try await tokens.list(user: "anna", role: .admin).isEmpty)
    }

    /// The table of an older version gets the new columns, and older processes go on beside that.
    @Test func anOlderTableIsExtended() async throws {
        let digest = String(repeating: "a", count: 64)
        let insertion =
            #"INSERT INTO lockstep_tokens (digest, "user", role, created_at) VALUES (?1, 'anna', 'client', 1)"#
        _ = try await store.write { db in
            try db.execute(
                """
                CREATE TABLE lockstep_tokens (digest TEXT NOT NULL PRIMARY KEY, "user" TEXT NOT NULL,
                    role TEXT NOT NULL, created_at BIGINT NOT NULL)
                """)
            try db.execute(insertion, digest)
        }
        // Two processes at once.
        let other = SQLTokens(store: try await SQLiteStore(path: scratch.database))
        async let first: Void = tokens.setUp()
        async let second: Void = other.setUp()
        _ = try await (first, second)
        #expect(try await tokens.list().map(\.id) == [String(digest.prefix(16))])
        _ = try await store.write { try $0.execute(insertion, String(repeating: "b", count: 64)) }
        #expect(try await other.list().count == 2)
        #expect(try await tokens.revoke(id: String(repeating: "b", count: 16)))
    }

    @Test(arguments: [
        TokenGrant(user: "", role: .client),
        TokenGrant(user: String(repeating: "u", count: 256), role: .client),
        TokenGrant(user: "a\u{0}", role: .client), TokenGrant(user: "a", role: .client, lifecycles: ["b"]),
        TokenGrant(user: "a", role: .worker, lifecycles: []),
        TokenGrant(user: "a", role: .worker, lifecycles: ["B c"]),
        TokenGrant(user: "a", role: .client, note: String(repeating: "n", count: 256)),
        TokenGrant(user: "a", role: .client, lifetime: .seconds(0)),
    ])
    func badGrantsAreRefused(grant: TokenGrant) async throws {
        await #expect(throws: Failure.self) { try await tokens.create(grant) }
        #expect(try await tokens.list().isEmpty)
    }

    @Test func anUnknownRoleLetsNobodyIn() async throws {
        _ = try await store.write { db in
            try db.execute(
                """
                CREATE TABLE lockstep_tokens (digest TEXT NOT NULL PRIMARY KEY, "user" TEXT NOT NULL,
                    role TEXT NOT NULL, created_at BIGINT NOT NULL)
                """)
        }
        let token = try await tokens.create(user: "anna", role: .client)
        _ = try await store.write { try $0.execute("UPDATE lockstep_tokens SET role = 'emperor'") }
        await #expect(throws: Failure.self) { try await tokens.identity(forToken: token) }
    }
}

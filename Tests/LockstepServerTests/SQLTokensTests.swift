import Lockstep
import LockstepSQL
import LockstepServer
import Synchronization
import Testing

@Suite struct SQLTokensTests {
    @Test func aTokenIsKnownUntilItIsRevoked() async throws {
        let store = TokenTable()
        let tokens = SQLTokens(store: store)
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
        #expect(
            store.log.withLock { $0 }.allSatisfy { !$0.contains(token) && !$0.contains(token.dropFirst(4)) })
        #expect(try await tokens.revoke(user: "anna") == 2)
        #expect(try await tokens.identity(forToken: token) == nil)
    }

    @Test func settingUpTwiceIsHarmless() async throws {
        let store = TokenTable()
        try await SQLTokens(store: store).setUp()
        try await SQLTokens(store: store).setUp()
        #expect(store.log.withLock { $0 }.allSatisfy { $0.contains("CREATE TABLE IF NOT EXISTS") })
    }

    @Test(arguments: ["", String(repeating: "u", count: 256), "a\u{0}"])
    func badNamesAreRefused(user: String) async throws {
        let tokens = SQLTokens(store: TokenTable())
        await #expect(throws: Failure.self) { try await tokens.create(user: user, role: .client) }
    }

    @Test func anUnknownRoleLetsNobodyIn() async throws {
        let store = TokenTable()
        let tokens = SQLTokens(store: store)
        let token = try await tokens.create(user: "anna", role: .client)
        store.rows.withLock { rows in rows = rows.mapValues { ($0.user, "emperor") } }
        await #expect(throws: Failure.self) { try await tokens.identity(forToken: token) }
    }
}

/// A database that knows one table and four statements; that real databases understand them is tested with
/// the stores.
private final class TokenTable: SQLStore {
    let rows = Mutex<[String: (user: String, role: String)]>([:])
    let log = Mutex<[String]>([])
    private let memory = MemoryStore()

    fileprivate struct Transaction: SQLTransaction {
        let table: TokenTable

        func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
            table.note(sql, parameters)
            guard let digest = parameters.first?.sqlValue.text else { return [] }
            return table.rows.withLock { rows in
                rows[digest].map {
                    [SQLRow(columns: ["user", "role"], values: [.text($0.user), .text($0.role)])]
                }
                    ?? []
            }
        }

        func execute(_ sql: String, _ parameters: [any SQLConvertible]) throws -> Int {
            table.note(sql, parameters)
            let texts = parameters.map { $0.sqlValue.text ?? "" }
            return table.rows.withLock { rows in
                if sql.hasPrefix("INSERT") {
                    rows[texts[0]] = (texts[1], texts[2])
                    return 1
                }
                let before = rows.count
                if sql.hasPrefix("DELETE") { rows = rows.filter { $0.value.user != texts[0] } }
                return before - rows.count
            }
        }

        func start(_ job: NewJob) throws -> StartOutcome { throw CancellationError() }
        func apply(_ command: Command) throws -> Outcome { throw CancellationError() }
    }

    private func note(_ sql: String, _ parameters: [any SQLConvertible]) {
        log.withLock { $0.append(sql + " \(parameters.map(\.sqlValue))") }
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLReading) throws -> Result
    ) async throws -> Result { try body(Transaction(table: self)) }
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result { try body(Transaction(table: self)) }

    var time: any TimeSource { memory.time }
    func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        try await memory.install(definitions)
    }
    func definitions() async throws -> [Definition] { try await memory.definitions() }
    func start(_ jobs: [NewJob]) async throws -> [StartOutcome] { try await memory.start(jobs) }
    func importing(_ jobs: [NewJob]) async throws -> [StartOutcome] { throw CancellationError() }
    func claim(_ request: ClaimRequest) async throws -> [JobRecord] { try await memory.claim(request) }
    func apply(_ commands: [Command]) async throws -> [Outcome] { try await memory.apply(commands) }
    func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply { try await memory.beat(heartbeat) }
    func sweep(_ request: SweepRequest) async throws -> SweepReport { try await memory.sweep(request) }
    func find(_ query: JobQuery) async throws -> [JobRecord] { try await memory.find(query) }
    func history(of job: JobID, in lifecycle: String, after number: Int64) async throws -> [HistoryEntry] {
        try await memory.history(of: job, in: lifecycle, after: number)
    }
    func liveCount(_ lifecycle: String) async throws -> [StatusCount] {
        try await memory.liveCount(lifecycle)
    }
    func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        try await memory.feed(lifecycle, from: cursor, limit: limit)
    }
    func activity(
        _ lifecycle: String, since: Timestamp, every: Duration
    ) async throws -> [ActivityBucket] {
        try await memory.activity(lifecycle, since: since, every: every)
    }
    func count(_ lifecycle: String) async throws -> [StatusCount] { try await memory.count(lifecycle) }
    func workers() async throws -> [WorkerRecord] { try await memory.workers() }
    func pause(_ lifecycle: String, status: String?, by actor: Actor, reason: String?) async throws -> Pause {
        try await memory.pause(lifecycle, status: status, by: actor, reason: reason)
    }
    func resume(_ lifecycle: String, status: String?) async throws -> Pause? {
        try await memory.resume(lifecycle, status: status)
    }
    func pauses() async throws -> Pauses { try await memory.pauses() }
    func wakes() -> AsyncStream<Void> { memory.wakes() }
    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result { try await memory.transaction(body) }
}

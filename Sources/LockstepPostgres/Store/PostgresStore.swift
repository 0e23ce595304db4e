import Lockstep
import LockstepSQL
import Synchronization

/// A store in a PostgreSQL database: for workers and servers on any number of machines.
///
/// Every time is the database's, every decision is written under the guard of the version it was made on, and a
/// notification is a hint only: what nobody was told is found by looking. It works behind a pooler in
/// transaction mode, for it leaves nothing on a session.
public final class PostgresStore: SQLStore {
    /// The database's clock, or a test's.
    public let time: any TimeSource
    /// How it was told to connect, with whatever secrets that holds.
    public let options: PostgresOptions
    let pool: ConnectionPool
    let catalog: PostgresCatalog
    let held = HeldRecords()
    let depth = ClaimDepth()
    let heldPace = HeldPace()
    let hub = WakeHub()
    let draw: @Sendable () -> Double
    let lastClaimFound = Hint()
    let notifier: Notifier
    let common: CommonStatements
    private let clock: DatabaseTime?
    private let listener: Listener?
    private let starts: Batcher<NewJob, StartOutcome>
    private let commands: Batcher<Command, Outcome>
    private let finds: Batcher<JobQuery, JobRecord?>

    /// Connects, and brings the store's tables to the layout of this version.
    /// - Parameters:
    ///   - options: how to connect.
    ///   - time: `nil` for the database's clock; a test brings its own.
    ///   - draw: gives numbers in 0..<1 for the jitter of retries.
    /// - Throws: ``SQLError`` when no connection can be had or the tables cannot be made; `SchemaRefusal` when
    ///   their layout is not one that this version can work with.
    public convenience init(
        _ options: PostgresOptions, time: (any TimeSource)? = nil,
        draw: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) async throws {
        try await self.init(options, time: time, draw: draw, known: PostgresMigrations.all)
    }

    /// Connects with a list of migrations.
    init(
        _ options: PostgresOptions, time: (any TimeSource)? = nil,
        draw: @escaping @Sendable () -> Double = { .random(in: 0..<1) }, known: [SchemaMigration]
    ) async throws {
        self.draw = draw
        self.options = options
        let pool = ConnectionPool(options) { try $0.settle() }
        self.pool = pool
        catalog = PostgresCatalog(schema: options.schema, known: known)
        let clock = time == nil ? DatabaseTime() : nil
        self.clock = clock
        self.time = time ?? clock ?? SystemTime()
        common = CommonStatements(schema: options.schema)
        let channel = options.schema
        notifier = Notifier(pool: pool, channel: channel)
        let hub = hub
        let lastClaimFound = lastClaimFound
        listener =
            options.listens
            ? try Listener(options, channel: channel) {
                // There probably is something: the next claim need not look first.
                lastClaimFound.set(true)
                hub.wake()
            } : nil
        let (startBox, commandBox, findBox) = (StoreBox(), StoreBox(), StoreBox())
        starts = Batcher(most: 2, largest: 1000, bytes: \.roughBytes) {
            try await startBox.store().startTogether($0, importing: false)
        }
        commands = Batcher(most: 2, largest: 1000, bytes: \.roughBytes) {
            try await commandBox.store().applyTogether($0)
        }
        finds = Batcher(most: 2, largest: 1000) { try await findBox.store().findTogether($0) }
        startBox.put(self)
        commandBox.put(self)
        findBox.put(self)
        let keeper = PostgresSchemaKeeper(options, pool, known: known)
        if options.migrates { try await keeper.migrate(to: nil) }
        try await keeper.check()
        try await writing { [catalog] connection in try catalog.refresh(connection) }
        listener?.start()
    }

    deinit { listener?.beginStopping() }

    /// Ends all connections, once what is under way has ended. Calls that come later fail.
    public func close() async {
        await listener?.stop()
        await pool.close()
    }

    /// Asks the database for the time now and then, so that the clock follows it.
    func keepTime(_ connection: PGConnection) throws {
        guard let clock, clock.isDue else { return }
        let sent = ContinuousClock.now
        let rows = try connection.run(Self.asking)
        if rows.count == 1 { clock.sample(rows.integer(0, 0), sentAt: sent, receivedAt: .now) }
    }

    private static let asking = PGStatement(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")

    /// See ``LockstepSQL/SQLStore/dialect``.
    public var dialect: SQLDialect { .postgres(schema: options.schema) }

    // MARK: The store's verbs

    /// See ``Lockstep/Store/install(_:)``.
    @discardableResult
    public func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        let audited = try definitions.map { try $0.audited() }
        let now = time.now()
        let changes = try await writing { [catalog, options] connection in
            let installer = PostgresInstaller(
                connection, schema: catalog.schema,
                PostgresMigrator(connection, options, known: catalog.known))
            let usual = connection.statementTimeout
            defer { connection.statementTimeout = usual }
            try connection.execute("BEGIN")
            let changes = try installer.install(audited, now: now)
            try connection.commit()
            try catalog.refresh(connection)
            return changes
        }
        announce()
        return changes
    }

    /// See ``Lockstep/Store/definitions()``.
    public func definitions() async throws -> [Definition] {
        try await reading { [catalog] connection in
            try catalog.refresh(connection)
            return catalog.definitions
        }
    }

    /// See ``Lockstep/Store/start(_:)``.
    public func start(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        guard !jobs.isEmpty else { return [] }
        return try await starts.perform(jobs)
    }

    /// See ``LockstepSQL/SQLStore/importing(_:)``.
    public func importing(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        guard !jobs.isEmpty else { return [] }
        return try await startTogether(jobs, importing: true)
    }

    /// See ``Lockstep/Store/apply(_:)``.
    public func apply(_ commands: [Command]) async throws -> [Outcome] {
        guard !commands.isEmpty else { return [] }
        return try await self.commands.perform(commands)
    }

    /// See ``Lockstep/Store/find(_:)``.
    public func find(_ query: JobQuery) async throws -> [JobRecord] {
        if Self.isForOne(query) { return try await finds.perform([query]).compactMap(\.self) }
        let now = time.now()
        return try await reading { [catalog] connection in
            let entry = try catalog.entry(query.lifecycle, connection)
            let (search, lifecycle) = (PostgresQuery.search(query, entry, now: now), entry.definition.name)
            func run(_ sql: SQLQuery) throws -> [JobRecord] {
                try connection.run([PostgresQuery.step(sql)])[0].records(of: lifecycle).map(\.record)
            }
            if let quick = search.quick {
                let found = try run(quick)
                if found.count >= query.limit { return found }
            }
            return try run(search.full)
        }
    }

    /// See ``Lockstep/Store/history(of:in:after:limit:)``.
    public func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        try await reading { [catalog] connection in
            let entry = try catalog.entry(lifecycle, connection)
            var parameters = PGParameters(reserving: 3)
            parameters.add(job.text)
            parameters.add(number)
            parameters.add(Int64(max(0, limit)))
            let rows = try connection.run(entry.statements.history, parameters)
            return (0..<rows.count).compactMap { HistoryEntry(rows, $0, job: job) }
        }
    }

    /// See ``Lockstep/Store/count(_:)``.
    public func count(_ lifecycle: String) async throws -> [StatusCount] {
        try await reading { [catalog] connection in
            let entry = try catalog.entry(lifecycle, connection)
            let rows = try connection.run(entry.statements.count)
            return entry.definition.statusCounts(
                (0..<rows.count).map { row in
                    StatusCount(
                        status: rows.text(row, 0), jobs: Int(rows.integer(row, 1)),
                        parked: Int(rows.integer(row, 2)))
                })
        }
    }

    /// See ``Lockstep/Store/wakes()``.
    public func wakes() -> AsyncStream<Void> { hub.wakes() }

    /// See ``Lockstep/Store/transaction(_:)``.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await write { try body($0) }
    }

    // MARK: The SQL face

    /// See ``LockstepSQL/SQLStore/read(_:)``.
    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLReading) throws -> Result
    ) async throws -> Result {
        try await reading { connection in
            connection.isForReading = true
            defer { connection.isForReading = false }
            try connection.execute(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \(PGConnection.ordinaryPlans)")
            let result = try body(PostgresReading(connection: connection))
            try connection.commit()
            return result
        }
    }

    /// See ``LockstepSQL/SQLStore/write(_:)``. `body` may run again, undone the first time: after a deadlock.
    @discardableResult
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        try await onRoad { road in
            try road.connection.execute("BEGIN; \(PGConnection.ordinaryPlans)")
            return try body(PostgresTransaction(road: road))
        }
    }

    /// Reads; what broke off is only a connection's matter, for nothing was written.
    func reading<Result: Sendable>(
        _ body: @escaping @Sendable (PGConnection) throws -> Result
    ) async throws -> Result {
        do {
            return try await writing(body)
        } catch let error as SQLError where error.kind == .unknown {
            throw SQLError(kind: .connection, message: error.message)
        }
    }
}

/// Something that is probably so.
final class Hint: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set(_ value: Bool) { flag.store(value, ordering: .relaxed) }
}

/// Where a batcher finds its store, without keeping it.
private final class StoreBox: Sendable {
    private struct Held: Sendable { weak var store: PostgresStore? }
    private let held = Mutex(Held())

    func put(_ store: PostgresStore) { held.withLock { $0.store = store } }

    func store() throws -> PostgresStore {
        guard let store = held.withLock({ $0.store }) else {
            throw SQLError(kind: .connection, message: "the store was closed")
        }
        return store
    }
}

import GRDB
import Lockstep
import LockstepSQL
import Synchronization

/// A store in one SQLite file: the embedded default.
///
/// Any number of processes on one machine may use the file at the same time: a server, workers, a command
/// line. Each writes over one connection, in groups that share a commit; what is acknowledged is on disk
/// (`synchronous=FULL`). Readers never wait for writers (WAL).
///
/// Beside the database `x.sqlite` stand SQLite's own `x.sqlite-wal` and `x.sqlite-shm`, and
/// `x.sqlite-lockstep`, by which processes take turns and wake each other. The file must be on a local disk:
/// network file systems do not keep SQLite's locks.
public final class SQLiteStore: SQLStore {
    /// The store's time.
    public let time: any TimeSource
    /// See ``LockstepSQL/SQLStore/dialect``.
    public var dialect: SQLDialect { .sqlite }
    /// Where the database is.
    public let path: String
    let pool: DatabasePool
    let writer: GroupWriter
    let catalog: Catalog
    let records = ClaimedRecords()
    let draw: @Sendable () -> Double
    let hub = WakeHub()
    let lastClaimFound = Atomic(false)
    private let watch: WakeWatch

    /// Opens the database, or makes it, and brings its tables to the layout of this version.
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - time: the machine's clock, or a test's.
    ///   - busyLimit: how long a write waits for other processes before it fails as temporary.
    ///   - migrates: whether an older layout is changed; otherwise it is refused, and `lockstep migrate` does it.
    ///   - draw: gives numbers in 0..<1 for the jitter of retries.
    /// - Throws: ``SQLError`` when the file cannot be opened or is no database; `SchemaRefusal` when its layout
    ///   is not one that this version can work with.
    public convenience init(
        path: String, time: any TimeSource = SystemTime(), busyLimit: Duration = .seconds(10),
        migrates: Bool = true, draw: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) async throws {
        try await self.init(
            path: path, time: time, busyLimit: busyLimit, migrates: migrates, known: SQLiteMigrations.all,
            draw: draw)
    }

    /// Opens the database with a list of migrations.
    convenience init(
        path: String, time: any TimeSource = SystemTime(), busyLimit: Duration = .seconds(10),
        migrates: Bool = true, known: [SchemaMigration],
        draw: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) async throws {
        try await self.init(unprepared: path, time: time, busyLimit: busyLimit, known: known, draw: draw)
        if migrates { _ = try await migrate(to: nil) }
        try await writer.perform(savepoint: true) { [self] db in
            try migrator(db).ledger().check()
            try catalog.refresh(db)
        }
    }

    /// Opens the database and looks at none of its tables.
    init(
        unprepared path: String, time: any TimeSource, busyLimit: Duration, known: [SchemaMigration],
        draw: @escaping @Sendable () -> Double
    ) async throws {
        self.time = time
        self.path = path
        self.draw = draw
        let gate = try WriteGate(databasePath: path)
        pool = try await Self.open(path, gate, busyLimit)
        let hub = hub
        let (catalog, records) = (Catalog(known: known, place: path), records)
        self.catalog = catalog
        writer = GroupWriter(
            pool: pool, gate: gate, busyLimit: busyLimit,
            onBegin: {
                try catalog.refreshIfPrepared($0)
                try records.begin($0)
            }, onCommit: { hub.wake() }, onUndo: { records.forgetAll() })
        watch = WakeWatch(gate: gate, hub: hub)
    }

    /// Opens the pool on a thread that may block. It holds the gate, because the first opening of a file
    /// switches it to WAL, which is a write.
    private static func open(_ path: String, _ gate: WriteGate, _ limit: Duration) async throws
        -> DatabasePool
    {
        var configuration = Configuration()
        configuration.label = "lockstep"
        let (seconds, attoseconds) = limit.components
        configuration.busyMode = .timeout(Double(seconds) + Double(attoseconds) / 1e18)
        configuration.prepareDatabase { db in
            guard !db.configuration.readonly else { return }
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        let settled = configuration
        return try await Offload.run { _ in
            do {
                try gate.enter(limit: limit)
                defer { gate.leave() }
                return try DatabasePool(path: path, configuration: settled)
            } catch {
                throw SQLError.from(error)
            }
        }
    }

    func road(_ db: Database) -> RoadWriter {
        RoadWriter(db: db, catalog: catalog, records: records, now: time.now(), draw: draw)
    }

    // MARK: The store's verbs

    /// See ``Lockstep/Store/install(_:)``.
    @discardableResult
    public func install(_ definitions: [Definition]) async throws -> [DefinitionChange] {
        let audited = try definitions.map { try $0.audited() }
        return try await writer.perform(savepoint: true) { [self] db in
            defer { records.forgetAll() }
            let changes = try audited.map {
                try Installer(db: db, migrator: migrator(db)).install($0, now: time.now())
            }
            try catalog.refresh(db)
            return changes
        }
    }

    /// See ``Lockstep/Store/definitions()``.
    public func definitions() async throws -> [Definition] {
        try await reading { db in try Catalog.read(db).compactMap(\.definition) }
    }

    /// See ``Lockstep/Store/start(_:)``.
    public func start(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        try await writer.perform(savepoint: false) { [self] db in
            let road = road(db)
            return try jobs.map { try road.start($0) }
        }
    }

    /// See ``LockstepSQL/SQLStore/importing(_:)``.
    public func importing(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        try await writer.perform(savepoint: true) { [self] db in
            let road = road(db)
            return try jobs.map { try road.start($0, importing: true) }
        }
    }

    /// See ``Lockstep/Store/apply(_:)``.
    public func apply(_ commands: [Command]) async throws -> [Outcome] {
        try await writer.perform(savepoint: false) { [self] db in
            let road = road(db)
            return try commands.map { try road.apply($0) }
        }
    }

    /// See ``Lockstep/Store/find(_:)``.
    public func find(_ query: JobQuery) async throws -> [JobRecord] {
        let now = time.now()
        return try await reading { [catalog] db in
            let entry = try catalog.entry(query.lifecycle, db)
            let search = JobSearch(query, definition: entry.definition, now: now, namesIndexes: true)
            func run(_ sql: SQLQuery) throws -> [JobRecord] {
                let statement = try HotStatement(sql.text, db).begin()
                for parameter in sql.parameters { statement.bind(parameter) }
                return try statement.all { JobRecord(row: $0, lifecycle: query.lifecycle) }
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
        try await reading { [catalog] db in
            let entry = try catalog.entry(lifecycle, db)
            let statement = try HotStatement(entry.statements.history, db).begin().bind(job.text).bind(number)
                .bind(Int64(max(0, limit)))
            return try statement.all { HistoryEntry(row: $0, job: job) }.compactMap(\.self)
        }
    }

    /// See ``Lockstep/Store/count(_:)``.
    public func count(_ lifecycle: String) async throws -> [StatusCount] {
        try await reading { [catalog] db in
            let entry = try catalog.entry(lifecycle, db)
            let rows = try Row.fetchAll(db, sql: entry.statements.count)
            return entry.definition.statusCounts(
                rows.map { StatusCount(status: $0[0], jobs: $0[1], parked: $0[2]) })
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
        try await reading { db in try body(SQLiteReading(db: db)) }
    }

    /// See ``LockstepSQL/SQLStore/write(_:)``.
    @discardableResult
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        try await writer.perform(savepoint: true) { [self] db in
            try body(SQLiteTransaction(road: road(db)))
        }
    }

    func reading<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.read { db in try body(db) }
        } catch {
            throw SQLError.from(error)
        }
    }
}

import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite

/// A running database that is looked at and not changed: PostgreSQL 12 and newer, or an SQLite file.
///
/// Everything is read in a transaction that cannot write, and no statement takes longer than a limit.
public final class LiveDatabase: Sendable {
    enum Driver: Sendable {
        case postgres(PlainDatabase)
        case sqlite(PlainFile)
    }
    /// Where a connection that writes would go.
    enum Source: Sendable {
        case postgres(String)
        case file(String)
    }
    let driver: Driver
    let source: Source
    /// Where it is, for people: without a password.
    public let place: String
    /// How long one statement may take, waiting for locks included.
    public let limit: Duration
    /// The schemas in which names without one are looked up: none, but for the tests of older catalogues.
    private let searchPath: String

    /// Opens a database.
    /// - Parameter limit: how long one statement may take.
    /// - Throws: ``SQLError`` when an SQLite file is missing or is no database; a PostgreSQL server is asked first when
    ///   something is read.
    public static func open(
        _ address: DatabaseAddress, limit: Duration = .seconds(5)
    ) async throws -> LiveDatabase {
        switch address {
        case .file(let path):
            return LiveDatabase(
                .sqlite(try await PlainFile(path: path)), .file(path), "\(address)", limit)
        case .postgres(let url): return LiveDatabase(postgres: url, place: "\(address)", limit: limit)
        }
    }

    /// Opens a PostgreSQL database by any connection string of libpq's.
    /// - Parameter place: what it is called in front of people.
    public convenience init(postgres connection: String, place: String, limit: Duration = .seconds(5)) {
        self.init(postgres: connection, place: place, limit: limit, searchPath: "")
    }

    /// - Parameter searchPath: the schemas in which names without one are looked up.
    package convenience init(postgres connection: String, place: String, limit: Duration, searchPath: String)
    {
        var options = PostgresOptions(connection: connection)
        // Searching may read two tables at once; more would be unkind to a database in use.
        options.connections = 2
        // The server ends statements itself, by the limit of each reading; this is for one that no longer answers.
        options.statementTimeout = .seconds(3600)
        self.init(
            .postgres(PlainDatabase(options)), .postgres(connection), place, limit, searchPath: searchPath)
    }

    private init(
        _ driver: Driver, _ source: Source, _ place: String, _ limit: Duration, searchPath: String = ""
    ) {
        self.searchPath = searchPath
        self.driver = driver
        self.source = source
        self.place = place
        self.limit = limit
    }

    /// Closes the database.
    public func close() async throws {
        switch driver {
        case .postgres(let database): await database.close()
        case .sqlite(let file): try await file.close()
        }
    }

    /// Reads in one snapshot.
    func read<Result: Sendable>(
        limit: Duration? = nil, _ body: @escaping @Sendable (Probe) throws -> Result
    ) async throws -> Result {
        switch driver {
        case .postgres(let database):
            let searchPath = searchPath
            return try await database.read(limit: limit ?? self.limit) {
                let probe = Probe(reading: $0, isPostgres: true, searchPath: searchPath)
                if !searchPath.isEmpty { try probe.look(in: searchPath) }
                return try body(probe)
            }
        case .sqlite(let file):
            return try await file.read(limit: limit ?? self.limit) {
                try body(Probe(reading: $0, isPostgres: false))
            }
        }
    }

    /// The table with the schema it is in: what was left out is found as the database itself would find it.
    /// - Throws: a ``Failure`` when there is no such table.
    func found(_ table: GuardedColumn.Table) async throws -> GuardedColumn.Table {
        let schema: String?
        switch driver {
        case .sqlite: schema = table.schema
        case .postgres(let database):
            schema = try await database.session { session in
                try session.query(
                    """
                    SELECT n.nspname::text FROM pg_catalog.pg_class c
                        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relname = ?1 AND c.relkind IN ('r', 'p', 'f')
                        AND CASE WHEN ?2::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid)
                            ELSE n.nspname = ?2 END
                    """, table.name, table.schema
                ).first?[0].text
            }
            guard schema != nil else { throw Self.missing(table, place) }
        }
        return GuardedColumn.Table(table.name, in: schema)
    }

    static func missing(_ table: GuardedColumn.Table, _ place: String) -> Failure {
        .adminRequired(
            "there is no table '\(table)' in \(place); name one that is there, with its schema",
            code: "no_table")
    }
}

/// A database while it is read.
struct Probe {
    let reading: any SQLReading
    let isPostgres: Bool
    /// The schemas in which names without one are looked up.
    var searchPath = ""

    /// Has names without a schema looked up elsewhere.
    func look(in path: String) throws { _ = try query("SELECT set_config('search_path', ?1, true)", path) }

    func query(_ sql: String, _ parameters: any SQLConvertible...) throws -> [SQLRow] {
        try reading.query(sql, parameters)
    }

    func query(_ sql: String, parameters: [any SQLConvertible]) throws -> [SQLRow] {
        try reading.query(sql, parameters)
    }

    /// Tries a question that the database may refuse, so that others can be asked afterwards.
    /// - Returns: the refusal as a failure; what concerns the connection is thrown.
    func attempt<Answer>(_ body: () throws -> Answer) throws -> Result<Answer, SQLError> {
        if isPostgres { _ = try query("SAVEPOINT lockstep_probe") }
        do {
            let answer = try body()
            if isPostgres { _ = try query("RELEASE SAVEPOINT lockstep_probe") }
            return .success(answer)
        } catch let error as SQLError {
            switch error.kind {
            case .connection, .unknown, .storage: throw error
            default: break
            }
            if isPostgres {
                _ = try query("ROLLBACK TO SAVEPOINT lockstep_probe")
                // One attempt may be a part of another: what is released next must be the other's.
                _ = try query("RELEASE SAVEPOINT lockstep_probe")
            }
            return .failure(error)
        }
    }

    /// An array of texts as PostgreSQL reads it ("Array Input and Output Syntax" in its manual).
    static func array(_ values: [String]) -> String {
        let items = values.map {
            "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "{" + items.joined(separator: ",") + "}"
    }
}

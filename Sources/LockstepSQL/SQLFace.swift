import Lockstep

/// The small SQL face that every SQL store offers to applications, so that their rows and their moves commit
/// together and each application is written once for all of them.
///
/// Parameters are positional: `?1`, `?2`, …
public protocol SQLReading {
    /// The rows of a query.
    /// - Throws: ``SQLError``.
    func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow]
}

/// A transaction of an SQL store.
public protocol SQLTransaction: SQLReading, StoreTransaction {
    /// Carries out a statement.
    /// - Returns: the number of rows it changed.
    /// - Throws: ``SQLError``.
    @discardableResult
    func execute(_ sql: String, _ parameters: [any SQLConvertible]) throws -> Int
}

/// A store with a database that applications may use for tables of their own.
public protocol SQLStore: Store {
    /// Whose words the database understands.
    var dialect: SQLDialect { get }

    /// Reads in one snapshot.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLReading) throws -> Result
    ) async throws -> Result

    /// Writes in one transaction; throwing undoes everything.
    @discardableResult
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result

    /// Takes rows of a table that was there before Lockstep over as jobs, in the statuses they are in, in one
    /// transaction. One whose id is there already is left alone and says `reused`.
    ///
    /// It is a verb of its own because it is the one way past the rule that jobs start in an initial status.
    func importing(_ jobs: [NewJob]) async throws -> [StartOutcome]
}

extension SQLReading {
    /// The rows of a query.
    public func query(_ sql: String, _ parameters: any SQLConvertible...) throws -> [SQLRow] {
        try query(sql, parameters)
    }
}

extension Collection where Element: SQLConvertible {
    /// The places of these parameters in a list that holds nothing else: `?1, ?2, ?3`.
    public var sqlPlaces: String { (1..<(count + 1)).map { "?\($0)" }.joined(separator: ", ") }
}

extension SQLTransaction {
    /// Carries out a statement.
    @discardableResult
    public func execute(_ sql: String, _ parameters: any SQLConvertible...) throws -> Int {
        try execute(sql, parameters)
    }
}

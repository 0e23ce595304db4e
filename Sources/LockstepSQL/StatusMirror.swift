/// A table of an application that shows its callers where jobs are, without their asking Lockstep.
///
/// The row of a job follows it in the transaction of every write, whoever makes it: a worker, a route, the sweep, an
/// operator's SQL. A trigger of the database sees to that, so that no code can forget it, and a value that the table's
/// own type refuses refuses the move: the job is then parked, and nothing is tried again and again.
public struct StatusMirror: Sendable {
    /// A column that follows.
    public struct Column: Sendable {
        /// Its name.
        public let name: String
        /// What it shows: an expression of `new`, the row of the job, that both databases read.
        public let expression: String
        /// The type of PostgreSQL that the value is cast to, such as an ENUM.
        public let type: String?

        /// Makes a column.
        public init(_ name: String, shows expression: String, as type: String? = nil) {
            self.name = name
            self.expression = expression
            self.type = type
        }
    }

    private let jobs: String
    private let table: String
    private let key: String
    private let columns: [Column]
    private var name: String { "mirror_\(table)" }

    /// Describes a mirror. All names are plain: letters, digits and `_`.
    /// - Parameters:
    ///   - lifecycle: whose jobs it follows.
    ///   - table: the application's table, in the same database.
    ///   - key: its column with the ids of the jobs. A job without a row is let be.
    public init(of lifecycle: String, in table: String, key: String = "id", columns: [Column]) {
        jobs = TableNames(lifecycle).jobs
        self.table = table
        self.key = key
        self.columns = columns
    }

    /// Makes the trigger, or brings it to what is described here; both tables, and the types, must be there.
    /// - Throws: ``SQLError``.
    public func install(in transaction: any SQLTransaction, _ dialect: SQLDialect) throws {
        switch dialect {
        case .sqlite: try installInSQLite(transaction)
        case .postgres(let schema): try installInPostgres(transaction, schema)
        }
    }

    /// What of a job the columns may show, and whether any of it has changed: most heartbeats change nothing.
    private static let shown = ["status", "progress", "progress_detail", "hold"]
    private static let hasChanged = """
        old.status <> new.status OR old.progress <> new.progress
            OR coalesce(old.progress_detail, '') <> coalesce(new.progress_detail, '')
            OR coalesce(old.hold, '') <> coalesce(new.hold, '')
        """
    private var event: String { "AFTER UPDATE OF \(Self.shown.joined(separator: ", ")) ON" }

    private func installInSQLite(_ transaction: any SQLTransaction) throws {
        let values = columns.map { "\($0.name) = \($0.expression)" }.joined(separator: ", ")
        let text = """
            CREATE TRIGGER \(name) \(event) \(jobs) WHEN \(Self.hasChanged)
            BEGIN
                UPDATE \(table) SET \(values) WHERE \(key) = new.id;
            END
            """
        let live = try transaction.query(
            "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?1", name)
        if live.first?[0].text == text { return }
        try transaction.execute("DROP TRIGGER IF EXISTS \(name)")
        try transaction.execute(text)
    }

    private func installInPostgres(_ transaction: any SQLTransaction, _ schema: String) throws {
        // Whoever makes a move may have another search path.
        let target = try transaction.qualified(table: table)
        let values = try columns.map { column in
            guard let type = column.type else { return "\(column.name) = \(column.expression)" }
            return "\(column.name) = (\(column.expression))::\(try transaction.qualified(type: type))"
        }
        // Replacing a function locks no table.
        try transaction.execute(
            """
            CREATE OR REPLACE FUNCTION \(schema).\(name)() RETURNS trigger LANGUAGE plpgsql AS $lockstep$
            BEGIN
                UPDATE \(target) SET \(values.joined(separator: ", ")) WHERE \(key) = new.id;
                RETURN NULL;
            END
            $lockstep$
            """)
        let live = try transaction.query(
            "SELECT 1 FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass(?1) AND tgname = ?2",
            "\(schema).\(jobs)", name)
        guard live.isEmpty else { return }
        try transaction.execute(
            """
            CREATE TRIGGER \(name) \(event) \(schema).\(jobs) FOR EACH ROW WHEN (\(Self.hasChanged))
                EXECUTE FUNCTION \(schema).\(name)()
            """)
    }
}

import Lockstep

/// A column of a table that Lockstep does not own, and the lifecycle that its values should follow.
public struct GuardedColumn: Hashable, Sendable {
    /// A table, perhaps with the schema it is in.
    public struct Table: Hashable, Sendable, CustomStringConvertible {
        /// The schema; `nil` is `public` in PostgreSQL and `main` in SQLite.
        public let schema: String?
        /// The table.
        public let name: String

        /// Names a table.
        public init(_ name: String, in schema: String? = nil) {
            self.name = name
            self.schema = schema
        }

        /// As people write it: `orders`, or `shop.orders`.
        public var description: String { schema.map { "\($0).\(name)" } ?? name }
    }

    /// Where an application keeps its moves, in columns of a table.
    public struct History: Hashable, Sendable {
        /// The table.
        public var table: Table
        /// The column of the status that was left; `NULL` in it stands for a start. Without one, a line's predecessor of
        /// the same job is what was left.
        public var from: String?
        /// The column of the status that was entered.
        public var to: String
        /// The column that says whose move it was; needed where there is no ``from``.
        public var job: String?
        /// The column that orders the lines: a time or a number.
        public var at: String?

        /// Names a history.
        public init(
            _ table: Table, from: String?, to: String, job: String? = nil, at: String? = nil
        ) {
            self.table = table
            self.from = from
            self.to = to
            self.job = job
            self.at = at
        }
    }

    /// Where an application's workers say which statuses they know, in columns of a table.
    public struct Workers: Hashable, Sendable {
        /// The table.
        public var table: Table
        /// The column of a worker's name.
        public var name: String
        /// The column of what it knows: a list as JSON, as an array, or with commas or spaces between.
        public var knows: String
        /// The column of its last sign of life; without one every row counts as alive.
        public var beat: String?
        /// How old that may be.
        public var within: TimeLimit

        /// Names a table of workers.
        public init(
            _ table: Table, name: String, knows: String, beat: String? = nil,
            within: TimeLimit = .minutes(5)
        ) {
            self.table = table
            self.name = name
            self.knows = knows
            self.beat = beat
            self.within = within
        }
    }

    /// A place in source code that writes or compares a value of the column.
    public struct Use: Hashable, Sendable {
        /// The value.
        public var value: String
        /// The file.
        public var file: String
        /// The line, counted from 1.
        public var line: Int
        /// Whether the code writes the value, so that a refusal hits it; otherwise it compares.
        public var isWrite: Bool

        /// Names a use.
        public init(_ value: String, file: String, line: Int, isWrite: Bool = true) {
            self.value = value
            self.file = file
            self.line = line
            self.isWrite = isWrite
        }
    }

    /// The table.
    public let table: Table
    /// The column.
    public let column: String
    /// What is declared.
    public let definition: Definition
    /// The column of the time at which a row entered its status; `nil` looks for one with a usual name.
    public var since: String?
    /// Where moves are kept, if they are.
    public var history: History?
    /// Where workers say what they know, if they do.
    public var workers: Workers?
    /// Where source code uses values of the column.
    public var uses: [Use] = []

    /// Names a column and what is declared for it.
    public init(_ column: String, of table: Table, follows definition: Definition) {
        self.table = table
        self.column = column
        self.definition = definition
    }

    /// For people: `orders.status`.
    public var place: String { "\(table).\(column)" }
}

import LockstepSQL

/// A status column as a database describes it: expressions in the database's own words, to be evaluated by it.
struct LiveColumn: Sendable {
    /// What kind of values the column's type has.
    enum Kind: Hashable, Sendable {
        /// PostgreSQL's ENUM, with its schema, and its labels in their order.
        case labels(type: String, [String])
        case text
        /// Anything else, which cannot hold a status as Lockstep means it.
        case other
    }

    /// A CHECK on the table or on the column's domain.
    struct Check: Hashable, Sendable {
        let name: String
        /// As the database says it; a domain's calls the value `VALUE`.
        let expression: String
        /// The columns it looks at; empty for a domain's.
        let columns: [String]
        /// The domain it belongs to, with its schema.
        var domain: String?
        /// Whether it was held against the rows that were there.
        var isValidated = true
        var isEnforced = true
        /// Where the definition lies, for SQLite: the name may have been made up by us.
        var isNamed = true
        /// What the database calls it when it refuses a value, where that is not its name.
        var said: String?
    }

    /// A partition and what its rows satisfy.
    struct Partition: Hashable, Sendable {
        let name: String
        let expression: String
        /// CHECKs of the partition alone.
        var checks: [Check] = []
    }

    struct Trigger: Hashable, Sendable {
        enum Timing: String, Hashable, Sendable { case before, after, instead }
        enum Event: String, Hashable, Sendable { case insert, update, delete, truncate }
        let name: String
        let timing: Timing
        let events: Set<Event>
        /// The columns of `UPDATE OF`; empty for every update.
        let columns: [String]
        var isEnabled = true
        /// Whether it is called for each row.
        var isForRows = true
        /// The condition, word for word.
        let condition: String?
        /// What it does: PostgreSQL's function, or SQLite's statements.
        let body: String
        /// Its function's name, with the schema; SQLite has none.
        var function: String?
        var language: String?
    }

    /// Anything else that may hold a copy of the names.
    struct Copy: Hashable, Sendable {
        /// What it is: `index`, `view`, `function` and so on.
        let kind: String
        let name: String
        let text: String
        /// Whether the database says that it uses this very column; otherwise its text only names it.
        let isCertain: Bool
    }

    /// A column of the same table.
    struct Sibling: Hashable, Sendable {
        let name: String
        let type: String
    }

    let table: GuardedColumn.Table
    let name: String
    /// The type as the database writes it.
    let type: String
    /// The type without a length, for casts.
    let plainType: String
    let kind: Kind
    /// The domain that the column is of, with its schema.
    var domain: String?
    let isNullable: Bool
    /// The expression of the default.
    var defaultExpression: String?
    var checks: [Check] = []
    /// `nil` when no partitions decide by this column alone.
    var partitions: [Partition]?
    /// Whether partitions decide by it together with other columns.
    var isPartitionedWithOthers = false
    var triggers: [Trigger] = []
    var copies: [Copy] = []
    /// Every column of the table with its type.
    var siblings: [Sibling] = []
    /// How many rows there may be, as far as the database has counted.
    var estimatedRows: Int64?
    /// SQLite: the collation that comparisons with the column use.
    var collation: String?
    /// SQLite: the statement that made the table.
    var statement: String?

    /// The table as statements name it.
    var quotedTable: String {
        (table.schema.map { SQLText.name($0) + "." } ?? "") + SQLText.name(table.name)
    }
    var quotedName: String { SQLText.name(name) }

    /// Those that look at this column and no other.
    var ownChecks: [Check] { checks.filter { $0.isEnforced && Set($0.columns).subtracting([name]).isEmpty } }
    /// Those that look at other columns too.
    var conditionalChecks: [Check] {
        checks.filter { $0.isEnforced && !Set($0.columns).subtracting([name]).isEmpty }
    }
}

import Lockstep

/// One numbered change of the layout of a store's tables: its own and those of every lifecycle.
///
/// The numbers of a store are 1, 2, 3, … without holes; the highest that a process knows is the layout that it knows.
public struct SchemaMigration: Sendable {
    /// Its place in the row.
    public let number: Int
    /// What it is for, in a word or two joined by `-`.
    public let name: String
    /// The lowest layout that a process must know to work while this migration is applied: its own number when
    /// nobody older can, a lower one when it only adds.
    public let breaksBefore: Int
    /// The statements that make the change.
    public let up: @Sendable (SchemaScope) -> [MigrationStatement]
    /// The statements that undo it; `nil` when there is no way back.
    public let down: (@Sendable (SchemaScope) -> [MigrationStatement])?

    /// Makes a migration.
    public init(
        _ number: Int, _ name: String, breaksBefore: Int,
        up: @escaping @Sendable (SchemaScope) -> [MigrationStatement],
        down: (@Sendable (SchemaScope) -> [MigrationStatement])?
    ) {
        precondition((1...number).contains(breaksBefore), "migration \(number) breaks before \(breaksBefore)")
        self.number = number
        self.name = name
        self.breaksBefore = breaksBefore
        self.up = up
        self.down = down
    }
}

/// What a migration's statements are made for.
public struct SchemaScope: Sendable {
    /// The schema of the tables; empty where the database has none.
    public let schema: String
    /// Every installed lifecycle.
    public let definitions: [Definition]

    /// Makes a scope.
    public init(schema: String = "", definitions: [Definition]) {
        self.schema = schema
        self.definitions = definitions
    }
}

/// One statement of a migration.
public enum MigrationStatement: Sendable, Hashable {
    /// A statement in the transaction of the migration.
    case run(String)
    /// An index that is built while everybody goes on writing, before that transaction where the database can only do
    /// it outside of one. It can be repeated: what a killed process left half built is dropped first.
    case buildIndex(IndexBuild)

    /// The statement as SQL, for people.
    public var text: String {
        switch self {
        case .run(let text): text
        case .buildIndex(let build): build.text(concurrently: false)
        }
    }
}

/// An index to build.
public struct IndexBuild: Sendable, Hashable {
    /// Its name, without a schema.
    public let name: String
    /// The table, with its schema, and everything that follows: `shop.a_jobs (owner) WHERE owner IS NOT NULL`.
    public let place: String
    /// Whether a value may be there once only.
    public let isUnique: Bool

    /// Makes an index to build.
    public init(_ name: String, on place: String, isUnique: Bool = false) {
        self.name = name
        self.place = place
        self.isUnique = isUnique
    }

    /// The statement.
    /// - Parameter concurrently: whether as PostgreSQL builds it beside writers.
    public func text(concurrently: Bool) -> String {
        "CREATE \(isUnique ? "UNIQUE " : "")INDEX \(concurrently ? "CONCURRENTLY " : "")\(name) ON \(place)"
    }
}

/// A migration that a database says was applied.
public struct AppliedMigration: Sendable, Hashable {
    /// Its number.
    public let number: Int
    /// Its name.
    public let name: String
    /// The lowest layout that a process must know to work beside it.
    public let breaksBefore: Int
    /// When it was applied.
    public let appliedAt: Timestamp
    /// Which version applied it.
    public let appliedBy: String

    /// Makes a line of the list.
    public init(number: Int, name: String, breaksBefore: Int, appliedAt: Timestamp, appliedBy: String) {
        self.number = number
        self.name = name
        self.breaksBefore = breaksBefore
        self.appliedAt = appliedAt
        self.appliedBy = appliedBy
    }
}

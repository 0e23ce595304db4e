import Lockstep

/// Looks at and changes the layout of a database, without opening it as a store.
public protocol SchemaKeeper: Sendable {
    /// Every migration that the database has or this version knows, by number.
    /// - Throws: ``SQLError``.
    func migrations() async throws -> [MigrationState]

    /// What ``migrate(to:)`` would do now.
    /// - Throws: ``SchemaRefusal``, ``SQLError``.
    func plan(to layout: Int?) async throws -> [PlannedMigration]

    /// Goes to a layout step by step, each in a transaction of its own; a process that is killed on the way is
    /// gone on from by the next. Any number of processes may do it at once.
    /// - Parameter layout: `nil` for the layout that this version knows.
    /// - Returns: the steps that this process made.
    /// - Throws: ``SchemaRefusal``, ``SQLError``. Steps that were made before stay.
    func migrate(to layout: Int?) async throws -> [MigrationStep]
}

/// One migration, known or applied or both.
public struct MigrationState: Sendable, Hashable {
    /// Its number.
    public let number: Int
    /// Its name.
    public let name: String
    /// The lowest layout that a process must know to work beside it.
    public let breaksBefore: Int
    /// Whether this version knows it.
    public let isKnown: Bool
    /// Whether it can be undone; `false` too where this version does not know it.
    public let hasWayBack: Bool
    /// What the database says of it; `nil` while it is to come.
    public let applied: AppliedMigration?
}

extension SchemaLedger {
    /// Every migration that is known or applied, by number.
    public var states: [MigrationState] {
        let byNumber = Dictionary(applied.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        let own = known.map { migration in
            let applied = byNumber[migration.number]
            return MigrationState(
                number: migration.number, name: applied?.name ?? migration.name,
                breaksBefore: applied?.breaksBefore ?? migration.breaksBefore, isKnown: true,
                hasWayBack: migration.down != nil, applied: applied)
        }
        return own
            + applied.filter { $0.number > knownLayout }.map {
                MigrationState(
                    number: $0.number, name: $0.name, breaksBefore: $0.breaksBefore, isKnown: false,
                    hasWayBack: false, applied: $0)
            }
    }
}

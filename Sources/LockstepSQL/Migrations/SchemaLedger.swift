import Lockstep

/// What a process knows of layouts beside what a database has: every decision about migrations, without a database.
public struct SchemaLedger: Sendable {
    /// How a database's layout stands to a process that may work with it.
    public enum Standing: Sendable, Hashable {
        /// It is the one that the process knows.
        case current
        /// It is older.
        case behind
        /// It is newer, and the process may go on beside it.
        case ahead
    }

    /// The migrations that this process knows: 1, 2, 3, …
    public let known: [SchemaMigration]
    /// What the database has, by number.
    public let applied: [AppliedMigration]
    /// Where that is, for people.
    public let place: String

    /// Makes a ledger.
    public init(known: [SchemaMigration], applied: [AppliedMigration], place: String) {
        precondition(known.map(\.number) == Array(1..<known.count + 1), "migrations are numbered 1, 2, 3, …")
        self.known = known
        self.applied = applied.sorted { $0.number < $1.number }
        self.place = place
    }

    /// The layout that this process knows.
    public var knownLayout: Int { known.count }
    /// The layout that the database has; 0 for an empty one.
    public var layout: Int { applied.last?.number ?? 0 }
    /// What stands in the list for who applied a migration.
    public var version: String { "Lockstep with layout \(knownLayout)" }

    /// How the database's layout stands to this process.
    /// - Throws: ``SchemaRefusal`` when this process cannot work with it, whatever is done.
    public func standing() throws(SchemaRefusal) -> Standing {
        for (index, migration) in applied.enumerated() where migration.number != index + 1 {
            throw SchemaRefusal(
                .wentApart,
                "\(place) has migration \(migration.number) ('\(migration.name)') but not \(index + 1): its table "
                    + "lockstep_migrations was changed by hand; put the missing rows back")
        }
        for (own, theirs) in zip(known, applied) where own.name != theirs.name {
            throw SchemaRefusal(
                .wentApart,
                "migration \(own.number) of \(place) is '\(theirs.name)' and this version knows it as '\(own.name)': "
                    + "two versions went apart; use the one that made these tables")
        }
        // The strictest of those that this process does not know decides.
        let unknown = applied.dropFirst(knownLayout)
        if let strictest = unknown.max(by: { $0.breaksBefore < $1.breaksBefore }),
            strictest.breaksBefore > knownLayout
        {
            throw SchemaRefusal(
                .isAhead,
                "\(place) has layout \(layout), and its migration \(strictest.number) ('\(strictest.name)') needs "
                    + "processes that know layout \(strictest.breaksBefore); this one knows \(knownLayout): use a "
                    + "newer version")
        }
        return layout < knownLayout ? .behind : layout > knownLayout ? .ahead : .current
    }

    /// Says no unless this process can work with the layout as it is.
    /// - Throws: ``SchemaRefusal``.
    public func check() throws(SchemaRefusal) {
        guard try standing() == .behind else { return }
        let next = known[layout]
        throw SchemaRefusal(
            .isBehind,
            "\(place) has layout \(layout) and this version needs \(knownLayout) (migration \(next.number), "
                + "'\(next.name)', is not applied); run 'lockstep migrate'")
    }

    /// Says no unless this process may make or change the tables of a lifecycle: they get the layout that it knows.
    /// - Throws: ``SchemaRefusal``.
    public func checkInstalling(_ lifecycle: String) throws(SchemaRefusal) {
        try check()
        guard layout > knownLayout else { return }
        throw SchemaRefusal(
            .cannotInstall,
            "lifecycle '\(lifecycle)' is new or changed, \(place) has layout \(layout), and this process knows "
                + "\(knownLayout); let a process of the newer version install it")
    }

    /// The next step on the way to a layout; `nil` when it is reached.
    /// - Parameter target: the layout to reach; `nil` for the one that this process knows. A newer one that this
    ///   process may work beside is left alone then.
    /// - Throws: ``SchemaRefusal``.
    public func next(to target: Int?) throws(SchemaRefusal) -> MigrationStep? {
        try plan(to: target).first
    }

    /// All steps on the way to a layout.
    /// - Parameter target: as for ``next(to:)``.
    /// - Throws: ``SchemaRefusal``.
    public func plan(to target: Int?) throws(SchemaRefusal) -> [MigrationStep] {
        let standing = try standing()
        guard let target else { return standing == .behind ? try steps(to: knownLayout) : [] }
        guard (0...knownLayout).contains(target) else {
            throw SchemaRefusal(
                .noWay, "there is no layout \(target); this version knows layouts 1 to \(knownLayout)")
        }
        guard standing != .ahead else {
            throw SchemaRefusal(
                .noWay,
                "\(place) has layout \(layout), of which this version, with layout \(knownLayout), does not know "
                    + "the way back; go back with the version that made it")
        }
        return try steps(to: target)
    }

    private func steps(to target: Int) throws(SchemaRefusal) -> [MigrationStep] {
        guard target < layout else {
            return known[layout..<target].map { MigrationStep(.up, number: $0.number, name: $0.name) }
        }
        let undone = known[target..<layout].reversed()
        for migration in undone where migration.down == nil {
            throw SchemaRefusal(
                .noWay,
                "migration \(migration.number) ('\(migration.name)') of \(place) has no way back; layout "
                    + "\(migration.number) is the lowest that can be reached")
        }
        return undone.map { MigrationStep(.down, number: $0.number, name: $0.name) }
    }

    /// The statements of a step.
    public func statements(of step: MigrationStep, in scope: SchemaScope) -> [MigrationStatement] {
        let migration = known[step.number - 1]
        return switch step.direction {
        case .up: migration.up(scope)
        case .down: migration.down?(scope) ?? []
        }
    }
}

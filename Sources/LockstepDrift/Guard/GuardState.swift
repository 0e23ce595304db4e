import Lockstep
import LockstepSQL

/// What of a guard is there already, as far as a plan needs it.
struct GuardState {
    let column: GuardedColumn
    let live: LiveColumn
    let probe: Probe
    let names: GuardNames
    let refusesNull: Bool
    /// All that rows may hold: retired names too, until the last row is renamed.
    let values: [String]
    let acceptance: Acceptance
    let triggers: TriggerProbe
    /// What rows hold that will be refused; not counted once the CHECK has been held against all of them.
    let bad: [RowCounts.Line]

    init(_ column: GuardedColumn, _ table: GuardedColumn.Table, _ probe: Probe, refusesNull: Bool) throws {
        self.column = column
        self.probe = probe
        self.refusesNull = refusesNull
        live = try LiveCheck.read(table, column.column, probe)
        names = GuardNames(table: table.name, column: live.name)
        let acceptance = try Acceptance(live, column.definition.names, probe)
        self.acceptance = acceptance
        // A retired name stays readable where it can be; nothing is changed for it.
        let statuses = column.definition.statuses.filter {
            $0.kind != .retired || acceptance.accepts($0.name)
        }.map(\.name)
        values = statuses
        triggers = try TriggerProbe(live, statuses: statuses, probe)
        let wanted = GuardedValues(live, acceptance, statuses, names)
        let isSettled = wanted.isEnforced && (!refusesNull || !live.isNullable)
        bad = isSettled ? [] : try Self.bad(live, statuses, refusesNull, probe)
    }

    var definition: Definition { column.definition }
    /// As it stands in statements.
    var table: String { live.quotedTable }
    var wanted: GuardedValues { GuardedValues(live, acceptance, values, names) }

    private static func bad(
        _ live: LiveColumn, _ values: [String], _ refusesNull: Bool, _ probe: Probe
    ) throws -> [RowCounts.Line] {
        let cast = probe.isPostgres ? "::text" : ""
        let null = refusesNull ? " OR \(live.quotedName) IS NULL" : ""
        return try probe.query(
            """
            SELECT \(live.quotedName)\(cast), count(*) FROM \(live.quotedTable)
            WHERE \(live.quotedName)\(cast) NOT IN (\(GuardText.list(values)))\(null)
            GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100
            """
        ).map { RowCounts.Line(value: RowCounts.text($0[0]), count: $0[1].integer ?? 0, oldest: nil) }
    }

    var repairs: [GuardPlan.Repair] {
        let enterable = definition.statuses.filter { $0.kind != .retired }.map(\.name)
        return bad.map { line in
            let status = line.value.flatMap { Likeness.nearest(to: $0, among: enterable) }
            let condition = line.value.map { "= \(SQLText.literal($0))" } ?? "IS NULL"
            return GuardPlan.Repair(
                value: line.value, count: line.count, suggestion: status,
                statement: "UPDATE \(live.quotedTable) SET \(live.quotedName) = "
                    + "\(status.map(SQLText.literal) ?? "'…'") WHERE \(live.quotedName) \(condition);")
        }
    }

    /// The initial status that a wrong default should be; `nil` where the default is right, or nobody can say.
    func rightDefault() throws -> String? {
        guard let expression = live.defaultExpression, definition.initial.count == 1 else { return nil }
        let cast = probe.isPostgres ? "::text" : ""
        guard
            case .success(let rows) = try probe.attempt({ try probe.query("SELECT (\(expression))\(cast)") }),
            let value = rows.first.flatMap({ RowCounts.text($0[0]) }), !definition.initial.contains(value)
        else { return nil }
        return definition.initial[0]
    }

    // MARK: Triggers

    /// The moves between declared statuses that must be refused, of those that can come about.
    private var refusedMoves: Set<TriggerProbe.Pair> {
        var pairs: Set<TriggerProbe.Pair> = []
        for from in values {
            let allowed = definition.allowed(from: from)
            for to in values where to != from && !allowed.contains(to) {
                pairs.insert(TriggerProbe.Pair(from: from, to: to))
            }
        }
        return pairs
    }

    /// Whether the trigger on updates is there, fires, and refuses just what it should.
    var hasMoves: Bool {
        triggers.guards.contains {
            $0.trigger.name == names.moves && $0.trigger.isEnabled && $0.trigger.timing == .after
                && $0.trigger.columns.isEmpty && $0.refusedMoves == refusedMoves
        } || refusedMoves.isEmpty
    }

    /// Whether the trigger on inserts is there, fires, and refuses just what it should.
    var hasStarts: Bool {
        let wrong = Set(values.filter { !definition.initial.contains($0) })
        return wrong.isEmpty
            || triggers.guards.contains {
                $0.trigger.name == names.starts && $0.trigger.isEnabled && $0.refusedStarts == wrong
            }
    }

    /// What takes the triggers away, of those that are there.
    /// - Parameter statement: drops one by its name.
    func triggerRemoval(lock: String, _ statement: (String) -> String) -> [GuardPlan.Step] {
        [(GuardPlan.Step.Kind.moves, names.moves), (.starts, names.starts)].filter { has(trigger: $0.1) }
            .map { kind, name in
                GuardPlan.Step(
                    kind: kind, title: "The trigger '\(name)' goes.", statements: [statement(name)],
                    isTransactional: true, lock: lock, reverse: [])
            }
    }

    func has(trigger name: String) -> Bool { live.triggers.contains { $0.name == name } }

    /// The moves that are allowed, as a CASE that is true for them; true as well for whatever is not declared, so that
    /// rows can be repaired.
    func allowedMoves(_ old: String, _ new: String, isTrue: String, isFalse: String) -> String {
        let cases = values.map { from -> String in
            let targets = definition.allowed(from: from)
            let inner = targets.map { "WHEN \(SQLText.literal($0)) THEN \(isTrue)" }.joined(separator: " ")
            let body = targets.isEmpty ? isFalse : "CASE \(new) \(inner) ELSE \(isFalse) END"
            return "WHEN \(SQLText.literal(from)) THEN \(body)"
        }
        return "CASE \(old) \(cases.joined(separator: "\n        ")) ELSE \(isTrue) END"
    }

    func plan(lockTimeout: Duration) throws -> GuardPlan {
        let (steps, notes) = try probe.isPostgres ? postgresSteps() : sqliteSteps()
        return GuardPlan(
            place: "\(live.table).\(live.name)", steps: steps, repairs: repairs, notes: notes,
            lockTimeout: lockTimeout, isPostgres: probe.isPostgres)
    }

    func removal(lockTimeout: Duration) throws -> GuardPlan {
        let (steps, notes) = try probe.isPostgres ? postgresRemoval() : sqliteRemoval()
        return GuardPlan(
            place: "\(live.table).\(live.name)", steps: steps, repairs: [], notes: notes,
            lockTimeout: lockTimeout, isPostgres: probe.isPostgres)
    }
}

/// The rule that keeps a column to the declared values: ours, or one that was there and says just the same.
struct GuardedValues {
    /// CHECKs of the table that list other values than the declared ones: they give way.
    let outdated: [LiveColumn.Check]
    /// The one that lists just the declared values.
    let current: LiveColumn.Check?
    /// Whether an ENUM has just the declared labels, so that no CHECK is needed.
    let isByLabels: Bool

    init(_ live: LiveColumn, _ acceptance: Acceptance, _ values: [String], _ names: GuardNames) {
        let wanted = Set(values)
        if case .labels(_, let labels) = live.kind {
            isByLabels = Set(labels) == wanted
        } else {
            isByLabels = false
        }
        var current: LiveColumn.Check?
        var outdated: [LiveColumn.Check] = []
        for check in live.checks where check.domain == nil && check.columns == [live.name] {
            let rule = acceptance.listing.first { $0.kind == .check && $0.name == check.name }
            guard let rule, check.isEnforced else {
                // Ours by name, and not what it should be.
                if check.name == names.values { outdated.append(check) }
                continue
            }
            let accepted = acceptance.accepted(by: rule)
            if accepted == wanted, current == nil || check.name == names.values {
                current = check
            } else if accepted != wanted {
                outdated.append(check)
            }
        }
        self.current = current
        self.outdated = outdated
    }

    /// Whether every write and every row keeps to it.
    var isEnforced: Bool { outdated.isEmpty && (isByLabels || current?.isValidated == true) }
}

import Lockstep
import LockstepSQL

/// The steps on PostgreSQL. Each takes one lock, and only validating takes longer than a moment.
extension GuardState {
    /// How long a lock is held that no reading of rows keeps.
    static let moment = "for a moment"

    func postgresSteps() throws -> ([GuardPlan.Step], notes: [String]) {
        var notes: [String] = []
        var steps = labelSteps() + typeSteps() + domainSteps(&notes)
        noteOthers(&notes)
        steps += try checkSteps(&notes)
        if let value = try rightDefault() {
            let old = live.defaultExpression ?? "NULL"
            steps.append(
                GuardPlan.Step(
                    kind: .defaultValue,
                    title: "Rows that are inserted without a status start as '\(value)'.",
                    statements: [
                        "ALTER TABLE \(table) ALTER COLUMN \(live.quotedName) SET DEFAULT \(SQLText.literal(value))"
                    ], isTransactional: true, lock: "ACCESS EXCLUSIVE on \(live.table), \(Self.moment)",
                    reverse: ["ALTER TABLE \(table) ALTER COLUMN \(live.quotedName) SET DEFAULT \(old)"]))
        }
        return (try steps + triggerSteps(), notes)
    }

    // MARK: Types

    private func labelSteps() -> [GuardPlan.Step] {
        guard case .labels(let type, var labels) = live.kind else { return [] }
        var steps: [GuardPlan.Step] = []
        // The last first: each goes before the next declared one, which is there by then.
        for value in values.reversed() where !labels.contains(value) {
            steps.append(
                GuardPlan.Step(
                    kind: .label, title: "The ENUM \(type) gets the label '\(value)'.",
                    statements: [
                        GuardText.addLabel(value, to: type, labels: labels, declared: values)
                    ], isTransactional: false,
                    lock: "none on the table; the label can be used once this is committed", reverse: []))
            let place = values.drop { $0 != value }.dropFirst().first { labels.contains($0) }
            labels.insert(value, at: place.flatMap { labels.firstIndex(of: $0) } ?? labels.endIndex)
        }
        return steps
    }

    private func typeSteps() -> [GuardPlan.Step] {
        let isTooShort = values.contains { value in
            acceptance.refusals[value]?.contains { $0.kind == .length } == true
        }
        guard isTooShort else { return [] }
        return [
            GuardPlan.Step(
                kind: .type, title: "The type of \(live.table).\(live.name) has no length any more.",
                statements: ["ALTER TABLE \(table) ALTER COLUMN \(live.quotedName) TYPE text"],
                isTransactional: true,
                lock:
                    "ACCESS EXCLUSIVE on \(live.table), \(Self.moment) from varchar; from char the table is written anew",
                reverse: ["ALTER TABLE \(table) ALTER COLUMN \(live.quotedName) TYPE \(live.type)"])
        ]
    }

    private func domainSteps(_ notes: inout [String]) -> [GuardPlan.Step] {
        let refusing = live.checks.filter { check in
            guard let domain = check.domain else { return false }
            return values.contains { value in
                acceptance.refusals[value]?.contains { $0.kind == .domain(domain) && $0.name == check.name }
                    == true
            }
        }
        let unheld = live.checks.filter { $0.domain != nil && (!$0.isValidated || refusing.contains($0)) }
        return refusing.compactMap { check -> GuardPlan.Step? in
            guard let domain = check.domain else { return nil }
            notes.append("The domain \(domain) may be used by other columns; they accept the new values too.")
            let name = SQLText.name(check.name)
            return GuardPlan.Step(
                kind: .domain, title: "The domain \(domain) lets every declared status through.",
                statements: [
                    "ALTER DOMAIN \(domain) DROP CONSTRAINT \(name)",
                    "ALTER DOMAIN \(domain) ADD CONSTRAINT \(name) CHECK (VALUE IN (\(GuardText.list(values)))) NOT VALID",
                ], isTransactional: true, lock: "SHARE UPDATE EXCLUSIVE on the domain, \(Self.moment)",
                reverse: [
                    "ALTER DOMAIN \(domain) DROP CONSTRAINT \(name)",
                    "ALTER DOMAIN \(domain) ADD CONSTRAINT \(name) CHECK (\(check.expression)) NOT VALID",
                ])
        }
            + unheld.compactMap { check -> GuardPlan.Step? in
                guard let domain = check.domain else { return nil }
                return GuardPlan.Step(
                    kind: .validate, title: "Every row with the domain \(domain) is held against its CHECK.",
                    statements: ["ALTER DOMAIN \(domain) VALIDATE CONSTRAINT \(SQLText.name(check.name))"],
                    isTransactional: false,
                    lock: "SHARE on every table with the domain, while its rows are read: writers wait",
                    reverse: [])
            }
    }

    /// What only a person can do.
    private func noteOthers(_ notes: inout [String]) {
        let homeless = values.filter { acceptance.refusals[$0]?.contains { $0.kind == .partitions } == true }
        if !homeless.isEmpty {
            notes.append(
                "No partition of \(live.table) takes \(LiveJudge.list(homeless)); make one before a row gets there."
            )
        }
        for check in live.conditionalChecks {
            notes.append(
                "The CHECK '\(check.name)' also looks at other columns; see that it knows every status.")
        }
    }

    // MARK: Checks

    private func checkSteps(_ notes: inout [String]) throws -> [GuardPlan.Step] {
        let wanted = wanted
        var steps: [GuardPlan.Step] = []
        let needsCheck = !wanted.isByLabels && wanted.current == nil
        var name = wanted.current?.name ?? names.values
        if needsCheck || !wanted.outdated.isEmpty {
            name = needsCheck ? names.values : name
            steps.append(try checkStep(wanted, adds: needsCheck))
        }
        let isUnheld = wanted.current.map { !$0.isValidated } ?? needsCheck
        if isUnheld {
            steps.append(
                GuardPlan.Step(
                    kind: .validate, title: "Every row of \(live.table) is held against the CHECK.",
                    statements: ["ALTER TABLE \(table) VALIDATE CONSTRAINT \(SQLText.name(name))"],
                    isTransactional: false,
                    lock:
                        "SHARE UPDATE EXCLUSIVE on \(live.table), while every row is read; reads and writes go on",
                    reverse: []))
        }
        if refusesNull, live.isNullable {
            steps.append(
                GuardPlan.Step(
                    kind: .notNull, title: "\(live.table).\(live.name) refuses NULL.",
                    statements: ["ALTER TABLE \(table) ALTER COLUMN \(live.quotedName) SET NOT NULL"],
                    isTransactional: true,
                    lock: "ACCESS EXCLUSIVE on \(live.table), \(Self.moment): the CHECK proves it",
                    reverse: ["ALTER TABLE \(table) ALTER COLUMN \(live.quotedName) DROP NOT NULL"]))
        }
        return steps
    }

    /// What stood there before is kept in the comment of the new constraint, for the way back.
    private func checkStep(_ wanted: GuardedValues, adds: Bool) throws -> GuardPlan.Step {
        let old = wanted.outdated.filter { $0.name != names.values }
        let drops = wanted.outdated.map { "DROP CONSTRAINT \(SQLText.name($0.name))" }
        let memory = GuardMemory.text(try remembered() + old.map(GuardMemory.clause))
        let name = SQLText.name(names.values)
        var condition = GuardText.condition(live.name, values, isPostgres: true)
        // PostgreSQL proves NOT NULL by it, without reading the table under its strongest lock.
        if refusesNull { condition = "\(live.quotedName) IS NOT NULL AND \(condition)" }
        let added = adds ? ["ADD CONSTRAINT \(name) CHECK (\(condition)) NOT VALID"] : []
        var statements = ["ALTER TABLE \(table) " + (drops + added).joined(separator: ", ")]
        if adds {
            statements.append(
                "COMMENT ON CONSTRAINT \(name) ON \(table) IS \(SQLText.literal(memory))")
        }
        let back =
            (adds ? ["DROP CONSTRAINT \(name)"] : [])
            + old.map { "ADD CONSTRAINT \(SQLText.name($0.name)) CHECK (\($0.expression)) NOT VALID" }
        return GuardPlan.Step(
            kind: .check,
            title: "New and changed rows of \(live.table) hold a declared status"
                + (old.isEmpty ? "." : ", in place of \(LiveJudge.list(old.map(\.name)))."),
            statements: statements, isTransactional: true,
            lock: "ACCESS EXCLUSIVE on \(live.table), \(Self.moment): no row is read",
            reverse: ["ALTER TABLE \(table) " + back.joined(separator: ", ")])
    }
}

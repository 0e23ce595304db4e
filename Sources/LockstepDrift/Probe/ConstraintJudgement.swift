import Lockstep
import LockstepSources
import LockstepSQL

/// D5, D6, D9, D10, D11 and D12: what constraints, defaults and copies of the names say.
extension LiveJudge {
    /// D5 and D6.
    mutating func judgeConstraints() {
        if !acceptance.isConstrained {
            let useless = acceptance.rules.filter { $0.kind != .length }.map(\.title)
            let conditional = live.conditionalChecks.map { "'\($0.name)'" }
            let words =
                !useless.isEmpty
                ? "has \(useless.joined(separator: " and ")), which lets any text through"
                : conditional.isEmpty
                    ? "has no constraint"
                    : "has no constraint of its own; \(conditional.joined(separator: " and ")) depends on other columns"
            add(
                .d5, .warning,
                "\(title) \(words): a status with a typing error becomes a row that nothing finds.",
                fix: fixOfRule(enterable).prefix(1).uppercased() + fixOfRule(enterable).dropFirst())
        }
        judgeValidity()
    }

    /// D6.
    mutating func judgeValidity() {
        for check in live.checks where !check.isEnforced || !check.isValidated {
            let place: [Finding.Place] = [.object(kind: "constraint", name: check.name)]
            let owner = check.domain.map { "DOMAIN \($0)" } ?? "TABLE \(live.quotedTable)"
            if !check.isEnforced {
                add(
                    .d6, .error, value: check.name, at: place,
                    "The CHECK '\(check.name)' of \(title) is NOT ENFORCED: it refuses nothing.",
                    fix: "ALTER \(owner) DROP CONSTRAINT \(SQLText.name(check.name)), ADD CONSTRAINT "
                        + "\(SQLText.name(check.name)) CHECK \(Self.parenthesised(check.expression)) NOT VALID; then VALIDATE it by itself."
                )
            } else {
                add(
                    .d6, .warning, value: check.name, at: place,
                    "The CHECK '\(check.name)' of \(title) was never held against the rows that were there (NOT VALID): "
                        + "they may hold what it refuses, and then cannot be updated.",
                    fix: "ALTER \(owner) VALIDATE CONSTRAINT \(SQLText.name(check.name));")
            }
        }
    }

    private static func parenthesised(_ expression: String) -> String {
        expression.hasPrefix("(") && expression.hasSuffix(")") ? expression : "(\(expression))"
    }

    /// D9.
    mutating func judgeDefault() throws {
        guard let expression = live.defaultExpression else { return }
        let cast = probe.isPostgres ? "::text" : ""
        // A default may be a call that cannot run while reading, such as `nextval`: it is no status then.
        guard
            case .success(let rows) = try probe.attempt({ try probe.query("SELECT (\(expression))\(cast)") }),
            let value = rows.first.flatMap({ RowCounts.text($0[0]) }), !definition.initial.contains(value)
        else { return }
        let initial = definition.initial
        let why =
            definition.declares(value)
            ? "is declared, but no status in which a job starts" : "is not declared"
        let change =
            !probe.isPostgres
            ? "rebuild the table with DEFAULT \(SQLText.literal(initial.first ?? ""))."
            : "ALTER TABLE \(live.quotedTable) ALTER COLUMN \(live.quotedName) SET DEFAULT "
                + "\(SQLText.literal(initial.first ?? ""));"
        add(
            .d9, .error, value: value,
            "The default of \(title) is '\(value)', which \(why): a row that is inserted without a status starts there.",
            fix: "It should be \(Self.list(initial)): \(change)")
    }

    /// D11, where it is about `NULL`.
    mutating func judgeNulls() {
        guard live.isNullable else { return }
        let held = rows.nulls
        add(
            .d11, .warning,
            "\(title) may be NULL, and NULL passes every CHECK; \(held == 0 ? "no row holds it" : "\(rowWords(held)) hold it").",
            fix: (held == 0 ? "" : "Give those rows a status first. ")
                + (probe.isPostgres
                    ? "ALTER TABLE \(live.quotedTable) ALTER COLUMN \(live.quotedName) SET NOT NULL;"
                    : "Rebuild the table with \(live.quotedName) NOT NULL."))
    }

    // MARK: Copies

    /// D10 and D12.
    mutating func judgeCopies() {
        judgeSeveralChecks()
        var copies = live.copies
        copies += live.conditionalChecks.map {
            LiveColumn.Copy(kind: "constraint", name: $0.name, text: $0.expression, isCertain: true)
        }
        copies += live.triggers.compactMap { trigger in
            trigger.condition.map {
                LiveColumn.Copy(kind: "trigger", name: trigger.name, text: $0, isCertain: true)
            }
        }
        var ordered: [LiveColumn.Copy] = []
        for copy in copies {
            let compared = ComparedValues(copy.text, column: live.name, of: live.table.name)
            if compared.isOrdered { ordered.append(copy) }
            var stale: [String] = []
            for value in compared.values
            where !definition.declares(value) && !value.isEmpty && !stale.contains(value) {
                stale.append(value)
            }
            guard !stale.isEmpty else { continue }
            let meant = stale.compactMap { value in
                Likeness.nearest(to: value, among: enterable).map { "'\(value)' may be '\($0)' now" }
            }
            add(
                .d10, .warning, confidence: copy.isCertain ? .high : .medium, value: stale[0],
                at: [.object(kind: copy.kind, name: copy.name)],
                "The \(copy.kind) '\(copy.name)' speaks of \(Self.list(stale)), which "
                    + "\(unknownToBasis(stale.count)): it no longer means what it says.",
                fix:
                    "Make the \(copy.kind) anew with the \(basis == .declaration ? "declared names" : "names that there are")"
                    + (meant.isEmpty ? "." : "; \(meant.joined(separator: ", ")).")
            )
        }
        judgeOrder(ordered)
    }

    private func unknownToBasis(_ count: Int) -> String {
        switch basis {
        case .declaration: "\(count == 1 ? "is" : "are") not declared for \(title)"
        case .rule: "\(title) does not accept"
        case .code, .rows: "the code does not know for \(title)"
        }
    }

    /// Several rules hold at once; where they list different values, only what all of them list is accepted.
    private mutating func judgeSeveralChecks() {
        // A CHECK that narrows an ENUM is there to do that.
        let lists = acceptance.listing.filter { $0.expression != nil }
        guard lists.count > 1 else { return }
        let sets = lists.map { acceptance.accepted(by: $0) }
        guard Set(sets).count > 1 else { return }
        let shared = sets.dropFirst().reduce(sets[0]) { $0.intersection($1) }
        // The one that lacks the most is the one that was forgotten.
        let wanted = Set(enterable)
        let odd =
            lists.indices.max { wanted.subtracting(sets[$0]).count < wanted.subtracting(sets[$1]).count } ?? 0
        let lacks = wanted.subtracting(sets[odd]).sorted()
        add(
            .d10, .warning, value: lacks.first ?? "", at: lists.map(\.place),
            "\(lists.map(\.title).joined(separator: " and ")) hold at once on \(title) and list different values; only "
                + "\(shared.isEmpty ? "nothing" : Self.list(shared.sorted())) passes all of them.",
            fix: lacks.isEmpty
                ? "Keep one of them."
                : "\(lists[odd].title) lacks \(Self.list(lacks)). Keep one of them: \(fixOfRule(enterable))")
    }

    /// D12.
    private mutating func judgeOrder(_ ordered: [LiveColumn.Copy]) {
        guard case .labels(let type, let labels) = live.kind, !ordered.isEmpty else { return }
        let declared = definition.names.filter(labels.contains)
        let sorted = labels.filter(declared.contains)
        guard declared != sorted, let place = zip(declared, sorted).first(where: { $0 != $1 }) else { return }
        let late = sorted.last.map { last in declared.last == last ? place.1 : last } ?? place.1
        for copy in ordered {
            add(
                .d12, .warning, confidence: copy.isCertain ? .high : .medium, value: late,
                at: [.object(kind: copy.kind, name: copy.name), .object(kind: "type", name: type)],
                "The \(copy.kind) '\(copy.name)' compares \(title) by order, and the labels of \(type) are in another order "
                    + "(\(Self.list(sorted))) than the declared statuses (\(Self.list(declared))): '\(late)' sorts as if "
                    + "it came later.",
                fix:
                    "Compare with the statuses by name, or make the type anew in the declared order; a label that is "
                    + "added with BEFORE keeps its place.")
        }
    }
}

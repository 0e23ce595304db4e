import Lockstep
import LockstepSources
import LockstepSQL

/// D1 to D4: values that are declared, accepted, held by rows, or used by code, and not all of it.
extension LiveJudge {
    /// D1 and D2.
    mutating func judgeValues() {
        let declared = Set(definition.names)
        for status in enterable where !acceptance.accepts(status) {
            guard let rule = acceptance.refusals[status]?.first else { continue }
            let writes = column.uses.filter { $0.value == status && $0.isWrite }
            let places = writes.map { Finding.Place.line(file: $0.file, line: $0.line) }
            let sites =
                places.isEmpty
                ? "" : " It is written at \(places.map(\.description).joined(separator: ", "))."
            add(
                .d1, .error, value: status, at: places + [rule.place],
                "'\(status)' is declared, and \(rule.title) of \(title) refuses it: the first write gets “"
                    + "\(rule.refusal(status, live, isPostgres: probe.isPostgres))”.\(sites)",
                fix: fix(toAccept: status, rule))
        }
        guard acceptance.isConstrained else { return }
        for value in acceptance.accepted where !declared.contains(value) {
            let held = rows.count(value)
            let words = held == 0 ? "no row holds it" : "\(rowWords(held)) hold it"
            add(
                .d2, .warning, value: value, at: acceptance.rules.first.map { [$0.place] } ?? [],
                "\(title) accepts '\(value)', which is not declared; \(words).",
                fix: held == 0
                    ? "Declare '\(value)', or take it out: \(fixOfRule(enterable))"
                    : "Declare '\(value)', or move its rows first and then take it out: \(fixOfRule(enterable))"
            )
        }
    }

    /// The statement after which the column accepts a status.
    private func fix(toAccept status: String, _ rule: Acceptance.Rule) -> String {
        switch rule.kind {
        case .labels(let type):
            guard case .labels(_, let labels) = live.kind else { return "" }
            let statement = GuardText.addLabel(status, to: type, labels: labels, declared: definition.names)
            return "In a migration of its own, outside a transaction: \(statement);"
        case .length: return "ALTER TABLE \(live.quotedTable) ALTER COLUMN \(live.quotedName) TYPE text;"
        case .partitions:
            return
                "Make a partition for it: CREATE TABLE … PARTITION OF \(live.quotedTable) FOR VALUES IN "
                + "(\(SQLText.literal(status)));"
        case .domain(let domain):
            return
                "ALTER DOMAIN \(domain) DROP CONSTRAINT \(SQLText.name(rule.name)); ALTER DOMAIN \(domain) ADD "
                + "CONSTRAINT \(SQLText.name(rule.name)) CHECK (VALUE IN (\(GuardText.list(enterable)))) NOT VALID; "
                + "then VALIDATE CONSTRAINT by itself."
        case .check: return fixOfRule(enterable)
        }
    }

    /// The statement after which the column accepts these values and no others.
    func fixOfRule(_ values: [String]) -> String {
        if case .labels(let type, _) = live.kind {
            return "an ENUM loses no label; rename \(type), make it anew and change the column's type."
        }
        guard probe.isPostgres else {
            return
                "rebuild the table with CHECK (\(GuardText.condition(live.name, values, isPostgres: false))): SQLite "
                + "changes no CHECK in place (lockstep guard does it)."
        }
        let condition = GuardText.condition(live.name, values, isPostgres: true)
        let old = live.ownChecks.filter { $0.domain == nil }.map {
            "DROP CONSTRAINT \(SQLText.name($0.name)), "
        }
        return
            "ALTER TABLE \(live.quotedTable) \(old.joined())ADD CONSTRAINT \(SQLText.name(names.values)) CHECK "
            + "(\(condition)) NOT VALID; then, by itself: ALTER TABLE \(live.quotedTable) VALIDATE CONSTRAINT "
            + "\(SQLText.name(names.values));"
    }

    /// D3, and the part of D11 that is about rows.
    mutating func judgeRows() {
        let declared = definition.names
        var shown = 0
        for line in rows.lines {
            guard let value = line.value, !declared.contains(value) else { continue }
            shown += 1
            guard shown <= 20 else { continue }
            if let status = declared.first(where: { Likeness.isSpelling(value, of: $0) }) {
                add(
                    .d11, .warning, value: value,
                    "\(rowWords(line.count)) of \(title) hold '\(value)', which differs from '\(status)' in case or white "
                        + "space alone: nothing that looks for '\(status)' finds them.",
                    fix: repair(value, status))
                continue
            }
            let oldest = line.oldest.map { ", the oldest of \($0)" } ?? ""
            let status = Likeness.nearest(to: value, among: enterable)
            // Of rows alone nothing can be wrong but their spelling.
            if basis == .rows { continue }
            let isSure = !rows.isCut && basis != .code(isBound: false)
            add(
                .d3, .error, confidence: isSure ? .high : .medium, value: value,
                "\(rowWords(line.count)) of \(title) hold '\(value)'\(oldest), which \(unknownRow)",
                fix: status.map { "Perhaps '\($0)' is meant: \(repair(value, $0))" }
                    ?? "\(basis == .rule ? "Let the rule accept" : basis == .declaration ? "Declare" : "Teach the code") "
                    + "'\(value)', or say which status its rows should have; none of \(Self.list(enterable)) is like it."
            )
        }
        if shown > 20, basis != .rows {
            add(
                .d3, .error, confidence: .medium,
                "\(title) holds \(rows.isCut ? "more than \(RowCounts.most)" : "\(shown)") values that are not declared; "
                    + "this may be no status column.",
                fix: "Name the column that holds the status.")
        }
    }

    /// What becomes of a row with a value that nobody knows.
    private var unknownRow: String {
        switch basis {
        case .declaration:
            "is not declared: no move leads out of it, and code that decodes statuses fails on it."
        case .rule, .rows:
            "its own rule refuses: they were there before it, and every update of such a row fails."
        case .code: "the code does not know: whoever decodes such a row fails on it."
        }
    }

    /// The statement that repairs rows. It is proposed, never carried out.
    func repair(_ value: String, _ status: String) -> String {
        "UPDATE \(live.quotedTable) SET \(live.quotedName) = \(SQLText.literal(status)) WHERE \(live.quotedName) = "
            + "\(SQLText.literal(value));"
    }

    /// D4.
    mutating func judgeUses() {
        let declared = definition.names
        let unknown = Dictionary(grouping: column.uses) { $0.value }
        for (value, uses) in unknown.sorted(by: { $0.key < $1.key }) where !declared.contains(value) {
            if acceptance.isConstrained, acceptance.accepts(value) { continue }
            let meant = Likeness.nearest(to: value, among: declared)
            let writes = uses.contains(where: \.isWrite)
            let consequence: String
            if !writes {
                consequence = "no row ever holds it, so the comparison is never true"
            } else if let rule = acceptance.refusals[value]?.first {
                consequence =
                    "the write gets “\(rule.refusal(value, live, isPostgres: probe.isPostgres))”"
            } else {
                consequence = "nothing refuses it, so rows will hold a status that nobody knows"
            }
            add(
                .d4, .error, value: value, at: uses.map { .line(file: $0.file, line: $0.line) },
                "'\(value)' is neither declared nor accepted by \(title): \(consequence).",
                fix: meant.map { "Did you mean '\($0)'?" }
                    ?? "Write one of \(Self.list(enterable)), or declare '\(value)'.")
        }
    }
}

import Lockstep
import LockstepSources
import LockstepSQL

/// D13, D14 and D15: rows that stay too long, workers that know too little, and moves that have happened.
extension LiveJudge {
    /// D13.
    mutating func judgeDeadlines() throws {
        for rule in definition.statuses
        where !rule.kind.isEnd && definition.edges(from: rule.name).isEmpty && rows.count(rule.name) > 0 {
            add(
                .d13, .error, value: rule.name,
                "\(rowWords(rows.count(rule.name))) of \(title) are '\(rule.name)', which is no end and has no way out: they stay "
                    + "for ever.",
                fix: "Declare a move out of '\(rule.name)', or that it is an end.")
        }
        guard let age = ColumnAge(live, named: column.since, isPostgres: probe.isPostgres) else { return }
        let limits = definition.statuses.compactMap { status -> (String, Int64)? in
            guard let rule = definition.rule(for: status.name), !rule.kind.isEnd,
                let limit = rule.limit.microseconds
            else { return nil }
            return (status.name, limit)
        }
        guard !limits.isEmpty else { return }
        let cases = limits.map { "WHEN \(SQLText.literal($0.0)) THEN \(Double($0.1) / 1_000_000)" }
        let status = probe.isPostgres ? "\(live.quotedName)::text" : live.quotedName
        let asked = try probe.attempt {
            try probe.query(
                """
                SELECT s, count(*), CAST(max(age) AS double precision)
                FROM (SELECT \(status) AS s, \(age.seconds) AS age FROM \(live.quotedTable)
                    WHERE \(status) IN (\(GuardText.list(limits.map(\.0))))) AS lockstep_ages
                WHERE age > CASE s \(cases.joined(separator: " ")) END GROUP BY s ORDER BY s
                """)
        }
        guard case .success(let late) = asked else { return }
        for row in late {
            guard let name = row[0].text, let count = row[1].integer, count > 0,
                let rule = definition.rule(for: name)
            else { continue }
            let oldest = row[2].real.map { ", the oldest for \(ColumnAge.words($0))" } ?? ""
            let target = rule.late ?? rule.failure
            add(
                .d13, .error, confidence: age.isCertain ? .high : .medium, value: name,
                "\(count) row\(count == 1 ? "" : "s") of \(title) are '\(name)' for longer than the declared \(rule.limit)"
                    + "\(oldest) (by '\(age.column)'): nobody moves them any more.",
                fix: target.map {
                    "Look at what should move them; by the declaration they would be '\($0)' now."
                }
                    ?? "Look at what should move them.")
        }
    }

    /// D14.
    mutating func judgeWorkers() throws {
        guard let workers = column.workers else { return }
        let table = Self.quoted(workers.table)
        let cast = probe.isPostgres ? "::text" : ""
        let knows = SQLText.name(workers.knows) + cast
        var condition = ""
        if let beat = workers.beat, let limit = workers.within.microseconds {
            let siblings = try Self.siblings(of: workers.table, probe)
            var live = live
            live.siblings = siblings
            if let age = ColumnAge(live, named: beat, isPostgres: probe.isPostgres) {
                condition = " WHERE (\(age.seconds)) <= \(Double(limit) / 1_000_000)"
            }
        }
        let rows = try probe.query(
            "SELECT \(SQLText.name(workers.name))\(cast), \(knows) FROM \(table)\(condition) ORDER BY 1 LIMIT 10000"
        )
        for row in rows {
            guard let name = RowCounts.text(row[0]) else { continue }
            let known = Set(
                (row[1].text ?? "").split { "{}[]\"', \n\t;".contains($0) }.map(String.init))
            let lacking = enterable.filter { !known.contains($0) }
            guard !lacking.isEmpty else { continue }
            add(
                .d14, .error, value: lacking[0],
                at: [.object(kind: "worker", name: name), .object(kind: "table", name: "\(workers.table)")],
                "The worker '\(name)' is alive and does not know \(Self.list(lacking)): it was started with an older "
                    + "declaration, and fails on rows that get there.",
                fix: "Deploy and restart it before a job may enter \(Self.list(lacking)).")
        }
    }

    /// D15.
    mutating func judgeHistory() throws {
        guard let history = column.history else { return }
        let asked = try HistoryMoves.read(history, probe)
        guard case .success(let moves) = asked else {
            guard case .failure(let error) = asked, error.kind == .busy else { return _ = try asked.get() }
            add(
                .d15, .note, confidence: .low, at: [.object(kind: "table", name: "\(history.table)")],
                "The history '\(history.table)' is too large to be read in the time that a check has.",
                fix: "Check it with a longer limit, at a quiet time.")
            return
        }
        for line in moves where !definition.declares(line) {
            let (target, count) = (line.to, line.count)
            let last = line.last.map { ", the last at \($0)" } ?? ""
            let times = "\(count) time\(count == 1 ? "" : "s")\(last)"
            let place: [Finding.Place] = [.object(kind: "table", name: "\(history.table)")]
            if let from = line.from {
                add(
                    .d15, .warning, value: "\(from) → \(target)", at: place,
                    "The history '\(history.table)' holds the move \(from) → \(target) of \(title) \(times), which is not "
                        + "declared.",
                    fix: "Declare the move, or find what makes it: a guard would refuse it.")
            } else {
                add(
                    .d15, .warning, value: target, at: place,
                    "The history '\(history.table)' holds a start of \(title) as '\(target)' \(times), which is no initial "
                        + "status.",
                    fix: "Declare '\(target)' as initial, or find what starts there: a guard would refuse it."
                )
            }
        }
    }

    private static func quoted(_ table: GuardedColumn.Table) -> String {
        (table.schema.map { SQLText.name($0) + "." } ?? "") + SQLText.name(table.name)
    }

    static func siblings(
        of table: GuardedColumn.Table, _ probe: Probe
    ) throws -> [LiveColumn.Sibling] {
        let rows =
            try probe.isPostgres
            ? probe.query(
                """
                SELECT a.attname::text, format_type(a.atttypid, NULL) FROM pg_attribute a
                    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ?1 AND c.relname = ?2 AND a.attnum > 0 AND NOT a.attisdropped
                """, table.schema, table.name)
            : probe.query(
                "SELECT name, type FROM pragma_table_xinfo(?1, ?2)", table.name, table.schema ?? "main")
        return rows.map { LiveColumn.Sibling(name: $0[0].text ?? "", type: $0[1].text ?? "") }
    }
}

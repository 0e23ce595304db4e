import Lockstep
import LockstepSQL

/// Asks a database the questions of one look.
struct TableReader {
    /// A row and its status.
    typealias Seen = (key: String, status: String?)

    /// So many rows are looked at for moves: the newest, and those that were changed last.
    static let window = 5_000
    /// So many stuck rows of a status are named.
    static let named = 20
    /// More stuck rows than these are not ordered status by status.
    static let many: Int64 = 100_000
    /// So many stuck rows are counted where all would take too long.
    static let bound = 1_000
    /// So many lines of a history are read where all would take too long.
    static let lines = 20_000

    let subject: WatchSubject
    let probe: Probe

    private var live: LiveColumn { subject.live }
    private var definition: Definition { subject.column.definition }
    private var row: String { WatchSubject.row }
    private var status: String { "\(row).\(live.quotedName)" }
    private var statusText: String { status + (probe.isPostgres ? "::text" : "") }
    private var table: String { "\(live.quotedTable) AS \(row)" }

    /// The database's clock.
    func now() throws -> Timestamp {
        let rows = try probe.query(
            probe.isPostgres
                ? "SELECT (extract(epoch FROM now()) * 1000000)::bigint"
                : "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000")
        return Timestamp(microseconds: rows.first?[0].integer ?? 0)
    }

    // MARK: Counts

    /// How many rows are in each status.
    /// - Returns: the refusal where there is no answer in time.
    func counts() throws -> Result<(counts: [TableLook.Count], isSample: Bool), SQLError> {
        try probe.attempt { () -> (counts: [TableLook.Count], isSample: Bool) in
            let counted = try RowCounts(live, oldest: nil, probe)
            let declared = definition.statuses.compactMap { rule -> TableLook.Count? in
                let rows = counted.count(rule.name)
                // An old name is of interest while rows bear it.
                return rule.kind == .retired && rows == 0
                    ? nil : TableLook.Count(rule.name, rows: rows, isDeclared: true)
            }
            let others = counted.lines.filter { line in line.value.map { !definition.declares($0) } ?? true }
            return (
                declared + others.map { TableLook.Count($0.value, rows: $0.count, isDeclared: false) },
                counted.isSample
            )
        }
    }

    // MARK: Stuck rows

    /// The rows that are in a status for longer than is declared.
    /// - Returns: the refusal where there is no answer in time.
    func stuck(_ since: WatchSubject.Since) throws -> Result<[TableLook.Stuck], SQLError> {
        let limits = limits()
        guard !limits.isEmpty else { return .success([]) }
        let ages =
            "SELECT \(keyText) AS k, \(statusText) AS s, \(since.seconds) AS age FROM \(table)\(since.join) "
            + "WHERE \(status) IN (\(GuardText.list(limits.map(\.status))))"
        let cases = limits.map { "WHEN \(SQLText.literal($0.status)) THEN \($0.seconds)" }
        let late = "(\(ages)) AS lockstep_ages WHERE age > CASE s \(cases.joined(separator: " ")) END"
        let all = try probe.attempt { try sums("FROM \(late)") }
        var isLeast = false
        let totals: [(status: String, rows: Int64, oldest: Double)]
        switch all {
        case .success(let found): totals = found
        case .failure(let error):
            guard error.kind == .busy else { return .failure(error) }
            // Where many are stuck, the first of them are found soon.
            let some = try probe.attempt {
                try sums("FROM (SELECT * FROM \(late) LIMIT \(Self.bound)) AS lockstep_some")
            }
            guard case .success(let found) = some else { return .failure(error) }
            (totals, isLeast) = (found, true)
        }
        guard !totals.isEmpty else { return .success([]) }
        let rows = try oldest(
            isLeast ? nil : late, isMany: totals.reduce(0) { $0 + $1.rows } > Self.many)
        return .success(
            totals.compactMap { total in
                guard let limit = limits.first(where: { $0.status == total.status })?.limit else {
                    return nil
                }
                return TableLook.Stuck(
                    total.status, rows: total.rows, isLeast: isLeast, limit: limit, oldest: total.oldest,
                    oldestRows: rows[total.status] ?? [])
            })
    }

    private var keyText: String { subject.key?.text(of: row) ?? "NULL" }

    private func sums(_ source: String) throws -> [(status: String, rows: Int64, oldest: Double)] {
        let real = probe.isPostgres ? "double precision" : "REAL"
        return try probe.query(
            "SELECT s, count(*), CAST(max(age) AS \(real)) \(source) GROUP BY s ORDER BY s"
        ).compactMap { row in
            guard let status = row[0].text, let rows = row[1].integer, let oldest = row[2].real else {
                return nil
            }
            return (status, rows, oldest)
        }
    }

    /// The oldest stuck rows, by status; none where there is no answer in time.
    /// - Parameter isMany: whether ordering them status by status would be much work for the database.
    private func oldest(_ late: String?, isMany: Bool) throws -> [String: [TableLook.Stuck.Row]] {
        guard subject.key != nil, let late else { return [:] }
        let age = "CAST(age AS \(probe.isPostgres ? "double precision" : "REAL"))"
        let sql =
            isMany
            ? "SELECT k, s, \(age) FROM \(late) ORDER BY age DESC, k LIMIT \(Self.named)"
            : "SELECT k, s, \(age) FROM (SELECT k, s, age, row_number() OVER (PARTITION BY s ORDER BY age DESC, k) AS place "
                + "FROM \(late)) AS lockstep_places WHERE place <= \(Self.named) ORDER BY age DESC, k"
        let found = try probe.attempt { try probe.query(sql) }
        guard case .success(let rows) = found else { return [:] }
        var named: [String: [TableLook.Stuck.Row]] = [:]
        for row in rows {
            guard let key = RowCounts.text(row[0]), let status = row[1].text, let age = row[2].real else {
                continue
            }
            named[status, default: []].append(TableLook.Stuck.Row(key, seconds: age))
        }
        return named
    }

    /// How long a row may be in each status that the column can hold.
    private func limits() -> [(status: String, seconds: Double, limit: TimeLimit)] {
        definition.statuses.compactMap { rule in
            let limit = min(rule.limit, rule.stuckAfter)
            guard !rule.kind.isEnd, rule.kind != .retired, let microseconds = limit.microseconds else {
                return nil
            }
            // Compared with an ENUM, a text that is none of its labels is an error.
            if case .labels(_, let labels) = live.kind, !labels.contains(rule.name) { return nil }
            return (rule.name, Double(microseconds) / 1_000_000, limit)
        }
    }

    // MARK: Moves

    /// The statuses of the newest rows, and of those that were changed last.
    func seen() throws -> Result<[Seen], SQLError> {
        guard let key = subject.key else { return .success([]) }
        let select = "SELECT \(key.text(of: row)), \(statusText) FROM \(table)"
        return try probe.attempt { () -> [Seen] in
            var rows = try probe.query(
                "\(select) ORDER BY \(key.newestFirst(of: row)) LIMIT \(Self.window)")
            if let since = subject.indexedSince {
                let name = "\(row).\(SQLText.name(since))"
                rows += try probe.query(
                    "\(select) WHERE \(name) IS NOT NULL ORDER BY \(name) DESC LIMIT \(Self.window)")
            }
            return rows.compactMap { row -> Seen? in
                guard let key = RowCounts.text(row[0]) else { return nil }
                return (key, RowCounts.text(row[1]))
            }
        }
    }

    /// The moves of the history that nobody declared.
    /// - Returns: those, and whether only its last lines were read.
    func history(
        _ history: GuardedColumn.History
    ) throws -> Result<(moves: [TableLook.Move], isCut: Bool), SQLError> {
        var asked = try HistoryMoves.read(history, probe)
        var isCut = false
        if case .failure(let error) = asked, error.kind == .busy, history.from != nil, history.at != nil {
            asked = try HistoryMoves.read(history, newest: Self.lines, probe)
            isCut = true
        }
        return asked.map { lines in
            let moves = lines.filter { !definition.declares($0) }.map { line in
                TableLook.Move(
                    from: line.from, to: line.to, times: line.count, witness: .history, last: line.last)
            }
            return (moves, isCut)
        }
    }
}

import Lockstep
import LockstepSQL

/// A watched column as its database has it: what is found out once and then asked again and again.
struct WatchSubject: Sendable {
    /// How it is known since when a row is in its status.
    struct Since: Sendable {
        /// For people: `updated_at`, or `orders_history.at`.
        let name: String
        /// An expression of seconds over a row that is called ``row``.
        let seconds: String
        /// What the table has to be joined with.
        var join = ""
    }

    /// What the table is called in statements.
    static let row = "lockstep_row"

    let column: GuardedColumn
    let live: LiveColumn
    let key: RowKey?
    let since: Since?
    /// The column of ``since``, where an index orders the rows by it.
    let indexedSince: String?

    /// Reads it.
    /// - Parameter history: a table of moves whose columns are found by their names.
    /// - Throws: a ``Failure`` when the table, the column or the one of times is not there.
    init(_ column: GuardedColumn, history: GuardedColumn.Table?, _ probe: Probe) throws {
        var column = column
        live = try LiveCheck.read(column.table, column.column, probe)
        key = try RowKey.find(column.table, probe)
        if let history {
            let columns = try LiveJudge.siblings(of: history, probe)
            guard !columns.isEmpty else { throw LiveDatabase.missing(history, "the database") }
            column.history = try NamedHistory(
                table: history, columns: columns, status: column.column, subject: column.table.name
            ).found()
        }
        self.column = column
        since = try Self.since(column, live, key, probe)
        if let since, since.join.isEmpty, try RowKey.isIndexed(since.name, of: column.table, probe) {
            indexedSince = since.name
        } else {
            indexedSince = nil
        }
    }

    /// What a person named; else a column that says it of the status; else the history; else when the row was changed.
    private static func since(
        _ column: GuardedColumn, _ live: LiveColumn, _ key: RowKey?, _ probe: Probe
    ) throws -> Since? {
        let byColumn = ColumnAge(live, named: column.since, isPostgres: probe.isPostgres).map {
            Since(name: $0.column, seconds: $0.seconds)
        }
        if let named = column.since {
            guard let byColumn else {
                throw Failure.adminRequired(
                    "the table '\(column.table)' has no column '\(named)' of times; name the one that says since when a "
                        + "row is in its status", code: "no_since_column")
            }
            return byColumn
        }
        if let byColumn, byColumn.name.lowercased().hasPrefix(live.name.lowercased() + "_") {
            return byColumn
        }
        return try byHistory(column, live, key, probe) ?? byColumn
    }

    private static func byHistory(
        _ column: GuardedColumn, _ live: LiveColumn, _ key: RowKey?, _ probe: Probe
    ) throws -> Since? {
        guard let history = column.history, let job = history.job, let at = history.at, let key,
            key.columns.count == 1
        else { return nil }
        let siblings = try LiveJudge.siblings(of: history.table, probe)
        var table = live
        table.siblings = siblings
        // A number that counts lines is no time.
        guard at.lowercased() != "id", !["version", "sequence", "seq"].contains(at.lowercased()),
            let age = ColumnAge(table, named: at, isPostgres: probe.isPostgres)
        else { return nil }
        let types = (
            siblings.first { $0.name == job }?.type,
            live.siblings.first { SQLText.name($0.name) == key.columns[0] }?.type
        )
        let cast = probe.isPostgres && types.0 != types.1 ? "::text" : ""
        let (line, own) = (SQLText.name(job) + cast, "\(row).\(key.columns[0])\(cast)")
        let name = "\(history.table.name).\(at)"
        if cast.isEmpty, try RowKey.isIndexed(job, of: history.table, probe) {
            return Since(
                name: name,
                seconds: "(SELECT min(\(age.seconds)) FROM \(history.table.quoted) AS lockstep_line "
                    + "WHERE lockstep_line.\(line) = \(own))")
        }
        return Since(
            name: name, seconds: "lockstep_line.age",
            join:
                " LEFT JOIN (SELECT \(line) AS job, min(\(age.seconds)) AS age FROM \(history.table.quoted) "
                + "GROUP BY 1) AS lockstep_line ON lockstep_line.job = \(own)")
    }
}

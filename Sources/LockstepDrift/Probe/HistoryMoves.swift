import Lockstep
import LockstepSQL

/// The moves that a table of an application's own history holds, counted.
struct HistoryMoves {
    /// A move, or a start.
    struct Line {
        /// The status that was left; `nil` for a start.
        let from: String?
        let to: String
        let count: Int64
        /// When it happened last, as the database writes it.
        let last: String?
    }

    let history: GuardedColumn.History
    let probe: Probe

    /// Reads them, the most frequent first.
    /// - Throws: a ``Failure`` where the history does not say how to find what was left; `SQLError`, of the kind `busy`
    ///   where it takes longer than a statement may.
    func read() throws -> [Line] {
        let cast = probe.isPostgres ? "::text" : ""
        let to = SQLText.name(history.to) + cast
        let at = history.at.map { SQLText.name($0) }
        let from: String
        if let column = history.from {
            from = SQLText.name(column) + cast
        } else if let job = history.job, let at {
            from = "lag(\(to)) OVER (PARTITION BY \(SQLText.name(job)) ORDER BY \(at))"
        } else {
            throw Failure.adminRequired(
                "the history '\(history.table)' needs the column that was left, or those of the job and of the time",
                code: "history_columns")
        }
        let time = at.map { "\($0)\(cast)" } ?? "NULL"
        let table =
            (history.table.schema.map { SQLText.name($0) + "." } ?? "") + SQLText.name(history.table.name)
        let rows = try probe.query(
            """
            SELECT f, t, count(*), max(at) FROM (SELECT \(from) AS f, \(to) AS t, \(time) AS at FROM \(table))
                AS lockstep_moves
            WHERE f IS NULL OR f <> t GROUP BY f, t ORDER BY 3 DESC, 1, 2 LIMIT 1000
            """)
        return rows.compactMap { row in
            guard let target = RowCounts.text(row[1]), let count = row[2].integer else { return nil }
            return Line(from: RowCounts.text(row[0]), to: target, count: count, last: RowCounts.text(row[3]))
        }
    }
}

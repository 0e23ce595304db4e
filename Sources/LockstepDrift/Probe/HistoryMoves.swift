import Lockstep
import LockstepSQL

/// The moves that a table of an application's own keeps, counted.
struct HistoryMoves {
    struct Line {
        /// `nil` for a start.
        let from: String?
        let to: String
        let count: Int64
        /// The last time, as the database writes it.
        let last: String?
    }

    /// Reads them.
    /// - Parameter newest: how many lines are looked at, the last ones; `nil` for all.
    /// - Returns: the refusal where the database gives none, `busy` where it takes too long.
    static func read(
        _ history: GuardedColumn.History, newest: Int? = nil, _ probe: Probe
    ) throws -> Result<[Line], SQLError> {
        let cast = probe.isPostgres ? "::text" : ""
        let table = history.table.quoted
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
        // Where the line before says what was left, the first of some lines would look like a start.
        let bound = history.from == nil ? nil : newest
        let source =
            if let bound, let at {
                "(SELECT * FROM \(table) ORDER BY \(at) DESC LIMIT \(bound)) AS lockstep_lines"
            } else {
                table
            }
        return try probe.attempt {
            try probe.query(
                """
                SELECT f, t, count(*), max(at) FROM (SELECT \(from) AS f, \(to) AS t, \(time) AS at FROM \(source))
                    AS lockstep_moves
                WHERE f IS NULL OR f <> t GROUP BY f, t ORDER BY 3 DESC, 1, 2 LIMIT 1000
                """
            ).compactMap { row in
                guard let to = RowCounts.text(row[1]), let count = row[2].integer else { return nil }
                return Line(from: RowCounts.text(row[0]), to: to, count: count, last: RowCounts.text(row[3]))
            }
        }
    }
}

extension Definition {
    /// Whether a line of a history is as declared: a start in an initial status, or a declared move.
    func declares(_ line: HistoryMoves.Line) -> Bool {
        line.from.map { edge(from: $0, to: line.to) != nil } ?? initial.contains(line.to)
    }
}

extension GuardedColumn.Table {
    /// As statements name it.
    var quoted: String { (schema.map { SQLText.name($0) + "." } ?? "") + SQLText.name(name) }
}

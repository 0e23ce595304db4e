import Lockstep
import LockstepDrift
import LockstepFiles
import LockstepSQL

/// Watches of the columns that declarations are for.
enum WatchedColumns {
    /// Makes them; nothing is opened yet.
    /// - Parameters:
    ///   - columns: the columns, where the files do not say them: `orders.status`.
    ///   - since: the column of times that says since when a row is in its status.
    static func make(
        _ declarations: [String], columns: [String], at address: DatabaseAddress, since: String?,
        history: GuardedHistory?, limit: Duration
    ) throws -> [TableWatch] {
        let guarded = try GuardedColumns.read(declarations, columns: columns)
        guard guarded.count == 1 || (since == nil && history == nil) else {
            throw CommandError(
                "since and history are for one column, and \(guarded.count) are declared; watch each of them by itself"
            )
        }
        return guarded.map { column in
            var column = column
            column.since = since
            var found: GuardedColumn.Table?
            if let history {
                let table = GuardedColumn.Table(history.table, in: history.namespace)
                if let to = history.columns["to"] {
                    column.history = GuardedColumn.History(
                        table, from: history.columns["from"], to: to, job: history.columns["job"],
                        at: history.columns["at"])
                } else {
                    found = table
                }
            }
            return TableWatch(column, at: address, history: found, limit: limit)
        }
    }
}

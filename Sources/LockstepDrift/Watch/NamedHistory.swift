import Lockstep
import LockstepSQL

/// Finds the columns of a table of moves by their names.
struct NamedHistory {
    let table: GuardedColumn.Table
    /// The columns of the table of moves.
    let columns: [LiveColumn.Sibling]
    /// The column that is watched.
    let status: String
    /// Its table.
    let subject: String

    /// The history.
    /// - Throws: a ``Failure`` when there is no column of the status that was entered, or nothing says what was left.
    func found() throws -> GuardedColumn.History {
        let name = status.lowercased()
        guard
            let to = first(
                [
                    "to_\(name)", "new_\(name)", "\(name)_to", "\(name)_after", "next_\(name)", "to_status",
                    "to_state",
                    "new_status", "new_state", "next_status", "to", "new_value", "new", "after",
                    "current_\(name)",
                    name, "status", "state", "event",
                ])
        else {
            throw Failure.adminRequired(
                "no column of the history '\(table)' looks like the status that was entered; name the columns: "
                    + "'\(table):from=…,to=…,job=…,at=…'", code: "history_columns")
        }
        let from = first(
            [
                "from_\(name)", "old_\(name)", "previous_\(name)", "prev_\(name)", "\(name)_from",
                "\(name)_before",
                "from_status", "from_state", "old_status", "old_state", "previous_status", "previous_state",
                "from",
                "old_value", "old", "before", "previous",
            ])
        let time = first(
            [
                "at", "changed_at", "moved_at", "entered_at", "transitioned_at", "occurred_at", "happened_at",
                "recorded_at", "created_at", "inserted_at", "updated_at", "logged_at", "timestamp", "time",
                "ts",
                "created", "changed", "date",
            ])
        // What counts up orders the lines too.
        let order = time ?? first(["version", "sequence", "seq", "id"])
        let job = job(besides: [to, from, order])
        guard from != nil || (job != nil && order != nil) else {
            throw Failure.adminRequired(
                "nothing in the history '\(table)' says which status was left; name the columns: "
                    + "'\(table):from=…,to=…,job=…,at=…'", code: "history_columns")
        }
        return GuardedColumn.History(table, from: from, to: to, job: job, at: order)
    }

    /// The column that says whose move it was.
    private func job(besides others: [String?]) -> String? {
        let name = subject.lowercased()
        var singulars = [name]
        if name.hasSuffix("ies") { singulars.append(String(name.dropLast(3)) + "y") }
        if name.hasSuffix("ses") || name.hasSuffix("xes") || name.hasSuffix("ches") {
            singulars.append(String(name.dropLast(2)))
        }
        if name.hasSuffix("s") { singulars.append(String(name.dropLast())) }
        let own = singulars.flatMap { ["\($0)_id", "\($0)id", "\($0)_uuid", "\($0)_key", $0] }
        if let found = first(
            own + ["job_id", "entity_id", "record_id", "item_id", "object_id", "subject_id"])
        {
            return found
        }
        let ids = columns.map(\.name).filter { $0.lowercased().hasSuffix("_id") && !others.contains($0) }
        return ids.count == 1 ? ids[0] : nil
    }

    private func first(_ names: [String]) -> String? {
        names.lazy.compactMap { name in columns.first { $0.name.lowercased() == name }?.name }.first
    }
}

import Lockstep

/// The columns of a table of jobs, in the one order in which all statements name them.
public enum JobColumns {
    /// Columns that never change after the start.
    public static let fixed = [
        "seq", "id", "owner", "key", "priority", "input", "created_at",
    ]

    /// Columns that the one UPDATE writes, every one of them, every time.
    public static let written = [
        "status", "output", "metadata", "progress", "progress_detail", "fence", "claimed_by", "attempt",
        "available_at", "hold", "parked_at", "failure", "deadline", "entered_at", "updated_at", "ended_at",
        "version", "spent", "met",
    ]

    /// What the trigger that records history copies beside the written columns: the last entry.
    public static let entry = [
        "entry_kind", "entry_actor", "entry_actor_name", "entry_reason", "entry_failure",
    ]

    /// Every column of a table of jobs but those that show something.
    package static let all = fixed + written + entry

    /// The columns that make a ``JobRecord``, as a list for SELECT.
    public static let selected = (fixed + written).joined(separator: ", ")

    /// The same for a query ``Lockstep/JobQuery/withoutData``: what it leaves out is not read.
    static let selectedWithoutData = (fixed + written).map { column in
        switch column {
        case "input": "'null' AS input"
        case "output": "NULL AS output"
        case "metadata": "'{}' AS metadata"
        default: column
        }
    }.joined(separator: ", ")
}

import Lockstep

/// The names of a lifecycle's tables, constraints and triggers, equal in all dialects.
public struct TableNames: Sendable {
    /// The lifecycle.
    public let lifecycle: String
    /// Makes the names.
    public init(_ lifecycle: String) { self.lifecycle = lifecycle }

    /// The table of jobs.
    public var jobs: String { "\(lifecycle)_jobs" }
    /// The table of their history.
    public var history: String { "\(lifecycle)_history" }
    /// The CHECK of the declared statuses.
    public var statusCheck: String { "chk_\(lifecycle)_status" }
    /// The trigger that refuses undeclared moves.
    public var moveTrigger: String { "trg_\(lifecycle)_move" }
    /// The trigger that refuses starts elsewhere than in an initial status.
    public var startTrigger: String { "trg_\(lifecycle)_start" }
    /// The trigger that refuses to replace a job by a new one.
    public var replaceTrigger: String { "trg_\(lifecycle)_replace" }
    /// The trigger that records history.
    public var recordTrigger: String { "trg_\(lifecycle)_record" }
    /// The trigger that records the first line of a history.
    public var recordStartTrigger: String { "trg_\(lifecycle)_recordstart" }
    /// The trigger that records moves made by plain SQL.
    public var adoptTrigger: String { "trg_\(lifecycle)_adopt" }
    /// The trigger that takes starts by plain SQL over.
    public var adoptStartTrigger: String { "trg_\(lifecycle)_adoptstart" }
    /// The trigger that refuses to change what names a job.
    public var identityTrigger: String { "trg_\(lifecycle)_identity" }
    /// The trigger that refuses moves into statuses whose needs are not met.
    public var needsTrigger: String { "trg_\(lifecycle)_needs" }
    /// The trigger that refuses starts in statuses whose needs are not met.
    public var needsStartTrigger: String { "trg_\(lifecycle)_needsstart" }
    /// The trigger that deletes a deleted job's history.
    public var forgetTrigger: String { "trg_\(lifecycle)_forget" }
    /// The trigger that empties the history with the table of jobs (where a table can be truncated).
    public var truncateTrigger: String { "trg_\(lifecycle)_truncate" }
}

/// Quoting for both dialects.
public enum SQLText {
    /// A text literal.
    public static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
    /// A name in double quotes.
    public static func name(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
}

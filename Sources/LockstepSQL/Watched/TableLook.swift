import Lockstep

/// What one look at somebody else's table saw: how many rows are in each status, and what should not be.
public struct TableLook: Hashable, Sendable {
    /// How many rows are in a status.
    public struct Count: Hashable, Sendable {
        /// The status; `nil` for rows in which it is `NULL`.
        public let status: String?
        /// How many rows hold it.
        public let rows: Int64
        /// Whether somebody declared it.
        public let isDeclared: Bool

        /// Makes a count.
        public init(_ status: String?, rows: Int64, isDeclared: Bool) {
            self.status = status
            self.rows = rows
            self.isDeclared = isDeclared
        }
    }

    /// Rows that are in a status for longer than is declared.
    public struct Stuck: Hashable, Sendable {
        /// A row.
        public struct Row: Hashable, Sendable {
            /// Its key, as a text.
            public let id: String
            /// For how long it is in its status, in seconds.
            public let seconds: Double

            /// Names a row.
            public init(_ id: String, seconds: Double) {
                self.id = id
                self.seconds = seconds
            }
        }

        /// The status.
        public let status: String
        /// How many rows are stuck.
        public let rows: Int64
        /// Whether there may be more: finding all would have taken too long.
        public let isLeast: Bool
        /// How long a row may be there.
        public let limit: TimeLimit
        /// For how long the oldest is there, in seconds.
        public let oldest: Double
        /// The oldest of them; empty where rows have no key.
        public let oldestRows: [Row]

        /// Makes the finding.
        public init(
            _ status: String, rows: Int64, isLeast: Bool, limit: TimeLimit, oldest: Double,
            oldestRows: [Row]
        ) {
            self.status = status
            self.rows = rows
            self.isLeast = isLeast
            self.limit = limit
            self.oldest = oldest
            self.oldestRows = oldestRows
        }
    }

    /// A move that has happened and that nobody declared.
    public struct Move: Hashable, Sendable {
        /// How it was seen.
        public enum Witness: String, Hashable, Sendable, CaseIterable {
            /// The application's own history has it.
            case history
            /// A row was in one status at one look, and in the other at a later one.
            case watching
        }

        /// The status that was left; `nil` for a start.
        public let from: String?
        /// The status that was entered.
        public let to: String
        /// How many times: in the whole history, or since watching began.
        public let times: Int64
        /// How it was seen.
        public let witness: Witness
        /// When it was seen last, as the database writes it; `nil` where the history has no times.
        public let last: String?

        /// Makes the finding.
        public init(from: String?, to: String, times: Int64, witness: Witness, last: String?) {
            self.from = from
            self.to = to
            self.times = times
            self.witness = witness
            self.last = last
        }
    }

    /// When it was, by the database's clock.
    public let at: Timestamp
    /// The declared statuses in their order, and those that nobody declared behind them.
    public let counts: [Count]
    /// Whether only some of the rows were counted, because all would have taken too long: then there are at least so
    /// many of each.
    public let isSample: Bool
    /// When the rows were counted: costly counts rest for a while.
    public let countedAt: Timestamp
    /// What is stuck.
    public let stuck: [Stuck]
    /// By which column it is known since when a row is in its status; `nil` where nothing tells.
    public let since: String?
    /// Moves that nobody declared.
    public let moves: [Move]
    /// What could not be seen, and why: a sentence each.
    public let notes: [String]

    /// Makes a look.
    public init(
        at: Timestamp, counts: [Count], isSample: Bool, countedAt: Timestamp, stuck: [Stuck], since: String?,
        moves: [Move], notes: [String]
    ) {
        self.at = at
        self.counts = counts
        self.isSample = isSample
        self.countedAt = countedAt
        self.stuck = stuck
        self.since = since
        self.moves = moves
        self.notes = notes
    }

    /// The statuses that rows hold and nobody declared.
    public var undeclared: [Count] { counts.filter { !$0.isDeclared && $0.rows > 0 } }

    /// Whether nothing is stuck, and nothing is there or has happened that nobody declared.
    public var isSound: Bool { stuck.isEmpty && moves.isEmpty && undeclared.isEmpty }
}

/// What a running database tells of a column that is adopted.
public struct AdoptionFacts: Sendable {
    /// A value and how many rows, or lines of a history, hold it.
    public struct Count: Sendable, Hashable {
        /// The value.
        public let value: String
        /// How many.
        public let count: Int64

        /// Counts.
        public init(_ value: String, _ count: Int64) {
            self.value = value
            self.count = count
        }
    }

    /// A move that happened, or that a trigger lets through.
    public struct Move: Sendable, Hashable {
        /// The status that is left.
        public let from: String
        /// The status that is entered.
        public let to: String
        /// How often it happened, where that was counted.
        public let count: Int64?

        /// Names a move.
        public init(from: String, to: String, count: Int64? = nil) {
            self.from = from
            self.to = to
            self.count = count
        }
    }

    /// Whether rows were counted at all.
    public var isCounted = false
    /// What rows hold, the most frequent first.
    public var counts: [Count] = []
    /// Whether only some rows were looked at.
    public var isSample = false
    /// The table that the moves were read from.
    public var history: String?
    /// The moves that happened, or, where there are triggers that refuse some, those that they let through.
    public var moves: [Move] = []
    /// The statuses that rows began in, the most frequent first.
    public var starts: [Count] = []
    /// The triggers that refuse moves: what they let through is all there is.
    public var triggers: [String] = []
    /// What could not be read, a sentence each.
    public var notes: [String] = []

    /// Nothing is known.
    public init() {}
}

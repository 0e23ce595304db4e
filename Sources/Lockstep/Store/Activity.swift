/// How many lines of one kind, leading into one status, the histories of a lifecycle got in a slice of time.
public struct ActivityBucket: Hashable, Sendable {
    /// When the slice begins.
    public var start: Timestamp
    /// What happened.
    public var kind: HistoryEntry.Kind
    /// The status afterwards.
    public var to: String
    /// How often.
    public var count: Int

    /// Makes a count.
    public init(start: Timestamp, kind: HistoryEntry.Kind, to: String, count: Int) {
        self.start = start
        self.kind = kind
        self.to = to
        self.count = count
    }

    /// The order in which stores give counts: by time, then by kind and status.
    public static func order(_ left: ActivityBucket, _ right: ActivityBucket) -> Bool {
        (left.start.microseconds, left.kind.rawValue, left.to)
            < (right.start.microseconds, right.kind.rawValue, right.to)
    }

    /// The length of a slice as stores count it.
    /// - Throws: ``Refusal`` when it is shorter than a millisecond.
    package static func slice(_ every: Duration) throws(Refusal) -> Int64 {
        guard every >= .milliseconds(1) else {
            throw Refusal(
                .badValue,
                "activity is counted by slices of \(every); a slice must have a millisecond or more")
        }
        return every.inMicroseconds
    }
}

import Lockstep

/// How often a costly question is asked: it rests so long that it takes an eightieth of the time at most, and the four
/// questions of a look together a twentieth.
struct Pace: Sendable {
    /// So many times as long as it took it rests.
    private static let rest: Int64 = 79
    /// What takes no longer than this, in microseconds, need not rest.
    private static let cheap: Int64 = 20_000

    private var next: Timestamp?

    /// Whether it may be asked.
    func isDue(_ now: Timestamp) -> Bool { next.map { now >= $0 } ?? true }

    /// Takes down that it was asked.
    mutating func note(from begin: Timestamp, to end: Timestamp) {
        let took = end.microseconds.clampedDifference(begin.microseconds)
        next = took <= Self.cheap ? nil : end + .microseconds(took * Self.rest)
    }
}

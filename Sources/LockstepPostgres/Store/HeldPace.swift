import Synchronization

/// How often a sweep reads through the jobs that workers hold, to find those whose deadline has passed.
///
/// They are few, but while somebody holds an old snapshot open, no vacuum may remove the entries of those that were held
/// since then, and every sweep would read past all of them. Then it does so for a part of the time alone; what nobody
/// holds is looked at by every sweep all the same.
final class HeldPace: Sendable {
    /// So many entries are read by every sweep.
    static let shallow: Int64 = 10_000
    /// Reading more may take this part of the time.
    static let share = 20
    private let next = Mutex<ContinuousClock.Instant?>(nil)

    /// Whether a sweep that begins now reads them.
    func isDue(at now: ContinuousClock.Instant) -> Bool { next.withLock { $0.map { $0 <= now } ?? true } }

    /// Takes note of a sweep that has read them.
    /// - Parameters:
    ///   - read: how many entries of the indexes it read.
    ///   - took: how long the reading took.
    func note(read: Int64, took: Duration, at now: ContinuousClock.Instant) {
        next.withLock { $0 = read > Self.shallow ? now + took * Self.share : nil }
    }
}

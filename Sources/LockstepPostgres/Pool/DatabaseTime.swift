import Foundation
import Lockstep
import Synchronization

/// The database's clock, as it was last sampled, and what this machine has counted since then.
///
/// Between samples it goes by a clock that nobody sets and that counts on while the machine sleeps
/// (`ContinuousClock`, which is `CLOCK_BOOTTIME` on Linux). The server read its clock somewhere between sending and
/// receiving: the middle is wrong by at most half the round trip (Cristian's algorithm).
final class DatabaseTime: TimeSource {
    private struct Sample {
        /// Microseconds since 1970, at `middle`.
        let microseconds: Int64
        let middle: ContinuousClock.Instant
        /// How wrong it may be.
        let error: Duration

        func microseconds(at moment: ContinuousClock.Instant) -> Int64 {
            microseconds + (moment - middle).inMicroseconds
        }
    }

    /// How long a good sample is kept against worse ones: two machines' clocks drift apart.
    static let longestKept = Duration.seconds(10)

    private let best = Mutex<Sample?>(nil)
    private let moment: @Sendable () -> ContinuousClock.Instant
    private let before: any TimeSource

    /// Makes the clock.
    /// - Parameters:
    ///   - moment: what it goes by between samples.
    ///   - before: what it shows until the first sample.
    init(
        moment: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        before: any TimeSource = SystemTime()
    ) {
        self.moment = moment
        self.before = before
    }

    /// Takes in what the database's clock showed.
    ///
    /// Of two samples the one with the shorter round trip is kept, unless it is old, or the new one contradicts it
    /// by more than both may be wrong: then the database's clock was set, or another server answers.
    /// - Parameters:
    ///   - databaseMicroseconds: `(extract(epoch from clock_timestamp())*1000000)::bigint`.
    ///   - sentAt: just before the statement was sent.
    ///   - receivedAt: just after its result came.
    func sample(
        _ databaseMicroseconds: Int64, sentAt: ContinuousClock.Instant, receivedAt: ContinuousClock.Instant
    ) {
        let error = (receivedAt - sentAt) / 2
        let new = Sample(microseconds: databaseMicroseconds, middle: sentAt + error, error: error)
        best.withLock { best in
            guard let old = best else {
                best = new
                return
            }
            let difference = abs(old.microseconds(at: new.middle) - new.microseconds)
            let allowed = (old.error + new.error).inMicroseconds + 1
            let isOld = new.middle - old.middle > Self.longestKept
            if isOld || difference > allowed || new.error <= old.error { best = new }
        }
    }

    /// Whether it is time to ask again: the clocks of two machines drift apart.
    var isDue: Bool { best.withLock(\.self).map { moment() - $0.middle > Self.longestKept } ?? true }

    /// The database's time.
    func now() -> Timestamp {
        guard let sample = best.withLock(\.self) else { return before.now() }
        return Timestamp(microseconds: sample.microseconds(at: moment()))
    }

    /// Sleeps on the continuous clock, as ``SystemTime`` does.
    func sleep(until deadline: Timestamp) async throws {
        let rest = deadline - now()
        if rest > .zero { try await Task.sleep(for: rest, tolerance: .milliseconds(1)) }
    }
}

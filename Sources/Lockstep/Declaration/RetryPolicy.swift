/// How long to wait between attempts.
///
/// Exponential delays carry full jitter (a uniform draw between zero and the delay, floored at a tenth of
/// it), after M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: jobs that failed
/// together must not come back together.
public struct Backoff: Hashable, Codable, Sendable {
    /// The delay before the second attempt.
    public var first: TimeLimit
    /// What each further delay is multiplied by; 1 keeps the delay.
    public var factor: Double
    /// No delay is longer than this.
    public var longest: TimeLimit
    /// Whether delays are drawn at random up to the computed one.
    public var jitter: Bool

    /// Makes a backoff from its parts.
    public init(first: TimeLimit, factor: Double, longest: TimeLimit, jitter: Bool) {
        self.first = first
        self.factor = factor
        self.longest = longest
        self.jitter = jitter
    }

    /// One second, doubling, five minutes at most, with jitter.
    public static let exponential = exponential(from: .seconds(1), upTo: .minutes(5))
    /// No delay at all.
    public static let immediate = Backoff(first: .seconds(0), factor: 1, longest: .seconds(0), jitter: false)
    /// Doubling from `first` up to `longest`, with jitter.
    public static func exponential(from first: TimeLimit, upTo longest: TimeLimit) -> Backoff {
        Backoff(first: first, factor: 2, longest: longest, jitter: true)
    }
    /// Always the same delay, without jitter.
    public static func every(_ delay: TimeLimit) -> Backoff {
        Backoff(first: delay, factor: 1, longest: delay, jitter: false)
    }

    /// The delay in microseconds after the attempt with this number failed.
    /// - Parameters:
    ///   - attempt: the failed attempt, counted from 1.
    ///   - draw: a number in 0..<1 that decides the jitter.
    public func delayMicroseconds(afterAttempt attempt: Int, draw: Double) -> Int64 {
        var delay = Double(first.microseconds ?? 0)
        // Beyond this a floating-point number is no whole one that fits.
        let ceiling = Double(min(longest.microseconds ?? .max, Int64.max / 4))
        for _ in 1..<max(2, min(attempt, 64)) where attempt > 1 && delay < ceiling { delay *= factor }
        delay = min(delay, ceiling)
        let share = jitter ? 0.1 + 0.9 * min(max(draw, 0), 1) : 1
        return Int64(delay * share)
    }
}

/// How often a piece of work may be tried.
public struct RetryPolicy: Hashable, Codable, Sendable {
    /// The wait between attempts.
    public var backoff: Backoff
    /// All attempts, the first included.
    public var attempts: Int

    /// Makes a policy.
    public init(backoff: Backoff, attempts: Int) {
        self.backoff = backoff
        self.attempts = attempts
    }

    /// One attempt and no retry: what holds in a working status that says nothing.
    public static let once = RetryPolicy(backoff: .immediate, attempts: 1)
}

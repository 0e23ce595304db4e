/// Growing, random pauses between attempts to connect, so that many processes do not come back all at once.
///
/// "Full jitter": a random part of a limit that doubles (AWS Architecture Blog, "Exponential Backoff And Jitter").
struct Backoff: Sendable {
    /// The limit of the first pause.
    var first: Duration = .milliseconds(50)
    /// The limit of every pause.
    var longest: Duration = .seconds(5)
    /// How many attempts failed one after the other.
    private(set) var failures = 0

    /// The limit of the next pause.
    var limit: Duration { min(longest, first * (1 << min(failures, 30))) }

    /// Counts a failure and draws the pause that follows it.
    mutating func pause() -> Duration {
        defer { failures += 1 }
        return limit * Double.random(in: 0...1)
    }

    /// An attempt succeeded.
    mutating func reset() { failures = 0 }
}

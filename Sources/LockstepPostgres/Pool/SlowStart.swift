/// Says how many connections may be made: after a failed attempt one attempt at a time until one succeeds, then one
/// connection, two, four, … as their uses succeed. A server that comes back is not run over.
struct SlowStart: Sendable {
    /// How many there may be in the end.
    let limit: Int
    /// How many there may be now, unless the last attempt failed.
    private(set) var allowed: Int
    /// Whether the last attempt failed.
    private(set) var isDown = false
    /// No attempt is made before this.
    private(set) var notBefore: ContinuousClock.Instant?
    private var successes = 0
    private var backoff: Backoff

    /// Begins without an outage.
    init(limit: Int, backoff: Backoff = Backoff()) {
        self.limit = max(limit, 1)
        allowed = self.limit
        self.backoff = backoff
    }

    /// Whether one more attempt may begin, perhaps after a pause.
    func mayConnect(open: Int, connecting: Int) -> Bool {
        isDown ? connecting == 0 && open < limit : open + connecting < allowed
    }

    /// An attempt failed.
    mutating func failed(at moment: ContinuousClock.Instant) {
        isDown = true
        successes = 0
        notBefore = moment + backoff.pause()
    }

    /// An attempt succeeded.
    /// - Parameter open: how many connections there are with it.
    mutating func connected(open: Int) {
        if isDown { allowed = min(max(open, 1), limit) }
        isDown = false
        notBefore = nil
        backoff.reset()
    }

    /// A use of a connection succeeded.
    mutating func used() {
        guard allowed < limit, !isDown else { return }
        successes += 1
        guard successes >= allowed else { return }
        successes = 0
        allowed = min(limit, allowed * 2)
    }
}

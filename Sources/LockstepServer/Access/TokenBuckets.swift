import Synchronization

/// Token buckets (J. S. Turner, "New Directions in Communications", IEEE Communications Magazine 24(10), 1986): each
/// key may do so much at once, and so much a second in the long run.
final class TokenBuckets<Key: Hashable & Sendable>: Sendable {
    private struct Bucket {
        var level: Double
        var at: ContinuousClock.Instant
    }
    private let perSecond: Double
    private let burst: Double
    private let most: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[Key: Bucket]>([:])

    /// - Parameters:
    ///   - perSecond: how fast a bucket fills.
    ///   - burst: how much it holds.
    ///   - most: how many keys are remembered at most; what has filled up again is forgotten first.
    init(
        perSecond: Double, burst: Double, most: Int = 100_000,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.perSecond = perSecond
        self.burst = burst
        self.most = most
        self.now = now
    }

    /// Takes one out.
    /// - Returns: `nil` when there was one; otherwise how long it takes until there is.
    func take(_ key: Key) -> Duration? {
        let moment = now()
        return buckets.withLock { buckets in
            var bucket = filled(buckets[key], moment)
            defer { buckets[key] = bucket }
            guard bucket.level >= 1 else { return wait(bucket) }
            bucket.level -= 1
            makeRoom(in: &buckets, moment)
            return nil
        }
    }

    /// How long it takes until there is one; `nil` when there is. Takes none.
    func waitingTime(_ key: Key) -> Duration? {
        let moment = now()
        return buckets.withLock { buckets in
            guard let known = buckets[key] else { return nil }
            let bucket = filled(known, moment)
            return bucket.level >= 1 ? nil : wait(bucket)
        }
    }

    private func filled(_ bucket: Bucket?, _ moment: ContinuousClock.Instant) -> Bucket {
        guard let bucket else { return Bucket(level: burst, at: moment) }
        let level = bucket.level + (moment - bucket.at) / .seconds(1) * perSecond
        return Bucket(level: min(burst, level), at: moment)
    }

    private func wait(_ bucket: Bucket) -> Duration { .seconds((1 - bucket.level) / perSecond) }

    private func makeRoom(in buckets: inout [Key: Bucket], _ moment: ContinuousClock.Instant) {
        guard buckets.count >= most else { return }
        buckets = buckets.filter { filled($0.value, moment).level < burst }
        // All of them in use at once: whoever comes now begins anew, which is the lesser evil.
        if buckets.count >= most { buckets = [:] }
    }
}

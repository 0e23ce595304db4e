#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Letters to one thread, which sleeps on a condition variable while there are none.
///
/// Unchecked, for the compiler does not know pthread's lock: `letters` is touched under it only.
final class ThreadMailbox<Letter: Sendable>: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var letters: [Letter] = []

    /// Makes an empty one.
    init() {
        lock.initialize(to: pthread_mutex_t())
        filled.initialize(to: pthread_cond_t())
        pthread_mutex_init(lock, nil)
        #if os(Linux)
            // The clock that nobody sets.
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(filled, &attributes)
            pthread_condattr_destroy(&attributes)
        #else
            pthread_cond_init(filled, nil)
        #endif
    }

    deinit {
        pthread_cond_destroy(filled)
        pthread_mutex_destroy(lock)
        filled.deallocate()
        lock.deallocate()
    }

    /// Hands a letter over.
    func post(_ letter: Letter) {
        pthread_mutex_lock(lock)
        letters.append(letter)
        pthread_cond_signal(filled)
        pthread_mutex_unlock(lock)
    }

    /// Takes the oldest letter; blocks until there is one, or until the deadline, for ever without one.
    func take(until deadline: ContinuousClock.Instant? = nil) -> Letter? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while letters.isEmpty {
            guard let deadline else {
                pthread_cond_wait(filled, lock)
                continue
            }
            let rest = deadline - .now
            guard rest > .zero else { return nil }
            wait(rest)
        }
        return letters.removeFirst()
    }

    private func wait(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var span = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        #if os(Linux)
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            let nanoseconds = now.tv_nsec + span.tv_nsec
            span.tv_sec += now.tv_sec + nanoseconds / 1_000_000_000
            span.tv_nsec = nanoseconds % 1_000_000_000
            pthread_cond_timedwait(filled, lock, &span)
        #else
            pthread_cond_timedwait_relative_np(filled, lock, &span)
        #endif
    }
}

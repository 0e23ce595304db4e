import Synchronization

/// Hands hints from whoever changes something to whoever waits for changes, within one process.
///
/// A hint that comes while a waiter has not taken the last one is merged with it.
public final class WakeHub: Sendable {
    private struct State {
        var next = 0
        var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    }
    private let state = Mutex(State())

    /// Makes a hub without waiters.
    public init() {}

    /// A stream of hints; it ends when its consumer does.
    public func wakes() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let number = state.withLock { state in
                state.next += 1
                state.waiting[state.next] = continuation
                return state.next
            }
            continuation.onTermination = { [weak self] _ in
                _ = self?.state.withLock { $0.waiting.removeValue(forKey: number) }
            }
        }
    }

    /// Tells everybody that something changed.
    public func wake() {
        let waiting = state.withLock { Array($0.waiting.values) }
        for continuation in waiting { continuation.yield() }
    }
}

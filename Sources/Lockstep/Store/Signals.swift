import Synchronization

/// Waits for a store's next hint, or for a time, whichever comes first.
///
/// The hints are counted, so that one which comes between reading and waiting is not missed.
final class Signals: Sendable {
    private let listener: Task<Void, Never>
    private let time: any TimeSource
    private let interval: Duration
    private let box: Box

    /// What the listening task keeps alive, so that dropping the signals ends the task.
    private final class Box: Sendable {
        struct State {
            var count = 0
            var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
            var nextWaiter = 0
            /// Waiters whose time was up before they had begun to wait.
            var overdue: Set<Int> = []
        }
        let state = Mutex(State())

        func add() {
            let waiting = state.withLock { state in
                state.count += 1
                defer { state.waiting = [:] }
                return Array(state.waiting.values)
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    init(store: any Store, interval: Duration) {
        let box = Box()
        self.box = box
        time = store.time
        self.interval = interval
        let wakes = store.wakes()
        listener = Task { for await _ in wakes { box.add() } }
    }

    deinit { listener.cancel() }

    /// How many hints have come so far.
    var count: Int { box.state.withLock(\.count) }

    /// Returns when more than `seen` hints have come, or after the interval.
    /// - Throws: `CancellationError`.
    func wait(beyond seen: Int) async throws {
        let number = box.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let deadline = time.now() + interval
        let timer = Task { [box, time] in
            // A cancelled timer has nothing to report; the waiter was resumed by a hint.
            do { try await time.sleep(until: deadline) } catch { return }
            box.state.withLock { state in
                let waiter = state.waiting.removeValue(forKey: number)
                if waiter == nil { state.overdue.insert(number) }
                return waiter
            }?.resume()
        }
        defer {
            timer.cancel()
            _ = box.state.withLock { $0.overdue.remove(number) }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = box.state.withLock { state in
                    if state.count > seen || Task.isCancelled || state.overdue.contains(number) {
                        return true
                    }
                    state.waiting[number] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            box.state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
        try Task.checkCancellation()
    }
}

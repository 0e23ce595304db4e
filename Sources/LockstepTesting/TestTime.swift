import Lockstep
import Synchronization

/// A clock that stands still until a test moves it.
public final class TestTime: TimeSource {
    private struct State {
        var now: Timestamp
        var next = 0
        var sleepers: [Int: (deadline: Timestamp, wake: CheckedContinuation<Void, any Error>)] = [:]
    }
    private let state: Mutex<State>

    /// A clock that shows 2026-01-01 00:00 UTC, or another moment.
    public init(_ start: Timestamp = Timestamp(microseconds: 1_767_225_600_000_000)) {
        state = Mutex(State(now: start))
    }

    /// The moment it shows.
    public func now() -> Timestamp { state.withLock(\.now) }

    /// Moves the clock and wakes whoever slept until then.
    public func advance(by limit: TimeLimit) {
        let due = state.withLock { state in
            state.now = state.now.adding(limit) ?? state.now
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.wake)
        }
        for wake in due { wake.resume() }
    }

    /// Sleeps until the clock was moved that far.
    public func sleep(until deadline: Timestamp) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.now >= deadline || Task.isCancelled { return true }
                    state.sleepers[number] = (deadline, continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number) }?.wake.resume(
                throwing: CancellationError())
        }
        try Task.checkCancellation()
    }
}

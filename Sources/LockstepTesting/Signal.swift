import Synchronization

/// Something that happens once and that others wait for; it is remembered, so that it may come before them.
///
/// ```swift
/// let begun = Signal()
/// let worker = Worker(on: store) {
///     Handler(Export.rendering) { work in
///         begun.send()
///         return .done
///     }
/// }
/// async let running: Void = worker.run()
/// try await begun.wait()
/// ```
public final class Signal: Sendable {
    private struct State {
        var isSent = false
        var next = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }
    private let state = Mutex(State())

    /// Makes a signal that was not sent yet.
    public init() {}

    /// Whether it was sent.
    public var isSent: Bool { state.withLock(\.isSent) }

    /// Lets everybody go on who waits, and whoever comes later. Sending again changes nothing.
    public func send() {
        let waiting = state.withLock { state in
            state.isSent = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once the signal was sent.
    /// - Throws: `CancellationError` when the task is cancelled before that.
    public func wait() async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isSent || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
        if !isSent { try Task.checkCancellation() }
    }
}

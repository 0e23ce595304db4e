import Synchronization

/// Events on their way to the one task that handles them, in order; taken out all at once.
final class Mailbox<Event: Sendable>: Sendable {
    private struct State {
        var events: [Event] = []
        var reader: CheckedContinuation<[Event], Never>?
    }
    private let state = Mutex(State())

    func post(_ event: Event) {
        let reader = state.withLock { state -> CheckedContinuation<[Event], Never>? in
            guard let reader = state.reader else {
                state.events.append(event)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: [event])
    }

    /// Everything that has come, once something has. Only one task may read.
    func take() async -> [Event] {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [Event]? in
                guard state.events.isEmpty else {
                    defer { state.events = [] }
                    return state.events
                }
                state.reader = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}

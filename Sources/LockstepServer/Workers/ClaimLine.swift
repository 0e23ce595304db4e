import Lockstep
import Synchronization

/// Where claims wait for jobs.
///
/// Those who wait for the same statuses stand in one line. A hint of the store, or a second without one, lets the
/// first of each line look; whoever finds jobs lets the next one look too. So a thousand waiting workers cost the
/// store no more looks than there are jobs, and one look a second when there are none.
final class ClaimLine: Sendable {
    /// How long nobody looks when the store gives no hint: retries and delays become due without one.
    static let poll: Duration = .seconds(1)

    /// Which jobs are waited for.
    typealias Wish = [String: [String]]

    private struct Line {
        /// How often somebody was let through, or would have been.
        var count = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<Void, Never>)] = []
        /// How many requests look or wait.
        var members = 0
    }

    /// What the tasks that ring keep alive, so that dropping the line ends them.
    private final class Hall: Sendable {
        struct State {
            var lines: [Wish: Line] = [:]
            var next = 0
            var isOpen = false
        }
        let state = Mutex(State())

        /// Lets the first of every line look.
        func ring() {
            let first = state.withLock { state in
                state.lines.keys.compactMap { Self.step(&state, $0) }
            }
            for continuation in first { continuation.resume() }
        }

        func ring(_ wish: Wish) {
            state.withLock { Self.step(&$0, wish) }?.resume()
        }

        private static func step(_ state: inout State, _ wish: Wish) -> CheckedContinuation<Void, Never>? {
            guard var line = state.lines[wish] else { return nil }
            line.count += 1
            let first = line.waiting.isEmpty ? nil : line.waiting.removeFirst().continuation
            state.lines[wish] = line
            return first
        }

        func leave(_ number: Int, _ wish: Wish) -> CheckedContinuation<Void, Never>? {
            state.withLock { state in
                guard let index = state.lines[wish]?.waiting.firstIndex(where: { $0.number == number }) else {
                    return nil
                }
                return state.lines[wish]?.waiting.remove(at: index).continuation
            }
        }
    }

    private let hall = Hall()
    private let store: any Store
    private let ringers = Mutex([Task<Void, Never>]())

    init(store: any Store) { self.store = store }

    deinit { for ringer in ringers.withLock({ $0 }) { ringer.cancel() } }

    /// Joins the line of a wish; every call needs one of ``leave(_:)``.
    func join(_ wish: Wish) {
        open()
        hall.state.withLock { $0.lines[wish, default: Line()].members += 1 }
    }

    /// Leaves the line.
    func leave(_ wish: Wish) {
        hall.state.withLock { state in
            state.lines[wish]?.members -= 1
            if state.lines[wish]?.members == 0 { state.lines[wish] = nil }
        }
    }

    /// How often somebody in the line of a wish was let through; to be read before looking.
    func count(_ wish: Wish) -> Int { hall.state.withLock { $0.lines[wish]?.count ?? 0 } }

    /// Lets the next one of the line look.
    func pass(_ wish: Wish) { hall.ring(wish) }

    /// Returns when it is the caller's turn to look, at the deadline, or when the task is cancelled.
    /// - Parameter seen: the count before the caller last looked: what was rung since is not missed.
    func wait(_ wish: Wish, beyond seen: Int, until deadline: Timestamp) async {
        let number = hall.state.withLock { state in
            state.next += 1
            return state.next
        }
        let timer = Task { [hall, time = store.time] in
            // A cancelled timer has nothing to report; the waiter has gone on.
            do { try await time.sleep(until: deadline) } catch { return }
            hall.leave(number, wish)?.resume()
        }
        defer { timer.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let time = store.time
                let goesOn = hall.state.withLock { state in
                    guard let line = state.lines[wish], line.count == seen, !Task.isCancelled,
                        time.now() < deadline
                    else { return true }
                    state.lines[wish]?.waiting.append((number, continuation))
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            hall.leave(number, wish)?.resume()
        }
    }

    /// Begins to listen when the first one comes.
    private func open() {
        let isFirst = hall.state.withLock { state in
            defer { state.isOpen = true }
            return !state.isOpen
        }
        guard isFirst else { return }
        let wakes = store.wakes()
        let time = store.time
        ringers.withLock { [hall] ringers in
            ringers.append(Task { for await _ in wakes { hall.ring() } })
            ringers.append(
                Task {
                    while !Task.isCancelled {
                        // A cancelled sleep means that the line is gone.
                        do { try await time.sleep(until: time.now() + Self.poll) } catch { return }
                        hall.ring()
                    }
                })
        }
    }
}

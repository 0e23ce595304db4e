import Lockstep
import Logging
import Synchronization

/// How many jobs of each lifecycle have ended, as it was a while ago.
///
/// Counting them costs the more the more there are. So it is done beside the requests, one lifecycle at a time, and
/// rests ninety-nine times as long as it took: at most a hundredth of the time is spent counting.
final class EndedCounts: Sendable {
    /// A count and its moment.
    struct Count: Sendable {
        var counts: [StatusCount]
        var at: Timestamp
    }

    private struct State {
        var counts: [String: Count] = [:]
        var isCounting = false
        var rest = ContinuousClock.now
    }

    /// Even the cheapest count is not made more often than this.
    private static let shortestRest: Duration = .seconds(5)

    private let store: any Store
    private let state = Mutex(State())

    init(store: any Store) { self.store = store }

    /// What was counted last; begins to count again when it is time. The first count is waited for, for a moment:
    /// in a small database it is there at once.
    func counts(_ definitions: [Definition], _ logger: Logger) async -> [String: Count] {
        let isFirst = state.withLock { $0.counts.isEmpty }
        let names = definitions.map(\.name)
        if let counting = begin(names, logger), isFirst {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await counting.value }
                group.addTask {
                    do { try await Task.sleep(for: .milliseconds(80)) } catch { return }
                }
                await group.next()
                group.cancelAll()
            }
        }
        return state.withLock(\.counts)
    }

    private func begin(_ names: [String], _ logger: Logger) -> Task<Void, Never>? {
        let isDue = state.withLock { state in
            guard !state.isCounting, state.rest <= .now else { return false }
            state.isCounting = true
            return true
        }
        guard isDue else { return nil }
        return Task {
            let began = ContinuousClock.now
            for name in names {
                do {
                    let counts = try await store.count(name)
                    let count = Count(counts: counts, at: store.time.now())
                    state.withLock { $0.counts[name] = count }
                } catch {
                    logger.warning(
                        "the ended jobs could not be counted",
                        metadata: ["lifecycle": "\(name)", "error": "\(error)"])
                }
            }
            let took = ContinuousClock.now - began
            state.withLock { state in
                state.rest = .now + max(Self.shortestRest, took * 99)
                state.isCounting = false
            }
        }
    }
}

import Lockstep
import LockstepSQL
import Synchronization

/// Lets calls that come at the same time share a statement and a commit.
///
/// While some calls are being written the next ones collect: alone, a call goes out at once; under load many
/// share one message, one transaction and one flush of the disk.
final class Batcher<Item: Sendable, Reply: Sendable>: Sendable {
    private struct Call: Sendable {
        let items: [Item]
        let bytes: Int
        let answer: @Sendable (Result<[Reply], any Error>) -> Void
    }
    private struct State {
        var queue: [Call] = []
        var running = 0
    }
    private let state = Mutex(State())
    private let most: Int
    private let largest: Int
    private let heaviest: Int
    private let bytes: @Sendable (Item) -> Int
    private let write: @Sendable ([Item]) async throws -> [Reply]

    /// - Parameters:
    ///   - most: how many writes are under way at most.
    ///   - largest: how many items one write takes, a single call's own aside.
    ///   - heaviest: how many bytes one write takes, a single call's own aside: what is sent together is in memory several
    ///     times, here and in the server.
    ///   - bytes: about how many an item has.
    ///   - write: gives a reply for each item, in order.
    init(
        most: Int, largest: Int, heaviest: Int = 8 << 20,
        bytes: @escaping @Sendable (Item) -> Int = { _ in 0 },
        write: @escaping @Sendable ([Item]) async throws -> [Reply]
    ) {
        self.most = most
        self.largest = largest
        self.heaviest = heaviest
        self.bytes = bytes
        self.write = write
    }

    /// Writes items, perhaps with those of others.
    /// - Throws: what the write throws.
    func perform(_ items: [Item]) async throws -> [Reply] {
        try await withCheckedThrowingContinuation { continuation in
            let call = Call(items: items, bytes: items.reduce(0) { $0 + bytes($1) }) {
                continuation.resume(with: $0)
            }
            let mustRun = state.withLock { state in
                state.queue.append(call)
                guard state.running < most else { return false }
                state.running += 1
                return true
            }
            if mustRun { Task { await self.drain() } }
        }
    }

    /// How many calls wait for the next write.
    var waiting: Int { state.withLock { $0.queue.count } }

    private func drain() async {
        while let calls = next() {
            await carryOut(calls)
        }
    }

    private func next() -> [Call]? {
        state.withLock { state in
            guard !state.queue.isEmpty else {
                state.running -= 1
                return nil
            }
            var (count, items, bytes) = (0, 0, 0)
            for call in state.queue {
                items += call.items.count
                bytes += call.bytes
                guard count == 0 || items <= largest && bytes <= heaviest else { break }
                count += 1
            }
            defer { state.queue.removeFirst(count) }
            return Array(state.queue.prefix(count))
        }
    }

    private func carryOut(_ calls: [Call]) async {
        do {
            var replies = try await write(calls.flatMap(\.items))[...]
            for call in calls {
                call.answer(.success(Array(replies.prefix(call.items.count))))
                replies = replies.dropFirst(call.items.count)
            }
        } catch {
            // A fault that may be one call's own must not be the others' too.
            let isCommon = (error as? SQLError)?.concernsTheTransaction ?? false
            guard calls.count > 1, !isCommon else {
                for call in calls { call.answer(.failure(error)) }
                return
            }
            for call in calls { await carryOut([call]) }
        }
    }
}

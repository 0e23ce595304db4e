import Lockstep
import LockstepServer
import Logging
import ServiceLifecycle

/// Logs and counts every transition of a session, whoever made it: a worker in any process, a route, a sweep.
///
/// It reads the feed of all histories, from where it is when it begins; run it beside a server. Several servers each log and
/// count all transitions.
public struct SessionJournal: Service {
    private let store: any Store
    private let counters: SessionCounters
    private let logger: Logger

    /// The longest time without a look: hints may be lost.
    private static let poll = Duration.seconds(1)
    private static let page = 500

    init(store: any Store, counters: SessionCounters, logger: Logger) {
        self.store = store
        self.counters = counters
        self.logger = logger
    }

    /// Reads until a graceful shutdown begins, or the task is cancelled.
    /// - Throws: nothing; what fails is logged, and tried again.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await follow() }
    }

    private func follow() async {
        let (ticks, tick) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [store] in
                for await _ in store.wakes() { tick.yield() }
            }
            group.addTask {
                while !Task.isCancelled {
                    tick.yield()
                    do { try await Task.sleep(for: Self.poll) } catch { break }
                }
                tick.finish()
            }
            var place: Place?
            for await _ in ticks {
                do {
                    place = try await read(from: place)
                } catch {
                    guard !Task.isCancelled else { break }
                    logger.warning(
                        "the journal of sessions could not be read", metadata: ["error": "\(error)"])
                }
            }
            group.cancelAll()
        }
    }

    /// How far the feed was read.
    struct Place: Sendable {
        fileprivate var cursor: FeedCursor
        /// The last lines of the sessions that moved lately, in two generations: a line may be given more than once, soon
        /// after it was.
        private var recent: [JobID: Int64] = [:]
        private var older: [JobID: Int64] = [:]
        private static let most = 2048

        fileprivate init(cursor: FeedCursor) { self.cursor = cursor }

        /// Takes note of a line.
        /// - Returns: whether it is new.
        fileprivate mutating func insert(_ entry: HistoryEntry) -> Bool {
            guard entry.number > recent[entry.job] ?? older[entry.job] ?? 0 else { return false }
            if recent.count >= Self.most { (older, recent) = (recent, [:]) }
            recent[entry.job] = entry.number
            return true
        }
    }

    /// Reads on.
    /// - Parameter place: where to; without one nothing is read, and the answer is where the feed is now.
    func read(from place: Place?) async throws -> Place {
        guard var place else {
            return Place(cursor: try await store.feed(ExpenseSession.name, from: nil, limit: 1).horizon)
        }
        var hasMore = true
        while hasMore {
            let page = try await store.feed(ExpenseSession.name, from: place.cursor, limit: Self.page)
            for line in page.entries { take(line.entry, &place) }
            place.cursor = page.horizon
            hasMore = page.hasMore
        }
        return place
    }

    private func take(_ entry: HistoryEntry, _ place: inout Place) {
        guard place.insert(entry), let from = entry.from, from != entry.to else { return }
        logger.info("Session \(entry.job) status transition: \(from) -> \(entry.to)")
        counters.made.count(from, entry.to)
    }
}

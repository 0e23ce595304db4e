import Lockstep
import Logging
import ServiceLifecycle

/// Tells an application of every transition of its jobs, whoever made it: a worker in any process, a route, a sweep.
///
/// It reads the feed of all histories, from where it is when it begins; run it beside a server. Several servers each tell of
/// all transitions.
public struct TransitionJournal: Service {
    private let lifecycle: String
    private let store: any Store
    private let logger: Logger
    private let tell: @Sendable (HistoryEntry) async throws -> Void

    /// The longest time without a look: hints may be lost.
    private static let poll = Duration.seconds(1)
    private static let page = 500

    /// A journal.
    /// - Parameters:
    ///   - lifecycle: the jobs' lifecycle.
    ///   - tell: is told of each line that brought a job to another status. When it throws, it is told again, and lines shortly
    ///     before it may be too.
    public init(
        of lifecycle: String, in store: any Store, logger: Logger,
        _ tell: @escaping @Sendable (HistoryEntry) async throws -> Void
    ) {
        self.lifecycle = lifecycle
        self.store = store
        self.logger = logger
        self.tell = tell
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
                        "the journal of '\(lifecycle)' could not be read", metadata: ["error": "\(error)"])
                }
            }
            group.cancelAll()
        }
    }

    /// How far the feed was read.
    public struct Place: Sendable {
        fileprivate var cursor: FeedCursor
        /// The last lines of the sessions that moved lately, in two generations: a line may be given more than once, soon
        /// after it was.
        private var recent: [JobID: Int64] = [:]
        private var older: [JobID: Int64] = [:]
        private static let most = 2048

        fileprivate init(cursor: FeedCursor) { self.cursor = cursor }

        fileprivate func isNew(_ entry: HistoryEntry) -> Bool {
            entry.number > recent[entry.job] ?? older[entry.job] ?? 0
        }

        /// Takes note of a line.
        fileprivate mutating func insert(_ entry: HistoryEntry) {
            if recent.count >= Self.most { (older, recent) = (recent, [:]) }
            recent[entry.job] = entry.number
        }
    }

    /// Reads on.
    /// - Parameter place: where to; without one nothing is read, and the answer is where the feed is now.
    public func read(from place: Place?) async throws -> Place {
        guard var place else {
            return Place(cursor: try await store.feed(lifecycle, from: nil, limit: 1).horizon)
        }
        var hasMore = true
        while hasMore {
            let page = try await store.feed(lifecycle, from: place.cursor, limit: Self.page)
            for line in page.entries {
                let entry = line.entry
                guard place.isNew(entry) else { continue }
                if entry.from != nil, entry.from != entry.to { try await tell(entry) }
                place.insert(entry)
            }
            place.cursor = page.horizon
            hasMore = page.hasMore
        }
        return place
    }
}

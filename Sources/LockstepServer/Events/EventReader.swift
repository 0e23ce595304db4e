import Lockstep
import Logging

/// Reads the feeds on while anybody listens.
struct EventReader {
    private let events: JobEvents
    private var store: any Store { events.store }
    private var limits: JobEvents.Limits { events.limits }

    /// So many lines are read at a time.
    private static let page = 500
    /// So many jobs are asked for their progress at a time.
    private static let jobs = 500

    init(_ events: JobEvents) { self.events = events }

    /// Reads until the task is cancelled.
    func run() async {
        let (ticks, tick) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [store] in
                for await _ in store.wakes() { tick.yield() }
            }
            group.addTask { [limits] in await Self.every(limits.poll) { tick.yield() } }
            group.addTask { [events, limits] in await Self.every(limits.heartbeat) { events.beat() } }
            group.addTask { await Self.every(limits.poll) { await tellProgress() } }
            tick.yield()
            await follow(ticks)
            tick.finish()
            group.cancelAll()
        }
    }

    private static func every(_ interval: Duration, _ body: () async -> Void) async {
        while true {
            do { try await Task.sleep(for: interval) } catch { return }
            await body()
        }
    }

    // MARK: Lines

    private func follow(_ ticks: AsyncStream<Void>) async {
        var places = FeedPlaces()
        for await _ in ticks {
            let before = places
            do {
                try await readOn(&places)
            } catch {
                guard !Task.isCancelled else { return }
                // What was read of the round is read again, and known by its numbers.
                let recent = places.recent
                places = before
                places.recent = recent
                events.logger.warning("the feeds could not be read", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: limits.pause) } catch { return }
        }
    }

    /// Reads everything that has become visible since the last time.
    private func readOn(_ places: inout FeedPlaces) async throws {
        let now = ContinuousClock.now
        if places.nextLook <= now {
            let names = try await store.definitions().map(\.name)
            for name in names where places.cursors[name] == nil {
                // A lifecycle that was installed meanwhile is read from its beginning.
                let isNew = places.isUnderWay
                places.cursors[name] =
                    isNew ? .beginning : try await store.feed(name, from: nil, limit: 1).horizon
            }
            places.isUnderWay = true
            places.nextLook = now + limits.poll
        }
        for (name, cursor) in places.cursors {
            var page = FeedPage(entries: [], horizon: cursor, hasMore: true)
            while page.hasMore {
                page = try await store.feed(name, from: page.horizon, limit: Self.page)
                for line in page.entries where places.recent.insert(line.entry) {
                    try events.publish(line, of: name)
                }
                places.cursors[name] = page.horizon
            }
        }
        events.keep(places.cursors)
    }

    // MARK: Progress

    private func tellProgress() async {
        let byLifecycle = Dictionary(grouping: events.jobListeners) { $0.topic.lifecycle ?? "" }
        do {
            for (lifecycle, listeners) in byLifecycle {
                let byJob = Dictionary(grouping: listeners) { $0.topic.job?.id }
                let ids = byJob.keys.compactMap { $0 }
                for start in stride(from: 0, to: ids.count, by: Self.jobs) {
                    var query = JobQuery(lifecycle)
                    query.ids = Array(ids[start..<min(start + Self.jobs, ids.count)])
                    query.limit = Self.jobs
                    query.withoutData = true
                    for record in try await store.find(query) where record.isLive {
                        for listener in byJob[record.id] ?? [] { listener.push(progressOf: record) }
                    }
                }
            }
        } catch {
            guard !Task.isCancelled else { return }
            events.logger.warning("no progress could be read", metadata: ["error": "\(error)"])
        }
    }
}

/// How far the feeds are read.
private struct FeedPlaces {
    var cursors: [String: FeedCursor] = [:]
    /// Whether it is known where the feeds began.
    var isUnderWay = false
    /// When the lifecycles are looked at again.
    var nextLook = ContinuousClock.now
    var recent = RecentLines()
}

/// The lines that were seen last: a store may give one again.
private struct RecentLines {
    private struct Line: Hashable {
        let job: JobID
        let number: Int64
    }
    private var seen: Set<Line> = []
    private var order: [Line] = []
    private var oldest = 0
    private static let most = 4096

    /// Takes note of a line.
    /// - Returns: whether it is new.
    mutating func insert(_ entry: HistoryEntry) -> Bool {
        let line = Line(job: entry.job, number: entry.number)
        guard seen.insert(line).inserted else { return false }
        guard order.count == Self.most else {
            order.append(line)
            return true
        }
        seen.remove(order[oldest])
        order[oldest] = line
        oldest = (oldest + 1) % Self.most
        return true
    }
}

import Hummingbird
import HTTPTypes
import Lockstep
import LockstepTesting
import NIOCore
import Synchronization
import Testing

@testable import LockstepServer

/// Streams whose clients take long to read: nothing is kept for them without end.
@Suite struct EventBufferTests {
    /// What a stream has written; its client takes nothing beyond a mark until he is let go on.
    private final class Written: ResponseBodyWriter, Sendable {
        let text = Mutex("")
        let isReached = Signal()
        let goesOn = Signal()
        private let mark: String?

        init(stoppingAt mark: String? = nil) { self.mark = mark }

        func write(_ buffer: ByteBuffer) async throws {
            let hasMark = text.withLock { text in
                text += String(buffer: buffer)
                return mark.map { text.contains($0) } ?? false
            }
            guard hasMark else { return }
            isReached.send()
            try await goesOn.wait()
        }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    private static func parcels() async throws -> Jobs<Parcel> { try await Jobs<Parcel>(on: MemoryStore()) }

    /// The lines of a store as they are handed over.
    private static func published(_ store: any Store) async throws -> [PublishedEvent] {
        try await store.feed("parcel", from: .beginning, limit: 100).entries
            .map { try PublishedEvent($0, of: "parcel") }
    }

    @Test func aSlowStreamOfAJobReadsWhatItCouldNotKeep() async throws {
        let parcels = try await Self.parcels()
        let job = try await parcels.start([:], in: .announced, owner: "anna").job.record
        try await parcels.move(job.id, to: .queued)
        try await parcels.cancel(job.id, by: .operator("op"))
        let lines = try await Self.published(parcels.store)
        #expect(lines.count == 3)
        // Lines that came twice, in any order, too many to be kept, one that was missed, or none at all.
        for waiting in [lines + lines, lines.reversed() + lines, [lines[2]], [lines[1], lines[0]], []] {
            let subscription = EventSubscription(1, .job(JobTopic(job)), most: 4)
            subscription.beReady([:])
            for line in waiting { subscription.push(line) }
            subscription.end()
            let written = Written()
            var stream = JobStream(
                events: JobEvents(store: parcels.store), job: JobTopic(job), after: 0, writer: written,
                subscription)
            try await stream.run()
            var parser = EventParser()
            let events = try parser.read(written.text.withLock { $0 })
            #expect(events.map(\.id) == ["1", "2", "3"])
        }
    }

    @Test func moreThanCanWaitIsDroppedAndSaidOnce() async throws {
        let parcels = try await Self.parcels()
        let job = try await parcels.start([:], in: .announced).job.record
        let page = try await parcels.store.feed("parcel", from: .beginning, limit: 1)
        let event = try PublishedEvent(try #require(page.entries.first), of: "parcel")
        let subscription = EventSubscription(1, .job(JobTopic(job)), most: 3)
        for _ in 0..<3 { subscription.push(event) }
        var news = await subscription.next()
        #expect(news.events.count == 3 && !news.isBehind)
        for _ in 0..<10 { subscription.push(event) }
        news = await subscription.next()
        #expect(news.events.isEmpty && news.isBehind)
        subscription.push(event)
        news = await subscription.next()
        #expect(news.events.count == 1 && !news.isBehind && !news.isEnded)
        subscription.end()
        #expect(await subscription.next().isEnded)
        #expect(await subscription.next().isEnded)
    }

    @Test func aSlowStreamOfManyJobsIsSentAwayAndMissesNothing() async throws {
        let parcels = try await Self.parcels()
        var ids: [String] = []
        for _ in 0..<10 { ids.append(try await parcels.start([:], in: .announced).id.text) }
        let lines = try await Self.published(parcels.store)
        // Two lines were sent, then more came than could be kept.
        let subscription = EventSubscription(1, .all(lifecycle: "parcel"), most: 3)
        let written = Written(stoppingAt: ids[1])
        subscription.beReady(["parcel": .beginning])
        for line in lines.prefix(2) { subscription.push(line) }
        let running = Task {
            var stream = FeedStream(
                events: JobEvents(store: parcels.store), lifecycle: "parcel", owner: nil, user: "olga",
                after: nil,
                writer: written, subscription)
            try await stream.run()
        }
        try await written.isReached.wait()
        for line in lines.dropFirst(2) { subscription.push(line) }
        written.goesOn.send()
        try await running.value
        let text = written.text.withLock { $0 }
        #expect(text.contains(": too much has happened"))
        // Its last id is where it goes on.
        var parser = EventParser()
        let seen = try parser.read(text).compactMap(\.job)
        let last = try #require(FeedCursor(parser.lastID ?? ""))
        let rest = try await parcels.store.feed("parcel", from: last, limit: 100).entries
        #expect(seen + rest.map(\.entry.job.text) == ids)
    }

    @Test func aJobIsAskedForItsProgressWithoutItsData() async throws {
        let memory = try await Self.parcels().store
        let job = try await Jobs<Parcel>(on: memory).start(["to": "Anna"], in: .announced).job.record
        let (asked, queries) = AsyncStream<JobQuery>.makeStream()
        var limits = JobEvents.Limits()
        limits.poll = .milliseconds(10)
        let store = PassingStore(memory, onFind: { queries.yield($0) })
        let events = JobEvents(store: store, limits: limits)
        let subscription = events.subscribe(.job(JobTopic(job)))
        defer { events.unsubscribe(subscription) }
        for await query in asked {
            #expect(query.ids == [job.id] && query.withoutData)
            break
        }
    }

    @Test func placesOfManyLifecyclesAreReadBack() {
        let cursors = ["a": FeedCursor(stored: "5:3,4"), "b_c": .beginning]
        let all = EventPlaces(of: nil, cursors)
        #expect(all.description == "a=5:3,4;b_c=0")
        #expect(EventPlaces(of: nil, all.description) == all)
        let one = EventPlaces(of: "a", cursors)
        #expect(one.description == "5:3,4" && EventPlaces(of: "a", "5:3,4") == one)
        for text in ["", "=", "a=", "a=x", "a=1;", "a=1=2", "a"] {
            #expect(EventPlaces(of: nil, text) == nil, "\(text)")
        }
    }
}

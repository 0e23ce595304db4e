import HTTPTypes
import Hummingbird
import Lockstep
import LockstepTesting
import NIOCore
import Synchronization
import Testing

@testable import LockstepServer

/// Jobs move while the feeds begin to be read, as after a restart of the server.
@Suite struct EventStartTests {
    /// What a stream has written, and when it has shown a sign of life.
    private final class Written: ResponseBodyWriter, Sendable {
        let text = Mutex("")
        let beats: AsyncStream<Void>
        private let beat: AsyncStream<Void>.Continuation

        init() { (beats, beat) = AsyncStream<Void>.makeStream() }

        func write(_ buffer: ByteBuffer) async throws {
            let written = String(buffer: buffer)
            text.withLock { $0 += written }
            if written.contains("still here") { beat.yield() }
        }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    @Test func whoComesBackWhileTheReaderStartsMissesNothing() async throws {
        let memory = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: memory)
        let footage = try await Jobs<Footage>(on: memory)
        /// One of each, so that whatever is read first has one.
        @Sendable func startBoth() async throws -> [String] {
            [
                try await parcels.start([:], in: .announced).id.text,
                try await footage.start(NoValue()).id.text,
            ]
        }
        // What happened while the client was away.
        var jobs = try await startBoth()
        let pages = Mutex(0)
        let begun = Mutex<[String]>([])
        let (isHeld, goesOn) = (Signal(), Signal())
        let store = PassingStore(
            memory,
            onFeed: { cursor, limit in
                guard cursor != nil, limit > 1 else { return }
                switch pages.withLock({ pages in
                    pages += 1
                    return pages
                }) {
                case 1:
                    // The reader knows where the feeds end, and reads what comes behind that.
                    let started = try await startBoth()
                    begun.withLock { $0 = started }
                case 2:
                    isHeld.send()
                    try await goesOn.wait()
                default: break
                }
            })
        let events = JobEvents(store: store)
        let topic = EventSubscription.Topic.all(lifecycle: nil)
        let (subscription, other) = (events.subscribe(topic), events.subscribe(topic))
        defer { for each in [subscription, other] { events.unsubscribe(each) } }
        // A line was handed over, and the other lifecycle is not read yet.
        try await isHeld.wait()
        let places = [
            "parcel": try await memory.feed("parcel", from: nil, limit: 1).horizon,
            "footage": try await memory.feed("footage", from: nil, limit: 1).horizon,
        ]
        subscription.beat(places)
        let written = Written()
        let running = Task {
            var stream = FeedStream(
                events: events, lifecycle: nil, owner: nil, user: "olga", after: EventPlaces(of: nil, [:]),
                writer: written, subscription)
            try await stream.run()
        }
        var beats = written.beats.makeAsyncIterator()
        await beats.next()
        goesOn.send()
        // Both are told at once that all lifecycles are read.
        #expect(await other.next().start != nil)
        subscription.beat(places)
        await beats.next()
        subscription.end()
        try await running.value
        jobs += begun.withLock { $0 }
        var parser = EventParser()
        let seen = try parser.read(written.text.withLock { $0 })
        #expect(Set(seen.compactMap(\.job)) == Set(jobs) && jobs.count == 4)
        let last = try #require(EventPlaces(of: nil, parser.lastID ?? ""))
        for (name, cursor) in last.cursors {
            #expect(try await memory.feed(name, from: cursor, limit: 10).entries.isEmpty, "\(name)")
        }
    }
}

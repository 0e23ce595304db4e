import HTTPTypes
import Hummingbird
import Lockstep
import LockstepTesting
import NIOCore
import Synchronization
import Testing

@testable import LockstepServer

/// Clients who come back read what happened meanwhile.
@Suite struct EventCatchUpTests {
    /// What a stream has written.
    private final class Written: ResponseBodyWriter, Sendable {
        private let text = Mutex("")

        var all: String { text.withLock { $0 } }
        func write(_ buffer: ByteBuffer) async throws { text.withLock { $0 += String(buffer: buffer) } }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    /// Sends what came after the beginning to a user.
    private static func stream(
        _ events: JobEvents, _ user: String, _ subscription: EventSubscription
    ) async throws -> [ReceivedEvent] {
        let written = Written()
        var stream = FeedStream(
            events: events, lifecycle: "parcel", owner: nil, user: user,
            after: EventPlaces(of: "parcel", ["parcel": .beginning]), writer: written, subscription)
        try await stream.run()
        var parser = EventParser()
        return try parser.read(written.all)
    }

    private static func subscription() -> EventSubscription {
        let subscription = EventSubscription(1, .all(lifecycle: "parcel"), most: 10)
        subscription.beReady(["parcel": .beginning])
        return subscription
    }

    @Test func aStreamThatEndsReadsNoFurtherPage() async throws {
        let memory = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: memory)
        var wish = NewJob(lifecycle: "parcel")
        wish.status = "announced"
        for outcome in try await memory.start(Array(repeating: wish, count: 1000)) { _ = try outcome.get() }
        let late = try await parcels.start([:], in: .announced)
        let last = try #require(
            try await memory.feed("parcel", from: .beginning, limit: 2000).entries.last)
        let subscription = Self.subscription()
        // A line that was handed over already: it must not follow a gap.
        subscription.push(try PublishedEvent(last, of: "parcel"))
        let store = PassingStore(memory, onFeed: { _, _ in subscription.end() })
        let seen = try await Self.stream(JobEvents(store: store), "anna", subscription)
        #expect(seen.count == 500 && !seen.contains { $0.job == late.id.text })
        let place = try #require(FeedCursor(seen.last?.id ?? ""))
        #expect(try await memory.feed("parcel", from: place, limit: 2000).entries.count == 501)
    }

    @Test(.timeLimit(.minutes(1))) func oneOfAUsersStreamsReadsAtATime() async throws {
        let memory = MemoryStore()
        let id = try await Jobs<Parcel>(on: memory).start([:], in: .announced).id
        let reads = Mutex(0)
        let (isHeld, goesOn) = (Signal(), Signal())
        let store = PassingStore(
            memory,
            onFeed: { _, _ in
                let isFirst = reads.withLock { reads in
                    reads += 1
                    return reads == 1
                }
                guard isFirst else { return }
                isHeld.send()
                try await goesOn.wait()
            })
        let events = JobEvents(store: store)
        let own = (Self.subscription(), Self.subscription())
        async let first = Self.stream(events, "anna", own.0)
        try await isHeld.wait()
        async let second = Self.stream(events, "anna", own.1)
        while events.turns.waiting("anna") == 0 { await Task.yield() }
        // Nobody else waits for them.
        let others = Self.subscription()
        async let third = Self.stream(events, "olga", others)
        while reads.withLock({ $0 }) < 2 { await Task.yield() }
        others.end()
        #expect(try await third.map(\.job) == [id.text])
        #expect(reads.withLock { $0 } == 2)
        goesOn.send()
        while reads.withLock({ $0 }) < 3 { await Task.yield() }
        for subscription in [own.0, own.1] { subscription.end() }
        #expect(try await first.map(\.job) == [id.text])
        #expect(try await second.map(\.job) == [id.text])
        #expect(events.turns.waiting("anna") == 0)
    }
}

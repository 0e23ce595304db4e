import HTTPTypes
import Hummingbird
import Lockstep
import LockstepTesting
import NIOCore
import Synchronization
import Testing

@testable import LockstepServer

/// Jobs that were held and released for ever: nobody reads their histories as a whole.
@Suite struct LongHistoryTests {
    /// What a stream has written.
    private final class Written: ResponseBodyWriter, Sendable {
        private let text = Mutex("")

        var all: String { text.withLock { $0 } }
        func write(_ buffer: ByteBuffer) async throws { text.withLock { $0 += String(buffer: buffer) } }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    /// A job with so many lines.
    private static func job(in store: any Store, lines: Int) async throws -> JobRecord {
        let parcels = try await Jobs<Parcel>(on: store)
        var job = try await parcels.start([:], in: .queued, owner: "anna").job.record
        while job.version < lines {
            let change: Command.Change = job.hold == nil ? .hold("address") : .release
            let command = Command(change, job: job.id, of: "parcel", by: .operator("op"))
            guard case .done(let record)? = try await store.apply([command]).first else {
                throw Failure.userFixable("\(change) was refused")
            }
            job = record
        }
        return job
    }

    @Test func aStreamReadsAHistoryInPages() async throws {
        let memory = MemoryStore()
        let job = try await Self.job(in: memory, lines: 1201)
        for isCutShort in [false, true] {
            let subscription = EventSubscription(1, .job(JobTopic(job)), most: 4)
            let limits = Mutex<[Int]>([])
            let store = PassingStore(
                memory,
                onHistory: { limit in
                    limits.withLock { $0.append(limit) }
                    if isCutShort || limits.withLock({ $0.count == 3 }) { subscription.end() }
                })
            subscription.beReady([:])
            // Handed over already: it must not follow a gap.
            let feed = try await memory.feed("parcel", from: .beginning, limit: 2000)
            subscription.push(try PublishedEvent(try #require(feed.entries.last), of: "parcel"))
            let written = Written()
            var stream = JobStream(
                events: JobEvents(store: store), job: JobTopic(job), after: 0, writer: written, subscription)
            try await stream.run()
            var parser = EventParser()
            let numbers = try parser.read(written.all).compactMap(\.number)
            #expect(numbers == Array(1...(isCutShort ? 500 : 1201)))
            #expect(limits.withLock { $0 } == Array(repeating: 501, count: isCutShort ? 1 : 3))
        }
    }

    @Test func nobodyAsksForMoreThanIsShown() async throws {
        let memory = MemoryStore()
        let job = try await Self.job(in: memory, lines: 20)
        let limits = Mutex<[Int]>([])
        let store = PassingStore(memory, onHistory: { limit in limits.withLock { $0.append(limit) } })
        let router = LockstepServer.router(store: store, tokens: TestServer.tokens)
        APIRoutes(store: store).add(to: router)
        Dashboard(store: store).add(to: router)
        try await TestServer.run(router) { server in
            let path = "/v1/jobs/\(job.id)/history"
            let page = try await server.get("\(path)?limit=5&after=2", as: "anna")
            #expect(try page["entries"]?.items?.count == 5 && page["next_after"] == 7)
            let rest = try await server.get("\(path)?limit=18&after=2", as: "anna")
            #expect(try rest["entries"]?.items?.count == 18 && rest["next_after"] == .null)
            #expect(try await server.get("/dashboard/jobs/\(job.id)", as: "olga").status == 200)
        }
        #expect(limits.withLock { $0 } == [6, 19, 5 * JobTimeline.shown])
    }
}

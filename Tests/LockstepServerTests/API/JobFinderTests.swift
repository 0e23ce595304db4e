import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Synchronization
import Testing

@Suite struct JobFinderTests {
    private final class Counts: Sendable {
        let reads = Mutex<(definitions: Int, jobs: Int)>((0, 0))

        func count(_ read: PassingStore.Read) {
            reads.withLock { reads in
                switch read {
                case .definitions: reads.definitions += 1
                case .jobs: reads.jobs += 1
                }
            }
        }
    }

    /// A job that was found once is looked for in its lifecycle, and the definitions are not read for it.
    @Test func aJobIsFoundByOneRead() async throws {
        let memory = MemoryStore()
        _ = try await memory.install([Definition(Parcel.self), Definition(Footage.self)])
        let counts = Counts()
        try await TestServer.withAPI(on: PassingStore(memory, onRead: { counts.count($0) })) { server in
            let parcel = try await server.start(as: "anna")
            let answer = try await server.post("/v1/jobs", as: "anna", ["lifecycle": "footage"])
            let footage = try #require(try answer["id"]?.text)
            counts.reads.withLock { $0 = (0, 0) }
            let begin = ContinuousClock.now
            for _ in 0..<50 {
                for id in [parcel, footage] {
                    #expect(try await server.get("/v1/jobs/\(id)", as: "anna").status == 200)
                }
            }
            let seconds = (ContinuousClock.now - begin).components.seconds
            let (definitions, jobs) = counts.reads.withLock { $0 }
            #expect(jobs == 100)
            #expect(definitions <= Int(seconds) + 2)
        }
    }
}

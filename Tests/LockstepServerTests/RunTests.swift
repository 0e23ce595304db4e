import Hummingbird
import Lockstep
import LockstepServer
import LockstepTesting
import Logging
import ServiceLifecycle
import Testing

@Suite struct RunTests {
    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test(arguments: ["0.0.0.0", "::", "192.168.0.7", "example.org", "127.0.0.1.example.org", "1270.0.1"])
    func withoutAuthenticationOnlyLoopbackIsServed(host: String) async throws {
        let router = Router(context: AppContext.self)
        router.add(middleware: ProblemMiddleware())
        router.get("/") { _, _ in "open" }
        let failure = await #expect(throws: Failure.self) {
            try await LockstepServer.run(router: router, host: host, port: 0, logger: Self.logger)
        }
        #expect(failure?.code == "no_authentication")
        #expect(failure?.audience == .adminRequired)
    }

    @Test func withAuthenticationAnyHostIsServed() async throws {
        let router = LockstepServer.router(store: MemoryStore(), tokens: TestServer.tokens)
        _ = try await LockstepServer.application(
            router: router, host: "0.0.0.0", port: 0, logger: Self.logger)
    }

    @Test(arguments: ["127.0.0.1", "127.9.9.9", "localhost", "::1"])
    func loopbackIsServedWithoutAuthentication(host: String) async throws {
        let router = Router(context: AppContext.self)
        _ = try await LockstepServer.application(router: router, host: host, port: 0, logger: Self.logger)
    }

    @Test func cancellingEndsTheServer() async throws {
        let router = LockstepServer.router(store: MemoryStore(), tokens: TestServer.tokens)
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let task = Task {
            try await LockstepServer.run(
                router: router, port: 0, logger: Self.logger, onListening: { continuation.yield($0) })
        }
        for await port in ports {
            #expect(try await TestServer(port: port).get("/health").status == 200)
            break
        }
        task.cancel()
        _ = await task.result
    }

    @Test func aWorkerRunsBesideTheServerAndStopsWithIt() async throws {
        let store = MemoryStore()
        let worker = Worker(on: store, options: WorkerOptions(poll: .milliseconds(10))) {
            Handler(Parcel.packing) { _ in .review }
        }
        let router = LockstepServer.router(store: store, tokens: TestServer.tokens)
        APIRoutes(store: store).add(to: router)
        let parcels = try await Jobs<Parcel>(on: store)
        try await TestServer.run(router, services: [WorkerService(worker)]) { server in
            let text = try await server.start(as: "anna")
            let id = try #require(JobID(text))
            for try await job in parcels.watch(id) where job.status == .review { break }
            let moved = try await server.post("/v1/jobs/\(id)/moves", as: "anna", ["to": "delivered"])
            #expect(moved.status == 200)
            #expect(try moved["progress"] == 100 && moved["ended_at"] != .null && moved["fence"] == 1)
        }
        // The worker said goodbye: its lease has ended.
        let now = store.time.now()
        #expect(try await store.workers().allSatisfy { $0.leaseEnds <= now })
    }
}

import Hummingbird
import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Synchronization
import Testing

@Suite struct EventRoutesTests {
    private static func serve(
        limits: JobEvents.Limits = JobEvents.Limits(),
        _ body: @Sendable (TestServer, Jobs<Parcel>, JobEvents) async throws -> Void
    ) async throws {
        let store = MemoryStore(time: TestTime())
        let parcels = try await Jobs<Parcel>(on: store)
        _ = try await store.install([Definition(Footage.self)])
        let events = JobEvents(store: store, limits: limits)
        let router = LockstepServer.router(store: store, tokens: TestServer.tokens)
        EventRoutes(events: events).add(to: router)
        try await TestServer.run(router) { try await body($0, parcels, events) }
    }

    // MARK: One job

    @Test func aStreamOfAJobBeginsWithItsHistoryAndGoesOn() async throws {
        try await Self.serve { server, parcels, _ in
            let id = try await parcels.start([:], in: .announced, owner: "anna").id
            try await parcels.move(id, to: .queued, reason: "it is here")
            let stream = try await EventStream(server, "/v1/jobs/\(id)/events", as: "anna")
            #expect(stream.headers.first(name: "content-type") == "text/event-stream; charset=utf-8")
            #expect(stream.headers.first(name: "cache-control") == "no-store")
            #expect(stream.headers.first(name: "x-accel-buffering") == "no")
            let past = try await stream.next(2)
            #expect(past.map(\.id) == ["1", "2"])
            #expect(past.map(\.name) == ["started", "moved"])
            let moved = past[1].data
            #expect(moved["lifecycle"] == "parcel" && moved["job"]?.text == id.text && moved["number"] == 2)
            #expect(moved["from"] == "announced" && moved["to"] == "queued" && moved["owner"] == "anna")
            #expect(moved["reason"] == "it is here" && moved["at"] == "2026-01-01T00:00:00.000000Z")
            #expect(moved["kind"] == "moved" && moved["failure"] == .null)
            try await parcels.cancel(id, by: .operator("op"))
            #expect(try await stream.next()?.data["to"] == "withdrawn")
            // The end of a job is not the end of its stream: it may be reopened.
            let other = try await parcels.start([:], in: .labelling, owner: "anna").id
            let again = try await EventStream(server, "/v1/jobs/\(id)/events", as: "olga", after: "2")
            #expect(try await again.next()?.id == "3")
            let rest = try await EventStream(server, "/v1/jobs/\(other)/events?after=1", as: "anna")
            try await parcels.cancel(other, by: .operator("op"))
            #expect(try await rest.next()?.id == "2")
        }
    }

    @Test func progressIsToldWithoutANumber() async throws {
        var limits = JobEvents.Limits()
        limits.poll = .milliseconds(20)
        try await Self.serve(limits: limits) { server, parcels, _ in
            let id = try await parcels.start([:], in: .queued, owner: "anna").id
            var beat = Heartbeat(
                worker: WorkerID("w"), lease: .seconds(60), statuses: ["parcel": ["packing"]], host: "test")
            beat.isFirst = true
            _ = try await parcels.store.beat(beat)
            let claimed = try await parcels.store.claim(
                ClaimRequest(worker: beat.worker, statuses: beat.statuses, limit: 1))
            let fence = try #require(claimed.first?.fence)
            let stream = try await EventStream(server, "/v1/jobs/\(id)/events?after=2", as: "anna")
            for (progress, detail) in [(30, "tape"), (30, "paper"), (80, "paper")] {
                var report = Command(
                    .report(progress: progress, detail: detail), job: id, of: "parcel", by: .worker("w"))
                report.claim = Claim(worker: beat.worker, fence: fence)
                _ = try await parcels.store.apply([report])[0].get()
                let event = try #require(try await stream.next())
                #expect(event.name == "progress" && event.id == nil)
                #expect(event.data["progress"] == .integer(Int64(progress)))
                #expect(event.data["progress_detail"]?.text == detail)
                #expect(event.data["status"] == "packing" && event.job == id.text)
            }
        }
    }

    // MARK: Many jobs

    @Test func aStreamOfManyJobsHasWhatItIsAskedFor() async throws {
        var limits = JobEvents.Limits()
        limits.heartbeat = .milliseconds(50)
        try await Self.serve(limits: limits) { server, parcels, _ in
            let footage = try await Jobs<Footage>(on: parcels.store)
            _ = try await parcels.start([:], in: .announced, owner: "anna")
            let all = try await EventStream(server, "/v1/events", as: "olga")
            let anna = try await EventStream(server, "/v1/events", as: "anna")
            let berta = try await EventStream(server, "/v1/events?owner=berta&lifecycle=parcel", as: "olga")
            try await Self.wait(for: [all, anna, berta])
            let first = try await parcels.start([:], in: .announced, owner: "anna").id
            let second = try await parcels.start([:], in: .announced, owner: "berta").id
            let third = try await footage.start(NoValue(), owner: "berta").id
            try await parcels.move(first, to: .queued)
            let fourth = try await parcels.start([:], in: .announced, owner: "berta").id
            // Lines of different lifecycles come in any order.
            #expect(
                Set(try await all.next(5).map { "\($0.job ?? "") \($0.number ?? 0)" })
                    == [
                        "\(first) 1", "\(second) 1", "\(third) 1", "\(first) 2", "\(fourth) 1",
                    ])
            #expect(try await anna.next(2).map(\.job) == [first.text, first.text])
            #expect(try await berta.next(2).map(\.job) == [second.text, fourth.text])
        }
    }

    @Test func anOwnersNameMayHaveSpaces() async throws {
        var limits = JobEvents.Limits()
        limits.heartbeat = .milliseconds(50)
        try await Self.serve(limits: limits) { server, parcels, _ in
            let stream = try await EventStream(server, "/v1/events?owner=anna+maria", as: "olga")
            try await Self.wait(for: [stream])
            let id = try await parcels.start([:], in: .announced, owner: "anna maria").id
            #expect(try await stream.next()?.job == id.text)
        }
    }

    /// A stream has begun when it has shown a sign of life, which it does once the feeds are known.
    private static func wait(for streams: [EventStream]) async throws {
        for stream in streams { while stream.lastID == nil { #expect(try await stream.read()) } }
    }

    @Test(arguments: ["/v1/events", "/v1/events?lifecycle=parcel"])
    func whoComesBackWithAnIDMissesNothing(path: String) async throws {
        var limits = JobEvents.Limits()
        limits.heartbeat = .milliseconds(50)
        try await Self.serve(limits: limits) { server, parcels, _ in
            var stream = try await EventStream(server, path, as: "anna")
            while stream.lastID == nil { #expect(try await stream.read()) }
            var seen: Set<String> = []
            for round in 0..<20 {
                let id = try await parcels.start([:], in: .announced, owner: "anna").id.text
                if round.isMultiple(of: 3) {
                    // Nothing is read of what comes now, and it is not missed.
                    let last = stream.lastID
                    stream = try await EventStream(server, path, as: "anna", after: last)
                }
                while !seen.contains(id) { seen.insert(try #require(try await stream.next()?.job)) }
            }
            #expect(seen.count == 20)
        }
    }

    // MARK: Who may hear what

    @Test func othersJobsAreNotHeardOf() async throws {
        try await Self.serve { server, parcels, _ in
            let id = try await parcels.start([:], in: .announced, owner: "anna").id
            let cases: [(path: String, user: String?, status: Int)] = [
                ("/v1/jobs/\(id)/events", "berta", 404), ("/v1/jobs/\(id)/events", "willi", 403),
                ("/v1/jobs/\(id)/events", nil, 401), ("/v1/jobs/x/events", "anna", 404),
                ("/v1/jobs/0197a000-0000-7000-8000-000000000000/events", "ada", 404),
                ("/v1/jobs/\(id)/events?after=-1", "anna", 422),
                ("/v1/jobs/\(id)/events?after=x", "anna", 422),
                ("/v1/events", "willi", 403), ("/v1/events", nil, 401),
                ("/v1/events?owner=berta", "anna", 404), ("/v1/events?lifecycle=letter", "anna", 404),
                ("/v1/events?after=x", "anna", 422),
                ("/v1/events?lifecycle=parcel&after=parcel%3D1", "anna", 422),
                // What looks like a place, and is none of this store's.
                ("/v1/events?after=parcel%3D1.2", "anna", 422),
                ("/v1/events?lifecycle=parcel&after=1.2", "anna", 422),
                // A misspelt wish does not give everything.
                ("/v1/events?ower=anna", "olga", 422), ("/v1/events?owner=", "olga", 422),
                ("/v1/jobs/\(id)/events?befor=1", "olga", 422),
            ]
            for (path, user, status) in cases {
                let answer = try await server.get(path, as: user)
                #expect(answer.status == status, "\(user ?? "nobody") at \(path)")
                #expect(answer.isProblem, "\(path)")
            }
            for user in ["anna", "olga", "ada"] {
                #expect(
                    try await EventStream(server, "/v1/jobs/\(id)/events", as: user).next()?.job == id.text)
            }
        }
    }

    // MARK: Limits and ends

    @Test func beyondTheLimitsNobodyIsLetIn() async throws {
        var limits = JobEvents.Limits()
        limits.streams = 3
        limits.streamsOfOne = 2
        try await Self.serve(limits: limits) { server, _, events in
            var open: [EventStream] = []
            for _ in 0..<2 { open.append(try await EventStream(server, "/v1/events", as: "anna")) }
            let own = try await server.get("/v1/events", as: "anna")
            #expect(own.status == 429 && own.headers.first(name: "retry-after") == "5")
            open.append(try await EventStream(server, "/v1/events", as: "olga"))
            let full = try await server.get("/v1/events", as: "olga")
            #expect(full.status == 503 && full.headers.first(name: "retry-after") == "5")
            #expect(events.streams == 3)
            #expect(try await server.send(.HEAD, "/v1/events", as: "ada").status == 503)
            open = []
            // Who has left makes room; until his connection is gone the others wait.
            while events.streams > 0 { try await Task.sleep(for: .milliseconds(2)) }
            #expect(try await server.send(.HEAD, "/v1/events", as: "ada").status == 200)
            while events.streams > 0 { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    @Test func aStreamShowsThatItIsAlive() async throws {
        var limits = JobEvents.Limits()
        limits.heartbeat = .milliseconds(20)
        try await Self.serve(limits: limits) { server, parcels, _ in
            let id = try await parcels.start([:], in: .announced, owner: "anna").id
            for path in ["/v1/events", "/v1/jobs/\(id)/events"] {
                let stream = try await EventStream(server, path, as: "anna")
                while stream.comments.count < 3 { #expect(try await stream.read()) }
                #expect(stream.comments.allSatisfy { $0 == "still here" })
            }
        }
    }

    @Test func aServerThatStopsWaitsForNoStream() async throws {
        let left = Mutex<ContinuousClock.Instant?>(nil)
        var limits = JobEvents.Limits()
        limits.heartbeat = .seconds(600)
        try await Self.serve(limits: limits) { server, parcels, _ in
            let id = try await parcels.start([:], in: .announced, owner: "anna").id
            let streams = [
                try await EventStream(server, "/v1/events", as: "anna"),
                try await EventStream(server, "/v1/jobs/\(id)/events", as: "anna"),
            ]
            for stream in streams { #expect(try await stream.read()) }
            #expect(try await streams[1].next()?.id == "1")
            left.withLock { $0 = .now }
        }
        let at = try #require(left.withLock { $0 })
        // The next sign of life was ten minutes away.
        #expect(ContinuousClock.now - at < .seconds(120))
    }
}

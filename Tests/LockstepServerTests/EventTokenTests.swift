import Hummingbird
import Lockstep
import LockstepTesting
import Testing

@testable import LockstepServer

/// Streams whose tokens are taken away.
@Suite struct EventTokenTests {
    @Test(.timeLimit(.minutes(1))) func aStreamEndsWhenItsTokenIsRevoked() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        let tokens = RevocableTokens()
        var limits = JobEvents.Limits()
        #expect(limits.tokens + CachedTokens.longestAge <= .seconds(5))
        limits.tokens = .milliseconds(20)
        limits.heartbeat = .milliseconds(20)
        let events = JobEvents(store: store, limits: limits)
        let router = LockstepServer.router(store: store, tokens: tokens)
        EventRoutes(events: events).add(to: router)
        try await TestServer.run(router) { server in
            let id = try await parcels.start([:], in: .announced, owner: "anna").id
            let (path, many) = ("/v1/jobs/\(id)/events", "/v1/events")
            let others = try await EventStream(server, path, as: "olga")
            let streams = [
                try await EventStream(server, path, as: "anna"),
                try await EventStream(server, many, as: "anna"),
            ]
            #expect(try await streams[0].next()?.number == 1)
            while streams[1].lastID == nil { #expect(try await streams[1].read()) }
            tokens.revoke("anna-token")
            for stream in streams {
                while try await stream.read() {}
                #expect(stream.comments.last == "the stream ends here, for its token is no longer valid")
            }
            #expect(try await server.get(path, as: "anna").status == 401)
            // Whose token still is goes on hearing.
            try await parcels.cancel(id, by: .operator("op"))
            #expect(try await others.next(2).map(\.number) == [1, 2])
        }
    }

    @Test func whatWaitsIsNotSentToWhoMayNotListenAnyMore() async throws {
        let parcels = try await Jobs<Parcel>(on: MemoryStore())
        let job = try await parcels.start([:], in: .announced).job.record
        let line = try #require(
            try await parcels.store.feed("parcel", from: .beginning, limit: 1).entries.first)
        let event = try PublishedEvent(line, of: "parcel")
        let subscription = EventSubscription(1, .all(lifecycle: nil), most: 4)
        subscription.beReady([:])
        subscription.push(event)
        subscription.shut()
        subscription.push(event)
        subscription.push(progressOf: job)
        subscription.beReady([:])
        subscription.end()
        let news = await subscription.next()
        #expect(news.events.isEmpty && news.start == nil && news.progress == nil)
        #expect(news.end == .shut && subscription.isEnded)
    }
}

import Hummingbird
import Lockstep
import LockstepTesting
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import LockstepServer

/// Who asks too much, or fails too often, is answered 429.
@Suite struct LimitsTests {
    private final class Clock: Sendable {
        private let value = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { value.withLock { $0 } }
        func advance(_ duration: Duration) { value.withLock { $0 += duration } }
    }
    private let clock = Clock()

    @Test func aBucketHoldsSoMuchAndFillsSoFast() {
        let buckets = TokenBuckets<String>(perSecond: 2, burst: 3, now: { [clock] in clock.now })
        for _ in 0..<3 { #expect(buckets.take("a") == nil) }
        #expect(buckets.take("a") == .milliseconds(500))
        #expect(buckets.waitingTime("a") == .milliseconds(500))
        #expect(buckets.take("b") == nil)
        clock.advance(.milliseconds(500))
        #expect(buckets.waitingTime("a") == nil)
        #expect(buckets.take("a") == nil)
        #expect(buckets.take("a") != nil)
        clock.advance(.seconds(3600))
        for _ in 0..<3 { #expect(buckets.take("a") == nil) }
        #expect(buckets.take("a") != nil)
    }

    @Test func theNumberOfBucketsIsBounded() {
        let buckets = TokenBuckets<Int>(perSecond: 1, burst: 1, most: 10, now: { [clock] in clock.now })
        for key in 0..<10 { #expect(buckets.take(key) == nil) }
        #expect(buckets.take(0) != nil)
        clock.advance(.seconds(1))
        // All of them are full again, and forgotten.
        #expect(buckets.take(11) == nil)
        #expect(buckets.take(0) == nil)
    }

    private func router(_ limits: RequestLimits, _ cache: CachedTokens) -> Router<AppContext> {
        let now: @Sendable () -> ContinuousClock.Instant = { [clock] in clock.now }
        let router = Router(context: AppContext.self)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: FailureLimit(limits, known: cache, now: now))
        router.add(middleware: BearerAuth(cache, open: ["/health"]))
        router.add(middleware: RateLimit(limits, now: now))
        router.get("/health") { _, _ in "ok" }
        router.get("/here") { _, _ in "here" }
        return router
    }

    @Test func anIdentityIsLimited() async throws {
        let limits = RequestLimits(requestsPerSecond: 1, burst: 3, failuresPerMinute: 0)
        try await TestServer.run(router(limits, CachedTokens(TestServer.tokens))) { server in
            for _ in 0..<3 { #expect(try await server.get("/here", as: "anna").status == 200) }
            let answer = try await server.get("/here", as: "anna")
            #expect(answer.status == 429 && answer.isProblem)
            #expect(answer.headers.first(name: "retry-after") == "1")
            #expect(try answer["code"] == "rate_limited" && answer["audience"] == "temporary")
            // Others are not in its way, nor is what needs no identity.
            #expect(try await server.get("/here", as: "berta").status == 200)
            #expect(try await server.get("/health").status == 200)
            clock.advance(.seconds(1))
            #expect(try await server.get("/here", as: "anna").status == 200)
        }
    }

    @Test func failuresOfAnAddressAreLimited() async throws {
        let limits = RequestLimits(requestsPerSecond: 0, failuresPerMinute: 60, failureBurst: 5)
        try await TestServer.run(router(limits, CachedTokens(TestServer.tokens))) { server in
            #expect(try await server.get("/here", as: "anna").status == 200)
            for _ in 0..<5 { #expect(try await server.get("/here", as: "nobody").status == 401) }
            let answer = try await server.get("/here", as: "nobody")
            #expect(answer.status == 429 && answer.isProblem)
            #expect(try answer["code"] == "too_many_failures")
            #expect(answer.headers.first(name: "retry-after") == "1")
            // A token that was known before goes on; one that was not waits, valid or not.
            #expect(try await server.get("/here", as: "anna").status == 200)
            #expect(try await server.get("/here", as: "berta").status == 429)
            #expect(try await server.get("/here").status == 401)
            #expect(try await server.get("/health").status == 200)
            clock.advance(.seconds(1))
            #expect(try await server.get("/here", as: "berta").status == 200)
        }
    }

    @Test func withoutLimitsNothingIsLimited() async throws {
        try await TestServer.run(router(.none, CachedTokens(TestServer.tokens))) { server in
            for (user, status) in [("nobody", 401), ("anna", 200)] {
                for _ in 0..<50 {
                    let answer = try await server.get("/here", as: user)
                    #expect(answer.status == status)
                }
            }
        }
    }

    @Test func anAddressIsASite() throws {
        func key(_ address: String) throws -> String {
            FailureLimit.key(try SocketAddress(ipAddress: address, port: 1))
        }
        #expect(try key("10.0.0.7") == "10.0.0.7")
        #expect(try key("2001:db8:1:2::9") == key("2001:db8:1:2:ffff::1"))
        #expect(try key("2001:db8:1:3::9") != key("2001:db8:1:2::9"))
        #expect(try key("::1") == key("::2"))
        #expect(try key("::ffff:10.0.0.7") == "10.0.0.7")
    }
}

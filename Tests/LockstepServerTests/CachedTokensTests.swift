import Lockstep
import LockstepTesting
import Synchronization
import Testing

@testable import LockstepServer

/// Identities are remembered for seconds, and no longer.
@Suite struct CachedTokensTests {
    /// Counts what it is asked.
    private final class Source: TokenChecker {
        let known = Mutex<[String: Identity]>(["anna-token": Identity(user: "anna", role: .client)])
        let asked = Mutex(0)

        func identity(forToken token: String) async throws -> Identity? {
            asked.withLock { $0 += 1 }
            return known.withLock { $0[token] }
        }
    }

    private let source = Source()

    /// A clock that stands still until it is moved.
    private final class Shared: Sendable {
        let value: Mutex<ContinuousClock.Instant>
        init(_ value: ContinuousClock.Instant) { self.value = Mutex(value) }
    }

    @Test func aRevokedTokenOpensNothingWithinFiveSeconds() async throws {
        let now = Shared(.now)
        let cache = CachedTokens(source, now: { now.value.withLock { $0 } })
        #expect(CachedTokens.longestAge < .seconds(5))
        for _ in 0..<10 { #expect(try await cache.identity(forToken: "anna-token")?.user == "anna") }
        #expect(source.asked.withLock { $0 } == 1)
        source.known.withLock { $0 = [:] }
        now.value.withLock { $0 += .milliseconds(2999) }
        #expect(try await cache.identity(forToken: "anna-token") != nil)
        now.value.withLock { $0 += .milliseconds(1) }
        #expect(try await cache.identity(forToken: "anna-token") == nil)
        #expect(!cache.hasKnown("anna-token"))
    }

    @Test func whoRevokesForgetsAtOnce() async throws {
        let cache = CachedTokens(source)
        _ = try await cache.identity(forToken: "anna-token")
        source.known.withLock { $0 = [:] }
        cache.forget()
        // Behind its address are others, who must not count as never known either.
        #expect(cache.hasKnown("anna-token"))
        #expect(try await cache.identity(forToken: "anna-token") == nil)
    }

    /// Knows a token until it is revoked; its answer is on the way for as long as the test likes.
    private final class Slow: TokenChecker {
        let isRead = Signal()
        let goesOn = Signal()
        let isRevoked = Mutex(false)

        func identity(forToken token: String) async throws -> Identity? {
            if isRevoked.withLock({ $0 }) { return nil }
            isRead.send()
            try await goesOn.wait()
            return Identity(user: "anna", role: .client)
        }
    }

    @Test func whatWasReadBeforeARevocationIsNotRemembered() async throws {
        let slow = Slow()
        let cache = CachedTokens(slow)
        async let early = cache.identity(forToken: "anna-token")
        try await slow.isRead.wait()
        slow.isRevoked.withLock { $0 = true }
        cache.forget()
        slow.goesOn.send()
        #expect(try await early?.user == "anna")
        #expect(try await cache.identity(forToken: "anna-token") == nil)
    }

    @Test func whatIsNotKnownIsNotRemembered() async throws {
        let cache = CachedTokens(source)
        #expect(try await cache.identity(forToken: "berta-token") == nil)
        source.known.withLock { $0["berta-token"] = Identity(user: "berta", role: .client) }
        #expect(try await cache.identity(forToken: "berta-token")?.user == "berta")
    }

    @Test func itsRoomIsBounded() async throws {
        let now = Shared(.now)
        let cache = CachedTokens(AnyToken(), now: { now.value.withLock { $0 } })
        for number in 0...(CachedTokens.most + 10) {
            now.value.withLock { $0 += .microseconds(1) }
            _ = try await cache.identity(forToken: "t\(number)")
        }
        #expect(!cache.hasKnown("t0"))
        #expect(cache.hasKnown("t\(CachedTokens.most)"))
    }

    private struct AnyToken: TokenChecker {
        func identity(forToken token: String) async throws -> Identity? { Identity(user: "a", role: .client) }
    }

    @Test func aChainAsksInOrder() async throws {
        let second = StaticTokens([
            "anna-token": Identity(user: "other", role: .admin),
            "olga": Identity(user: "olga", role: .operator),
        ])
        let chain = TokenChain([source, second])
        #expect(try await chain.identity(forToken: "anna-token")?.user == "anna")
        #expect(try await chain.identity(forToken: "olga")?.user == "olga")
        #expect(try await chain.identity(forToken: "nobody") == nil)
    }
}

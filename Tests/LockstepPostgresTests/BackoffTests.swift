import LockstepTesting
import Testing

@testable import LockstepPostgres

/// How attempts to connect are held back.
@Suite struct BackoffTests {
    @Test func pausesDoubleUpToALimit() {
        var backoff = Backoff()
        var limits: [Duration] = []
        for _ in 0..<9 {
            let limit = backoff.limit
            limits.append(limit)
            #expect((.zero)...limit ~= backoff.pause())
        }
        #expect(limits == [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) })
        backoff.reset()
        #expect(backoff.limit == .milliseconds(50))
        for _ in 0..<1000 { #expect(backoff.pause() <= backoff.longest) }
    }

    @Test func aPauseIsARandomPartOfItsLimit() {
        let pauses = (0..<1000).map { _ in
            var backoff = Backoff()
            return backoff.pause()
        }
        #expect(pauses.allSatisfy { (.zero)...Duration.milliseconds(50) ~= $0 })
        // All on one side would be a chance of 2⁻¹⁰⁰⁰.
        #expect(pauses.contains { $0 < .milliseconds(25) } && pauses.contains { $0 > .milliseconds(25) })
    }

    @Test func beforeAnyOutageAllMayConnectAtOnce() {
        let start = SlowStart(limit: 4)
        #expect(start.mayConnect(open: 0, connecting: 3))
        #expect(!start.mayConnect(open: 1, connecting: 3))
        #expect(start.notBefore == nil)
    }

    @Test func afterAnOutageConnectionsDouble() {
        var start = SlowStart(limit: 6)
        start.failed(at: .now)
        #expect(start.notBefore != nil)
        #expect(start.mayConnect(open: 0, connecting: 0) && !start.mayConnect(open: 0, connecting: 1))
        start.connected(open: 1)
        #expect(start.notBefore == nil && start.allowed == 1)
        #expect(!start.mayConnect(open: 1, connecting: 0))
        var allowed: [Int] = []
        for _ in 0..<8 {
            start.used()
            allowed.append(start.allowed)
        }
        #expect(allowed == [2, 2, 4, 4, 4, 4, 6, 6])
        #expect(start.mayConnect(open: 4, connecting: 1) && !start.mayConnect(open: 5, connecting: 1))
    }

    /// A server that has no room for one more still serves those that are there.
    @Test func aFailedAttemptBesideOpenConnectionsIsRepeatedAlone() {
        var start = SlowStart(limit: 4)
        start.failed(at: .now)
        #expect(start.mayConnect(open: 3, connecting: 0) && !start.mayConnect(open: 2, connecting: 1))
        start.used()
        #expect(start.mayConnect(open: 3, connecting: 0))
        start.connected(open: 4)
        #expect(start.allowed == 4)
    }
}

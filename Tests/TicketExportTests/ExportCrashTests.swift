import FakeJira
import Foundation
import Lockstep
import Synchronization
import Testing
import TicketExport

/// Exports that are killed, over and over, while Jira and the network do their worst.
@Suite struct ExportCrashTests {
    /// What can happen to a campaign, drawn from its seed.
    private struct Draw {
        private var state: UInt64

        init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    /// A number for each request of a seed, so that what goes wrong does not depend on a shared generator.
    private static func number(_ seed: Int, _ index: Int, _ bound: Int) -> Int {
        var draw = Draw(seed &* 10_007 &+ index)
        _ = draw.next(7)
        return draw.next(bound)
    }

    private static let kinds: [FakeJira.Trouble.Kind] = [
        .loseAnswer, .dropRequest, .postpone, .garble, .status(500), .status(503, retryAfter: 3),
        .status(429, retryAfter: 5),
        .loseAnswer, .postpone, .unreadable,
    ]

    /// Every place at which the program can die in an export that meets no trouble but that.
    @Test func killedAtEveryPlaceOnce() async throws {
        let calm = Bench()
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(53))
        _ = try await calm.run(start)
        let places = calm.change { $0.places }
        #expect(places > 15)
        for lag in [0, 1, 5, 1_000_000] {
            for place in 1...places {
                let bench = Bench {
                    $0.kills = [place]
                    $0.jira.searchLag = lag
                }
                let plan = try await bench.finish(start)
                #expect(bench.wrongs(plan) == [], "killed at place \(place), lag \(lag)")
            }
        }
    }

    /// One campaign: several deaths, lost and late answers, a search that lags, other people's issues in between.
    private func campaign(_ seed: Int, times: ExportTimes = .standard) async throws -> [String] {
        var draw = Draw(seed)
        let count = 1 + draw.next(70)
        let lag = [0, 1, 3, 10, 1_000_000][draw.next(5)]
        let deaths = Set((0..<draw.next(8)).map { _ in 1 + draw.next(60) })
        let others = draw.next(130)
        let lateness = Duration.seconds(draw.next(220))
        let odds = 2 + draw.next(6)
        let bench = Bench(times: times) { state in
            state.kills = deaths
            state.jira.searchLag = lag
            state.jira.add(others, to: "WEB")
            state.jira.tellsBackwards = seed % 2 == 0
            state.lateness = lateness
        }
        let requests = Counter()
        bench.change { state in
            state.trouble = { request in
                let index = requests.next()
                guard index < 60, Self.number(seed, index, odds) == 0 else { return nil }
                let kind = Self.kinds[Self.number(seed, index + 1000, Self.kinds.count)]
                return kind == .unreadable && !request.path.hasSuffix("bulkfetch") ? nil : kind
            }
        }
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(count))
        let plan = try await bench.finish(
            start,
            rest: {
                let (others, seconds) = (draw.next(40), [0, 1, 30, 500, 90_000][draw.next(5)])
                bench.change { state in
                    state.jira.add(others, to: "WEB")
                    // In a day even the slowest search has learned of everything.
                    if seconds > 1000 { state.jira.searchLag = 0 }
                }
                return .seconds(seconds)
            })
        // What is still under way in the end would be too late for anybody to see.
        bench.change { $0.jira.settle() }
        return bench.wrongs(plan)
    }

    @Test(arguments: 0..<250) func everyTicketIsThereExactlyOnce(seed: Int) async throws {
        #expect(try await campaign(seed) == [])
    }

    /// The campaigns would see duplicates: here nobody waits until a call without an answer is over.
    @Test func withoutPatienceThereWouldBeDuplicates() async throws {
        let hasty = ExportTimes(send: .seconds(15), call: .zero, settled: .zero, indexed: .seconds(86_400))
        var wrong = 0
        for seed in 0..<40 where try await !campaign(seed, times: hasty).isEmpty { wrong += 1 }
        #expect(wrong > 0)
    }
}

/// Counts up.
private final class Counter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock { value in
            value += 1
            return value
        }
    }
}

import Lockstep
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Testing

/// Clients and workers on one SQLite file are killed at random moments of a running load.
@Suite(.serialized) struct CrewKillTests {
    static let seats = ["client-cleo", "client-carl", "client-cora", "worker-anna", "worker-ben"]

    @Test(.timeLimit(.minutes(3))) func twentyKillsBreakNoPromise() async throws {
        try await Self.campaign(kills: 20, perField: 20)
    }

    /// A fresh database for every `perField` kills keeps the ledgers small enough to read.
    /// - Parameter isServed: whether the databases are PostgreSQL's.
    static func campaign(kills: Int, perField: Int, isServed: Bool = false) async throws {
        var random = SeededGenerator(seed: testSeed("crew kill campaign"))
        let place = isServed ? " on PostgreSQL" : ""
        var result = CampaignResult("clients and workers killed\(place)", unit: "kills")
        var byRole: [String: Int] = [:]
        var (jobs, calls, unknown, lost) = (0, 0, 0, 0)
        while result.rounds < kills {
            let field = try await Field(on: isServed ? FreshDatabase() : nil)
            for seat in seats { try await field.fill(seat) }
            var wakes = field.store.wakes().makeAsyncIterator()
            for _ in 0..<min(perField, kills - result.rounds) {
                // A random moment of the load: after so many hints of commits, and a little later.
                for _ in 0..<Int.random(in: 3...25, using: &random) { await wakes.next() }
                let pause = Duration.microseconds(Int.random(in: 0...4000, using: &random))
                try await SystemTime().sleep(until: SystemTime().now() + pause)
                // Mostly somebody in the middle of work; now and then somebody who is only beginning.
                let ready = field.ready
                let isAny = ready.isEmpty || Int.random(in: 0..<10, using: &random) == 0
                let seat = (isAny ? seats : ready).randomElement(using: &random) ?? seats[0]
                byRole[String(seat.prefix { $0 != "-" }), default: 0] += 1
                try await field.kill(seat)
                result.rounds += 1
            }
            let summary = try await field.close()
            result.take(summary)
            jobs += summary.jobs
            calls += summary.calls
            unknown += summary.unknown
            lost += summary.lost
            if kills > perField { print("kills: \(result.rounds) of \(kills)") }
        }
        let who = byRole.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)s" }.joined(separator: ", ")
        result.details =
            "\(who); \(calls) calls, \(unknown) of them without an answer; \(jobs) jobs; \(lost) claims taken over"
        try result.record()
        // A handful of kills may miss everybody who holds a claim.
        #expect(unknown > 0 && (lost > 0 || kills < 100), "the kills met nobody at work")
    }
}

/// Seventeen hundred of them; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct CrewKillTortureTests {
    @Test(.timeLimit(.minutes(60))) func seventeenHundredKillsBreakNoPromise() async throws {
        try await CrewKillTests.campaign(kills: 1700, perField: 100)
    }
}

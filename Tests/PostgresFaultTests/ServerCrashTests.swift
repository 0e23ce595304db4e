import Foundation
import Lockstep
import LockstepTesting
import Testing

/// The server crashes in the middle of a load, and comes back.
@Suite(.serialized) struct ServerCrashTests {
    static let seats = ["client-cleo", "client-carl", "client-cora", "worker-anna", "worker-ben"]

    @Test(.timeLimit(.minutes(3))) func twoCrashesLoseNothing() async throws {
        try await Self.campaign(rounds: 2, perCrowd: 2, load: .seconds(4))
    }

    /// - Parameters:
    ///   - perCrowd: how many crashes a database goes through before a fresh one is taken.
    ///   - load: how long everybody works between two crashes.
    static func campaign(rounds: Int, perCrowd: Int, load: Duration) async throws {
        var random = SeededGenerator(seed: testSeed("server crashes"))
        var result = CampaignResult("PostgreSQL crashed under load", unit: "crashes")
        var (calls, unknown, jobs, again) = (0, 0, 0, 0)
        var (recoveries, firsts, before): ([Double], [Double], [Double]) = ([], [], [])
        var (missing, downtimes): (Int, [Double]) = (0, [])
        let cluster = Cluster()
        try await cluster.start()
        while result.rounds < rounds {
            let database = "crash\(result.rounds)"
            try await cluster.make(database)
            let crowd = try await Crowd(at: cluster.url(database))
            for seat in seats { try await crowd.fill(seat, at: cluster.url(database)) }
            try await pause(load)
            var outages: [Outage] = []
            for _ in 0..<min(perCrowd, rounds - result.rounds) {
                try await pause(.milliseconds(.random(in: 0...1000, using: &random)))
                let began = CallLog.now()
                if Bool.random(using: &random) { try await cluster.crash() } else { try await cluster.kill() }
                try await pause(.milliseconds(.random(in: 0...2000, using: &random)))
                try await cluster.restart()
                outages.append(Outage(began: began, ended: CallLog.now()))
                try await pause(load)
                result.rounds += 1
            }
            let summary = try await crowd.close(allowance: .seconds(20))
            result.take(summary)
            calls += summary.calls.count
            unknown += summary.unknown
            jobs += summary.jobs
            again += summary.startedAgain
            let answers = Outage.answers(summary.calls)
            for outage in outages {
                downtimes.append(Double(outage.ended - outage.began) / 1e6)
                before.append(outage.rateBefore(answers))
                firsts.append(outage.firstAnswer(answers) ?? .infinity)
                if let recovery = outage.recovery(answers) {
                    recoveries.append(recovery)
                } else {
                    missing += 1
                }
            }
            if rounds > perCrowd { print("server crashes: \(result.rounds) of \(rounds)") }
        }
        try await cluster.stop()
        result.details =
            "\(calls) calls, \(unknown) without an answer; \(jobs) jobs, \(again) erased and started again; down for "
            + "\(seconds(downtimes)); first answer \(seconds(firsts)) after the server's return; "
            + "90 % of the load before (\(Int(before.quantile(0.5))) calls/s) after \(seconds(recoveries))"
            + (missing > 0 ? "; \(missing) times not before the next crash" : "")
        // How fast a shared machine is in a single second is not for a short run to judge.
        if rounds > perCrowd {
            result.violations += missing
            #expect(missing == 0, "the load was not back before the next crash")
        }
        try result.record()
        #expect(unknown > 0, "no crash met a call under way")
        #expect(!firsts.contains(.infinity), "nobody was answered after a crash")
    }
}

/// Median and largest, for people.
func seconds(_ values: [Double]) -> String {
    String(format: "%.1f s (largest %.1f s)", values.quantile(0.5), values.max() ?? 0)
}

/// Thirty crashes; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct ServerCrashTortureTests {
    // Two crashes are far enough apart for the load to be back in between: a worker that was taken for dead alone takes
    // ten seconds.
    @Test(.timeLimit(.minutes(30))) func thirtyCrashesLoseNothing() async throws {
        try await ServerCrashTests.campaign(rounds: 30, perCrowd: 10, load: .seconds(16))
    }
}

import Foundation
import Lockstep
import LockstepTesting
import PostgresSupport
import Testing

/// 64 who claim at once, under plans that nobody would choose.
@Suite(.serialized) struct PlanRaceTests {
    @Test(.timeLimit(.minutes(3))) func thirtyRoundsKeepEveryLimit() async throws {
        try await Self.campaign(rounds: 30)
    }

    static func campaign(rounds: Int) async throws {
        var result = CampaignResult("64 claimers under forced nested loops", unit: "rounds")
        let race = try await PlanRace()
        let claimers = try await race.workers()
        for round in 0..<rounds {
            let faults = try await race.round(round, claimers, isRecorded: true)
            for fault in faults.prefix(5) { Issue.record("round \(round): \(fault)") }
            result.violations += faults.count
            result.rounds += 1
            if rounds > 100, result.rounds.isMultiple(of: 100) {
                print("rounds: \(result.rounds) of \(rounds)")
            }
        }
        result.details = "\(rounds * PlanRace.jobs) jobs, each handed out once and recorded once"
        try result.record()
    }

    /// The race is one that can be lost: the form that everybody writes first exceeds its limits in it. Its search takes
    /// a moment, as on a machine with more to do, so that others come between.
    @Test(.timeLimit(.minutes(3))) func theWellKnownFormExceedsItsLimit() async throws {
        let race = try await PlanRace()
        var claimers: [PlanRace.Claimer] = []
        for number in 0..<PlanRace.claimers {
            let plain = try await race.database.plain()
            // Its search has no index to go by; without this the planner would rather search once and sort.
            try await plain.execute("SET enable_seqscan = on")
            claimers.append(
                PlanRace.Claimer(name: "claimer\(number)") { limit, _ in
                    try await plain.rows(
                        """
                        UPDATE parcel_jobs SET claimed_by = $1 WHERE id IN (
                            SELECT id FROM parcel_jobs
                            WHERE status IN ('queued', 'labelling') AND claimed_by IS NULL
                                AND pg_sleep(0.0005) IS NOT NULL
                            LIMIT \(limit) FOR UPDATE SKIP LOCKED)
                        RETURNING id
                        """, "claimer\(number)"
                    ).compactMap(\.[0])
                })
        }
        var faults: [String] = []
        var rounds = 0
        while rounds < 60, !faults.contains(where: { $0.contains("was given") }) {
            faults += try await race.round(rounds, claimers, isRecorded: false)
            rounds += 1
        }
        #expect(faults.contains { $0.contains("was given") })
        print(
            "the well-known form: \(faults.count) faults in \(rounds) rounds, such as: \(faults.first ?? "none")"
        )
    }
}

/// A thousand rounds; only `make torture` has the time.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct PlanRaceTortureTests {
    @Test(.timeLimit(.minutes(60))) func aThousandRoundsKeepEveryLimit() async throws {
        try await PlanRaceTests.campaign(rounds: 1000)
    }
}

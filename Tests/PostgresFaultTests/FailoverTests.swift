import Foundation
import Lockstep
import LockstepTesting
import Testing

/// The primary dies under load, its standby takes over, and the clients go on with a connection string that names
/// both.
@Suite(.serialized) struct FailoverTests {
    static let seats = ["client-cleo", "client-carl", "client-cora", "worker-anna", "worker-ben"]

    @Test(.timeLimit(.minutes(3))) func aSynchronousStandbyLosesNothing() async throws {
        try await Self.campaign(rounds: 1, load: .seconds(3))
    }

    /// The campaign can fail: what a standby has not received is lost, and the checker says so.
    @Test(.timeLimit(.minutes(3))) func aStandbyThatLagsLosesWhatTheCheckerMisses() async throws {
        let pair = try await Pair()
        let crowd = try await pair.crowd("lagging", isSynchronous: false)
        try await pause(.seconds(1))
        // From here on the standby receives nothing.
        try await pair.standby.sql("ALTER SYSTEM SET primary_conninfo = ''")
        try await pair.standby.sql("SELECT pg_reload_conf()")
        try await pause(.seconds(2))
        try await pair.primary.kill()
        try await pair.standby.promote()
        try await pause(.seconds(1))
        let summary = try await crowd.close(allowance: .seconds(20))
        let lost = summary.violations.filter { $0.contains("startLost") || $0.contains("writeLost") }
        #expect(!lost.isEmpty, "a standby two seconds behind took over, and the checker missed nothing")
        print(
            "failover to a lagging standby: the checker reports \(lost.count) lost calls of \(summary.calls.count)"
        )
        try await pair.standby.stop()
    }

    /// - Parameter load: how long everybody works before and after each failover.
    static func campaign(rounds: Int, load: Duration) async throws {
        var random = SeededGenerator(seed: testSeed("failovers"))
        var result = CampaignResult("PostgreSQL fails over to a synchronous standby", unit: "failovers")
        var (outages, lost): ([Outage], Int) = ([], 0)
        let pair = try await Pair()
        let crowd = try await pair.crowd("failover", isSynchronous: true)
        while result.rounds < rounds {
            if result.rounds > 0 { try await pair.rebuild() }
            try await pause(load + .milliseconds(.random(in: 0...500, using: &random)))
            let began = CallLog.now()
            try await pair.primary.kill()
            try await pair.standby.promote()
            outages.append(Outage(began: began, ended: CallLog.now()))
            try await pause(load)
            result.rounds += 1
            if rounds > 1 { print("failovers: \(result.rounds) of \(rounds)") }
        }
        let summary = try await crowd.close(allowance: .seconds(25))
        result.take(summary)
        lost = summary.violations.count { $0.contains("startLost") || $0.contains("writeLost") }
        let answers = Outage.answers(summary.calls)
        let recoveries = outages.compactMap { $0.recovery(answers) }
        result.details =
            "\(summary.calls.count) calls, \(summary.unknown) without an answer; \(summary.jobs) jobs; \(lost) "
            + "acknowledged calls lost; promoted after \(seconds(outages.map { Double($0.ended - $0.began) / 1e6 })); "
            + "first answer \(seconds(outages.compactMap { $0.firstAnswer(answers) })) after that"
            + (rounds > 1
                ? "; 90 % of the load before after \(seconds(recoveries)), \(recoveries.count) of \(rounds) times"
                : "")
        try result.record()
        #expect(summary.unknown > 0, "no failover met a call under way")
        try await pair.standby.stop()
    }
}

/// A primary and its standby, which change places.
private final class Pair {
    private var clusters = [Cluster(), Cluster()]
    private var primaryPlace = 0
    private var isSynchronous = true

    var primary: Cluster { clusters[primaryPlace] }
    var standby: Cluster { clusters[1 - primaryPlace] }

    init() async throws {
        try await primary.start(["-c", "wal_keep_size=512MB"])
        try await standby.follow(primary)
    }

    /// Clients and workers on a new database of both.
    func crowd(_ database: String, isSynchronous: Bool) async throws -> Crowd {
        self.isSynchronous = isSynchronous
        try await primary.waitForStandby(isSynchronous: isSynchronous)
        try await primary.make(database)
        let ports = try clusters.map { try $0.port }
        let url =
            "postgres://postgres@127.0.0.1:\(ports[0]),127.0.0.1:\(ports[1])/\(database)"
            + "?target_session_attrs=read-write"
        let crowd = try await Crowd(at: url)
        for seat in FailoverTests.seats { try await crowd.fill(seat, at: url) }
        return crowd
    }

    /// After a failover: the old primary becomes the standby of the new one.
    func rebuild() async throws {
        primaryPlace = 1 - primaryPlace
        try await standby.follow(primary)
        try await primary.waitForStandby(isSynchronous: isSynchronous)
    }
}

/// Ten failovers; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct FailoverTortureTests {
    @Test(.timeLimit(.minutes(30))) func tenFailoversLoseNothing() async throws {
        try await FailoverTests.campaign(rounds: 10, load: .seconds(6))
    }
}

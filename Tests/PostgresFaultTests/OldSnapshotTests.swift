import Foundation
import Lockstep
import LockstepTesting
import Testing

/// Somebody holds a snapshot open under load: what is updated meanwhile leaves old versions behind that no vacuum may
/// take away.
@Suite(.serialized) struct OldSnapshotTests {
    static let seats = [
        "client-cleo", "client-carl", "client-cora", "worker-anna", "worker-ben", "reader-rosa",
    ]
    /// What a claim may take in spite of the snapshot, in seconds, in 99 of 100 cases.
    static let limit = 1.0

    @Test(.timeLimit(.minutes(3))) func claimsGoOn() async throws { try await Self.campaign(seconds: 4) }

    /// - Parameter length: how long the snapshot is held, in seconds.
    static func campaign(seconds length: Int) async throws {
        var result = CampaignResult("PostgreSQL under load with an old snapshot", unit: "seconds")
        let cluster = Cluster()
        try await cluster.start()
        try await cluster.make("snapshot")
        let url = try cluster.url("snapshot")
        let crowd = try await Crowd(at: url)
        for seat in seats { try await crowd.fill(seat, at: url) }
        try await pause(.seconds(2))
        let before = CallLog.now()
        try await pause(.seconds(max(length / 4, 2)))
        crowd.member("reader-rosa")?.tell("go")
        #expect(await crowd.member("reader-rosa")?.says("holding") != nil, "the reader holds no snapshot")
        let held = CallLog.now()
        try await pause(.seconds(length))
        crowd.member("reader-rosa")?.tell("go")
        #expect(await crowd.member("reader-rosa")?.says("released") != nil, "the reader is gone")
        let released = CallLog.now()
        try await pause(.seconds(max(length / 4, 2)))
        let after = CallLog.now()
        result.rounds = length
        let summary = try await crowd.close(allowance: .seconds(15))
        result.take(summary)

        func claims(_ from: Int64, _ to: Int64) -> [Double] {
            summary.calls.filter {
                $0.call == "claim" && $0.answer == .ok && $0.begin >= from && $0.begin < to
            }
            .compactMap { call in call.end.map { Double($0 - call.begin) / 1e6 } }
        }
        // Of the time of the snapshot the second half counts: then there is most to step over.
        let times = [claims(before, held), claims((held + released) / 2, released), claims(released, after)]
        #expect(!times.contains([]), "nothing was claimed for a while")
        let slowest = times[1].quantile(0.99)
        if slowest > limit { result.violations += 1 }
        #expect(slowest <= limit, "claims take \(slowest) s under an old snapshot")
        let ratio = slowest / times[0].quantile(0.99)
        // How fast a shared machine is in a few seconds is not for a short run to judge.
        if length >= 60 {
            if ratio > 3 { result.violations += 1 }
            #expect(ratio <= 3, "claims take \(ratio) times as long under an old snapshot")
        }
        let words = zip(["before", "in its second half", "after"], times).map { name, times in
            "\(name) " + String(format: "%.1f ms", times.quantile(0.99) * 1000) + " (\(times.count))"
        }
        result.details =
            "p99 of a claim (claims): \(words.joined(separator: ", ")), \(String(format: "%.2f", ratio)) times that before; \(summary.calls.count) calls; "
            + "\(summary.jobs) jobs, all at their end"
        try result.record()
        try await cluster.stop()
    }
}

/// Ten minutes; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct OldSnapshotTortureTests {
    @Test(.timeLimit(.minutes(30))) func claimsGoOnForTenMinutes() async throws {
        try await OldSnapshotTests.campaign(seconds: 600)
    }
}

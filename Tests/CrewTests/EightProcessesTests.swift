import Foundation
import Lockstep
import LockstepSQLite
import LockstepTesting
import Testing

/// Eight processes on one file: clients, workers, and a reader that holds one snapshot all the while.
@Suite(.serialized) struct EightProcessesTests {
    static let seats = [
        "client-cleo", "client-carl", "client-cora", "client-kim", "worker-anna", "worker-ben", "worker-eve",
        "reader-rosa",
    ]
    /// The WAL may not grow beyond this, in MiB.
    static let limit = 64.0

    @Test(.timeLimit(.minutes(3))) func twoRoundsLeaveASoundFile() async throws {
        try await Self.campaign(rounds: 2, perField: 2)
    }

    static func campaign(rounds: Int, perField: Int) async throws {
        var random = SeededGenerator(seed: testSeed("eight processes"))
        var result = CampaignResult("eight processes, long reader, kills", unit: "rounds")
        var (kills, calls, jobs, largest, hints) = (0, 0, 0, 0.0, 0)
        while result.rounds < rounds {
            let field = try await Field()
            for seat in seats { try await field.fill(seat) }
            var wakes = field.store.wakes().makeAsyncIterator()
            for _ in 0..<min(perField, rounds - result.rounds) {
                let holds = await field.member("reader-rosa")?.says("holding")
                #expect(holds != nil, "the reader holds no snapshot")
                for _ in 0..<6 {
                    for _ in 0..<Int.random(in: 10...40, using: &random) {
                        await wakes.next()
                        hints += 1
                        largest = max(largest, size(of: field.database + "-wal"))
                    }
                    let seat = seats.dropLast().randomElement(using: &random) ?? seats[0]
                    try await field.kill(seat)
                    kills += 1
                }
                // Checked while the snapshot is still held and everybody goes on.
                let faults = try await field.integrity()
                result.violations += faults.count
                #expect(faults.isEmpty)
                if Bool.random(using: &random) {
                    // A reader that is killed lets its snapshot go as well.
                    try await field.kill("reader-rosa")
                    kills += 1
                } else {
                    field.member("reader-rosa")?.tell("go")
                }
                result.rounds += 1
            }
            let summary = try await field.close()
            result.take(summary)
            calls += summary.calls
            jobs += summary.jobs
            if rounds > perField { print("eight processes: \(result.rounds) of \(rounds)") }
        }
        #expect(largest < limit, "the WAL grew to \(largest) MiB")
        result.details =
            "\(kills) kills, \(calls) calls, \(jobs) jobs; largest WAL \(String(format: "%.1f", largest)) MiB"
        try result.record()
    }

    /// In MiB; nothing when there is no such file.
    private static func size(of path: String) -> Double {
        var status = stat()
        return stat(path, &status) == 0 ? Double(status.st_size) / 1_048_576 : 0
    }
}

/// A hundred rounds; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct EightProcessesTortureTests {
    @Test(.timeLimit(.minutes(60))) func hundredRoundsLeaveASoundFile() async throws {
        try await EightProcessesTests.campaign(rounds: 100, perField: 10)
    }
}

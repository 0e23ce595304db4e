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
        var (kills, calls, jobs, largest, longest) = (0, 0, 0, 0.0, 0)
        while result.rounds < rounds {
            let field = try await Field()
            for seat in seats { try await field.fill(seat) }
            for _ in 0..<min(perField, rounds - result.rounds) {
                let round = try await round(field, &random)
                result.violations += round.faults.count
                for fault in round.faults { Issue.record("\(fault)") }
                kills += round.kills
                largest = max(largest, round.log)
                longest = max(longest, round.commits)
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
            "\(kills) kills, \(calls) calls, \(jobs) jobs; largest WAL \(String(format: "%.1f", largest)) MiB, "
            + "begun anew within \(longest) hints of commits after the reader let go"
        try result.record()
    }

    /// One round: the reader takes its snapshot, six others are killed, the file is checked, the reader lets go,
    /// and the log begins anew.
    private static func round(
        _ field: Field, _ random: inout SeededGenerator
    ) async throws -> (faults: [String], kills: Int, log: Double, commits: Int) {
        var wakes = field.store.wakes().makeAsyncIterator()
        let log = WriteAheadLog(path: field.database + "-wal")
        var (kills, largest) = (0, 0.0)
        field.member("reader-rosa")?.tell("go")
        guard await field.member("reader-rosa")?.says("holding") != nil else {
            return (["the reader holds no snapshot"], 0, 0, 0)
        }
        while kills < 6 {
            for _ in 0..<Int.random(in: 10...40, using: &random) {
                await wakes.next()
                largest = max(largest, log.mebibytes)
            }
            let seat = seats.dropLast().randomElement(using: &random) ?? seats[0]
            try await field.kill(seat)
            kills += 1
        }
        // Checked while the snapshot is still held and everybody goes on.
        var faults = try await field.integrity()
        let before = log.beginnings
        if Bool.random(using: &random) {
            // A reader that is killed lets its snapshot go as well.
            try await field.kill("reader-rosa")
            kills += 1
        } else {
            field.member("reader-rosa")?.tell("go")
            if await field.member("reader-rosa")?.says("released") == nil {
                faults.append("the reader is gone")
            }
        }
        var commits = 0
        while log.beginnings == before, commits < 3000 {
            await wakes.next()
            commits += 1
            largest = max(largest, log.mebibytes)
        }
        if log.beginnings == before {
            faults.append("the WAL was not begun anew after the reader had let go")
        }
        return (faults, kills, largest, commits)
    }
}

/// SQLite's log beside a database (sqlite.org/fileformat2.html, section 4.1).
private struct WriteAheadLog {
    let path: String

    /// How large the file is; nothing when there is none.
    var mebibytes: Double {
        var status = stat()
        return stat(path, &status) == 0 ? Double(status.st_size) / 1_048_576 : 0
    }

    /// The checkpoint sequence number in its header, which rises whenever it is written from its beginning.
    var beginnings: UInt32 {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        var number: UInt32 = 0
        withUnsafeMutableBytes(of: &number) { _ = pread(file, $0.baseAddress, 4, 12) }
        return UInt32(bigEndian: number)
    }
}

/// A hundred rounds; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct EightProcessesTortureTests {
    @Test(.timeLimit(.minutes(60))) func hundredRoundsLeaveASoundFile() async throws {
        try await EightProcessesTests.campaign(rounds: 100, perField: 10)
    }
}

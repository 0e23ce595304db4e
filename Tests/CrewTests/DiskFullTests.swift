import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

@testable import lockstep_crew

/// The disk fills up in the middle of a load.
@Suite(.serialized) struct DiskFullTests {
    @Test(.timeLimit(.minutes(3))) func oneFullDiskLosesNothing() async throws {
        try await Self.campaign(rounds: 1)
    }

    static func campaign(rounds: Int) async throws {
        guard let disk = SmallDisk(mebibytes: 24) else {
            print("disk full: 0 of \(rounds) rounds, for no small tmpfs can be mounted here; run it as root")
            return
        }
        var result = CampaignResult("disk full in the middle of a load", unit: "rounds")
        var random = SeededGenerator(seed: testSeed("disk full"))
        var said: [String: Int] = [:]
        let field = try await Field(in: disk.path)
        let clients = ["client-cleo", "client-carl"]
        for seat in clients + ["worker-anna"] { try await field.fill(seat) }
        for round in 0..<rounds {
            var wakes = field.store.wakes().makeAsyncIterator()
            for _ in 0..<Int.random(in: 20...60, using: &random) { await wakes.next() }
            try disk.fill()
            // Everybody is told, in words that say what is wrong.
            for seat in clients {
                let trouble = await field.member(seat)?.says("trouble ")
                #expect(trouble == "trouble database_full", "client \(seat) heard otherwise")
            }
            do {
                // A small write may still fit where SQLite's log begins anew; then it must survive like any.
                _ = try await field.errands.start(["round": round], in: .sorting)
                said["acknowledged", default: 0] += 1
            } catch let error as SQLError {
                said["\(error)", default: 0] += 1
                #expect(error.kind == .full)
                #expect(error.failure.audience == .temporary)
            }
            // What is there can still be read.
            _ = try await field.errands.find { $0.limit = 5 }
            disk.free()
            // It goes on by itself, for everybody.
            for await _ in field.store.wakes() { break }
            let after = try await field.errands.start(["round": round], in: .sorting)
            #expect(!after.reused)
            result.rounds += 1
        }
        let summary = try await field.close(allowance: .seconds(10))
        result.take(summary)
        let words = said.map { "\($0.value) × \($0.key)" }.sorted().joined(separator: ", ")
        result.details =
            "\(summary.calls) calls, \(summary.unknown) without an answer; \(summary.jobs) jobs; a start on the "
            + "full disk: \(words)"
        try result.record()
    }
}

/// Twenty times; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct DiskFullTortureTests {
    @Test(.timeLimit(.minutes(30))) func twentyFullDisksLoseNothing() async throws {
        try await DiskFullTests.campaign(rounds: 20)
    }
}

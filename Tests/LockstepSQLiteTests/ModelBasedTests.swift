import Foundation
import Lockstep
import LockstepSQLite
import LockstepTesting
import Testing

/// The same random calls on the in-memory store and on SQLite: equal answers, equal states.
@Suite struct ModelBasedTests {
    static func walk(_ seeds: Range<UInt64>) async throws {
        for seed in seeds {
            let scratch = try Scratch()
            let time = TestTime()
            let memory = MemoryStore(time: time, draw: { 0.5 })
            let sqlite = try await SQLiteStore(path: scratch.database, time: time, draw: { 0.5 })
            try await RandomWalk(seed: seed).run(on: memory, and: sqlite, time: time)
        }
    }

    @Test func bothStoresAnswerAlike() async throws {
        let first =
            UInt64(ProcessInfo.processInfo.environment["LOCKSTEP_SEED"] ?? "") ?? .random(in: 1...1_000_000)
        print("model-based: seeds from \(first) (LOCKSTEP_SEED repeats them)")
        try await Self.walk(first..<first + 30)
    }

    @Test func theSameSeedGivesTheSameTrace() async throws {
        func trace() async throws -> [String] {
            let time = TestTime()
            let stores = (MemoryStore(time: time, draw: { 0.5 }), MemoryStore(time: time, draw: { 0.5 }))
            return try await RandomWalk(seed: 7, steps: 200).run(on: stores.0, and: stores.1, time: time)
        }
        let first = try await trace()
        #expect(try await trace() == first)
        #expect(first.count == 200)
    }
}

/// Ten thousand sequences; only `make torture` has the time.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct ModelBasedTortureTests {
    @Test(.timeLimit(.minutes(60))) func tenThousandSequences() async throws {
        var result = CampaignResult("random walks on memory and SQLite", unit: "sequences")
        let seed = UInt64(ProcessInfo.processInfo.environment["LOCKSTEP_SEED"] ?? "") ?? 1
        for first in stride(from: seed, to: seed + 10_000, by: 500) {
            try await ModelBasedTests.walk(first..<first + 500)
            result.rounds += 500
            print("random walks: \(result.rounds) of 10000, seeds from \(seed)")
        }
        try result.record()
    }
}

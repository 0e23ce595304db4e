import Foundation
import Lockstep
import LockstepPostgres
import LockstepTesting
import Testing

/// The same random calls on the in-memory store and on PostgreSQL: equal answers, equal states.
@Suite struct PostgresModelTests {
    static func walk(_ seeds: Range<UInt64>) async throws {
        for seed in seeds {
            let database = try await FreshDatabase()
            let time = TestTime()
            let memory = MemoryStore(time: time, draw: { 0.5 })
            let postgres = try await database.store(time)
            try await RandomWalk(seed: seed).run(on: memory, and: postgres, time: time)
            await postgres.close()
        }
    }

    @Test func bothStoresAnswerAlike() async throws {
        let first =
            UInt64(ProcessInfo.processInfo.environment["LOCKSTEP_SEED"] ?? "") ?? .random(in: 1...1_000_000)
        print("model-based: seeds from \(first) (LOCKSTEP_SEED repeats them)")
        try await Self.walk(first..<first + 15)
    }
}

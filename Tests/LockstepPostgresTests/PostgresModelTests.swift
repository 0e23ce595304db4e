import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Testing

/// The same random calls on all three stores: equal answers, equal states.
@Suite struct PostgresModelTests {
    static func walk(_ seeds: Range<UInt64>, in databases: ReusedDatabase) async throws {
        for seed in seeds {
            let scratch = try Scratch()
            let time = TestTime()
            let memory = MemoryStore(time: time, draw: { 0.5 })
            let sqlite = try await SQLiteStore(path: scratch.database, time: time, draw: { 0.5 })
            let postgres = try await databases.store(time)
            try await RandomWalk(seed: seed).run(on: [memory, sqlite, postgres], time: time)
        }
    }

    @Test func theThreeStoresAnswerAlike() async throws {
        let seed = testSeed("walks on three stores")
        let databases = ReusedDatabase()
        try await Self.walk(seed..<seed + 25, in: databases)
        await databases.close()
    }

    /// A comparison that cannot fail proves nothing: a store with a seeded fault must be told from the others.
    @Test(arguments: [SeededFault.doubleMove, .keyNotUnique, .pauseIgnored, .heldJobClaimed])
    func aFaultIsNoticed(_ fault: SeededFault) async throws {
        let databases = ReusedDatabase()
        var violation: Conformance.Violation?
        for seed in UInt64(1)...200 where violation == nil {
            let time = TestTime()
            let memory = MemoryStore(time: time, draw: { 0.5 })
            let mutant = MutantStore(fault, in: try await databases.store(time))
            do {
                try await RandomWalk(seed: seed).run(on: [memory, mutant], time: time)
            } catch let found as Conformance.Violation {
                violation = found
            }
        }
        await databases.close()
        #expect(violation != nil)
    }
}

/// Ten thousand sequences; only `make torture` has the time.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct PostgresModelTortureTests {
    @Test(.timeLimit(.minutes(180))) func tenThousandSequences() async throws {
        var result = CampaignResult("random walks on memory, SQLite and PostgreSQL", unit: "sequences")
        let environment = ProcessInfo.processInfo.environment
        let seed = UInt64(environment["LOCKSTEP_SEED"] ?? "") ?? 1
        let wanted = UInt64(environment["LOCKSTEP_WALKS"] ?? "") ?? 10_000
        // Two at a time: while one waits for the server the other works.
        let halves = [seed..<seed + wanted / 2, seed + wanted / 2..<seed + wanted]
        try await withThrowingTaskGroup(of: Int.self) { group in
            for seeds in halves {
                group.addTask {
                    let databases = ReusedDatabase()
                    for first in stride(from: seeds.lowerBound, to: seeds.upperBound, by: 250) {
                        let part = first..<min(first + 250, seeds.upperBound)
                        try await PostgresModelTests.walk(part, in: databases)
                        print("random walks: up to seed \(part.upperBound - 1) of \(seeds.upperBound - 1)")
                    }
                    await databases.close()
                    return seeds.count
                }
            }
            for try await count in group { result.rounds += count }
        }
        try result.record()
    }
}

import Foundation
import LockstepTesting
import Testing

/// Seeded simulations: sound runs find nothing, seeded faults are found, and a seed is a run.
@Suite struct SimulationTests {
    /// How many seeds `make test` runs; `scripts/simulate` runs as many as one likes.
    private static let seeds: ClosedRange<UInt64> = 1...600

    @Test func nothingIsViolatedAndEverythingHappens() async {
        var witnessed = Witnesses()
        var steps = 0
        for seed in Self.seeds {
            // Other tests want their turn too.
            await Task.yield()
            let result = Simulation(seed: seed).run()
            witnessed.add(result.witnessed)
            steps += result.steps
            if let violation = result.violation {
                let trace = Simulation(seed: seed).run(tracing: true).trace.suffix(40).joined(separator: "\n")
                Issue.record("seed \(seed): \(violation)\n\(trace)")
            }
        }
        print("seeds \(Self.seeds): \(steps) steps")
        // Where nothing happens, nothing goes wrong.
        for witness in Witness.allCases { #expect(witnessed[witness] > 0, "no run has seen '\(witness)'") }
    }

    @Test(arguments: SeededFault.simulated)
    func faultOfTheStoreIsFound(_ fault: SeededFault) async throws {
        try await find("\(fault.rawValue)") { Simulation(seed: $0, fault: fault) }
    }

    @Test(arguments: ShellFault.allCases)
    func faultOfAWorkerIsFound(_ fault: ShellFault) async throws {
        try await find("\(fault.rawValue)") { Simulation(seed: $0, shellFault: fault) }
    }

    private func find(_ what: String, _ simulation: (UInt64) -> Simulation) async throws {
        let most: UInt64 = 2000
        var found: String?
        for seed in 1...most where found == nil {
            await Task.yield()
            found = simulation(seed).run().violation.map { "at seed \(seed): \($0)" }
        }
        let violation = try #require(found, "'\(what)' is not found within \(most) seeds")
        print("'\(what)' is found \(violation)")
    }

    @Test func theSameSeedGivesTheSameTrace() {
        for seed in Self.seeds.prefix(40) {
            let first = Simulation(seed: seed).run(tracing: true)
            let second = Simulation(seed: seed).run(tracing: true)
            #expect(first.trace == second.trace, "seed \(seed)")
            #expect(!first.trace.isEmpty)
            // Whether a trace is kept changes nothing.
            #expect(Simulation(seed: seed).run().digest == first.digest, "seed \(seed)")
        }
    }

    @Test func differentSeedsGiveDifferentTraces() {
        let digests = Set(Self.seeds.prefix(40).map { Simulation(seed: $0).run().digest })
        #expect(digests.count == 40)
    }

    /// Another process hashes otherwise: no order may depend on that.
    @Test func theSameSeedGivesTheSameTraceInAnotherProcess() async throws {
        let count: UInt64 = 60
        let told = try await Self.digests(count)
        let mine = (1...count).map { "\($0) \(Simulation(seed: $0).run().digest)" }
        #expect(told == mine)
    }

    private static func digests(_ count: UInt64) async throws -> [String] {
        let child = try ChildProcess(
            try ChildProcess.built("lockstep-simulate"), ["--digests", "\(count)"], complaints: .shared)
        let text = await child.text()
        let end = await child.end(nil) { Issue.record("\($0)") }
        #expect(end == .exited(0))
        return text.split(separator: "\n").map(String.init)
    }
}

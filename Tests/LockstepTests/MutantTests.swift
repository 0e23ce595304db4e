import Lockstep
import LockstepTesting
import Testing

/// A suite that cannot fail proves nothing: each seeded fault must be caught, and it is said by what.
@Suite struct MutantTests {
    @Test(arguments: SeededFault.allCases)
    func isCaught(_ fault: SeededFault) async throws {
        var caught: [String] = []
        // A watcher on a store that loses commits would wait for ever; it has a test of its own.
        for check in Conformance.checks where check.description != "a watcher sees the end" {
            do {
                try await check.run { time in MutantStore(fault, time: time) }
            } catch {
                caught.append(check.description)
            }
        }
        print("mutant '\(fault.rawValue)' is caught by: \(caught.joined(separator: "; "))")
        #expect(!caught.isEmpty)
    }
}

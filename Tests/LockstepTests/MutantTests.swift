import Lockstep
import LockstepTesting
import Testing

/// A suite that cannot fail proves nothing: each seeded fault must be caught, and it is said by what.
@Suite struct MutantTests {
    @Test(arguments: SeededFault.allCases)
    func isCaught(_ fault: SeededFault) async throws {
        let caught = try await MutantStore.checksThatNotice(fault) { time in
            MemoryStore(time: time, draw: { 0.5 })
        }
        print("mutant '\(fault.rawValue)' is caught by: \(caught.joined(separator: "; "))")
        #expect(!caught.isEmpty)
    }
}

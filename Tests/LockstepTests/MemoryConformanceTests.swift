import Lockstep
import LockstepTesting
import Testing

@Suite struct MemoryConformanceTests {
    @Test(arguments: Conformance.checks)
    func conforms(_ check: Conformance.Check) async throws {
        try await check.run { time in MemoryStore(time: time, draw: { 0.5 }) }
    }
}

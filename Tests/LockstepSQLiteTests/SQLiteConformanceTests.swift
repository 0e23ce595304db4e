import Lockstep
import LockstepSQLite
import LockstepTesting
import Testing

@Suite struct SQLiteConformanceTests {
    @Test(arguments: Conformance.checks)
    func conforms(_ check: Conformance.Check) async throws {
        let scratch = try Scratch()
        try await check.run { time in
            try await SQLiteStore(path: scratch.database, time: time, draw: { 0.5 })
        }
    }
}

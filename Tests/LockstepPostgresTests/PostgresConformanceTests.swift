import Lockstep
import LockstepPostgres
import LockstepTesting
import PostgresSupport
import Testing

@Suite struct PostgresConformanceTests {
    @Test(arguments: Conformance.checks)
    func conforms(_ check: Conformance.Check) async throws {
        let database = try await FreshDatabase()
        try await check.run { time in try await database.store(time) }
    }
}

import Foundation
import LockstepSQL
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// Steps that are sent together.
@Suite struct PipelineTests {
    @Test func aThousandStepsGiveAThousandResults() async throws {
        let pool = ConnectionPool(try await PostgresServer.options())
        let numbers = try await pool.use { connection in
            let statement = PGStatement("SELECT $1 * 2", [PGType.int8])
            let steps = (0..<1000).map { number in
                var parameters = PGParameters()
                parameters.add(Int64(number))
                return PGConnection.Step(statement, parameters)
            }
            return try connection.run(steps).map { $0.integer(0, 0) }
        }
        #expect(numbers == (0..<1000).map { $0 * 2 })
        await pool.close()
    }
}

import Foundation
import Lockstep
import LockstepTesting
import Synchronization

@testable import LockstepPostgres

/// A database of its own for a test, in the cluster that `LOCKSTEP_POSTGRES` names; dropped when the test lets go.
final class FreshDatabase: Sendable {
    static let server = ProcessInfo.processInfo.environment["LOCKSTEP_POSTGRES"] ?? ""
    private static let pool = ConnectionPool(PostgresOptions(connection: server))
    private static let number = Atomic(0)

    let name: String
    let url: String

    init() async throws {
        let name = "t\(ProcessInfo.processInfo.processIdentifier)_\(Self.number.add(1, ordering: .relaxed).newValue)"
        self.name = name
        url = Self.server + " dbname=\(name)"
        try await Self.pool.use { try $0.execute("CREATE DATABASE \(name)") }
    }

    deinit {
        let name = name
        Task { try await Self.pool.use { try $0.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") } }
    }

    func store(_ time: (any TimeSource)? = nil) async throws -> PostgresStore {
        var options = PostgresOptions(connection: url)
        options.connections = 3
        return try await PostgresStore(options, time: time, draw: { 0.5 })
    }
}

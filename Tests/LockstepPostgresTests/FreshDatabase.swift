import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import Synchronization
import Testing

@testable import LockstepPostgres

/// A database of its own for a test, in the cluster that `LOCKSTEP_POSTGRES` names; dropped when the test lets go.
final class FreshDatabase: Sendable {
    private static let pool = Task {
        ConnectionPool(PostgresOptions(connection: try await PostgresServer.shared().connection))
    }
    private static let number = Atomic(0)

    let name: String
    let url: String

    init() async throws {
        let process = ProcessInfo.processInfo.processIdentifier
        let name = "t\(process)_\(Self.number.add(1, ordering: .relaxed).newValue)"
        self.name = name
        url = try Self.address(of: name, on: try await PostgresServer.shared().connection)
        try await Self.pool.value.use { try $0.execute("CREATE DATABASE \(name)") }
    }

    /// The server's connection string with another database in it: a URL, or `host=… dbname=…`, of which libpq takes
    /// the last.
    private static func address(of name: String, on server: String) throws -> String {
        guard case .postgres(let url) = DatabaseAddress(server) else { return server + " dbname=\(name)" }
        var address = try #require(URLComponents(string: url))
        address.path = "/\(name)"
        return try #require(address.string)
    }

    deinit {
        let name = name
        Task {
            try await Self.pool.value.use { try $0.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
        }
    }

    func store(_ time: (any TimeSource)? = nil) async throws -> PostgresStore {
        var options = PostgresOptions(connection: url)
        options.connections = 3
        return try await PostgresStore(options, time: time, draw: { 0.5 })
    }
}

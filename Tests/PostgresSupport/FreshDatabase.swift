import Foundation
import Lockstep
import LockstepPostgres
import LockstepTesting
import Synchronization

/// A database of its own for a test, in the cluster that `LOCKSTEP_POSTGRES` names; dropped when the test lets go.
package final class FreshDatabase: Sendable {
    private static let admin = Task {
        try await PlainConnection(try await PostgresServer.shared().connection)
    }
    private static let number = Atomic(0)

    /// Its name.
    package let name: String
    /// A superuser's connection string.
    package let url: String
    /// The one by which stores come: through the pooler that `LOCKSTEP_POOLER` names (`host=127.0.0.1 port=6432`), where
    /// there is one. What looks over a store's shoulder, such as ``plain()``, comes by ``url``.
    package var storeURL: String { Self.isPooled ? url + " " + Self.pooler : url }
    /// Whether stores come through a pooler: then they hear no notifications, and poll.
    package static var isPooled: Bool { !pooler.isEmpty }
    private static let pooler = ProcessInfo.processInfo.environment["LOCKSTEP_POOLER"] ?? ""

    /// Makes an empty database.
    package init() async throws {
        let process = ProcessInfo.processInfo.processIdentifier
        let name = "t\(process)_\(Self.number.add(1, ordering: .relaxed).newValue)"
        self.name = name
        url = try Self.address(of: name, on: try await PostgresServer.shared().connection)
        try await Self.admin.value.execute("CREATE DATABASE \(name)")
    }

    /// The server's connection string with another database in it: a URL, or `host=… dbname=…`, of which libpq takes
    /// the last.
    private static func address(of name: String, on server: String) throws -> String {
        guard var address = Self.url(server) else { return server + " dbname=\(name)" }
        address.path = "/\(name)"
        return try string(address)
    }

    /// The parts of a connection string that is a URL.
    private static func url(_ server: String) -> URLComponents? {
        guard server.lowercased().hasPrefix("postgres") else { return nil }
        return URLComponents(string: server)
    }

    private static func string(_ address: URLComponents) throws -> String {
        guard let text = address.string else {
            throw Conformance.Violation(description: "'\(address)' is no URL of a database")
        }
        return text
    }

    /// The connection string under which the server shows connections by a name (`application_name`).
    package func url(shownAs name: String) throws -> String {
        guard var address = Self.url(url) else { return url + " application_name=\(name)" }
        address.queryItems =
            (address.queryItems ?? []) + [URLQueryItem(name: "application_name", value: name)]
        return try Self.string(address)
    }

    /// The address of the database for programs that take URLs (libpq, "Connection URIs").
    package func address() throws -> String {
        guard Self.url(url) == nil else { return url }
        var address = URLComponents()
        address.queryItems = url.split(separator: " ").map { word in
            let parts = word.split(separator: "=", maxSplits: 1)
            return URLQueryItem(name: String(parts[0]), value: parts.count == 2 ? String(parts[1]) : "")
        }
        return "postgres://" + (try Self.string(address))
    }

    deinit {
        let name = name
        Task {
            try await Self.admin.value.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        }
    }

    /// A store on it.
    /// - Parameter connections: how many it has at most, the one that listens aside.
    package func store(_ time: (any TimeSource)? = nil, connections: Int = 3) async throws -> PostgresStore {
        var options = PostgresOptions(connection: storeURL)
        options.connections = connections
        return try await PostgresStore(options, time: time, draw: { 0.5 })
    }

    /// A connection for plain SQL, to which the store's tables need no schema before their name.
    package func plain() async throws -> PlainConnection {
        let connection = try await PlainConnection(url)
        try await connection.execute("SET search_path = lockstep, public")
        try await connection.execute("SET client_min_messages = warning")
        return connection
    }
}

import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import PostgresSupport

/// The stores that an application is tested on.
package enum StoreKind: String, CaseIterable, Sendable {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    /// Opens an empty store of a database of its own while `body` runs.
    /// - Parameter time: the time that counts; the machine's or the server's when left out.
    package func open(
        _ time: (any TimeSource)? = nil, _ body: (any SQLStore) async throws -> Void
    ) async throws {
        try await withDatabase(time) { try await body(try await $0()) }
    }

    /// Makes an empty database while `body` runs, on which it may open as many stores as it likes, as many processes would.
    package func withDatabase(
        _ time: (any TimeSource)? = nil,
        _ body: (_ open: @escaping @Sendable () async throws -> any SQLStore) async throws -> Void
    ) async throws {
        switch self {
        case .sqlite:
            let files = try Scratch()
            try await body { try await SQLiteStore(path: files.database, time: time ?? SystemTime()) }
            withExtendedLifetime(files) {}
        case .postgres:
            let database = try await FreshDatabase()
            try await body { try await database.store(time) }
            withExtendedLifetime(database) {}
        }
    }
}

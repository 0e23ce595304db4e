import LockstepPostgres
import LockstepSQL
import LockstepSQLite
import PostgresSupport

/// Where the database of a campaign is.
enum Place: Sendable {
    /// A SQLite file.
    case file(String)
    /// A PostgreSQL database.
    case server(FreshDatabase)

    /// Opens a store there.
    func open() async throws -> any SQLStore {
        switch self {
        case .file(let path): try await SQLiteStore(path: path)
        case .server(let database): try await PostgresStore(PostgresOptions(connection: database.storeURL))
        }
    }

    /// How a process of the crew is told.
    /// - Parameter name: what a server shows its connections as.
    func arguments(for name: String) throws -> [String] {
        switch self {
        case .file(let path): ["--database", path]
        case .server(let database): ["--postgres", try database.url(shownAs: name)]
        }
    }
}

import ArgumentParser
import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite

/// Where jobs and the applications' tables are kept.
enum StoreChoice: Sendable, Equatable {
    /// The variable of the environment that decides where no option does.
    static let variable = "LOCKSTEP_STORE"

    /// A file in the data folder.
    case sqlite
    /// The PostgreSQL database of a URL.
    case postgres(String)

    /// Reads what an option or the environment says.
    init(_ text: String) throws {
        if ["", "sqlite"].contains(text) {
            self = .sqlite
            return
        }
        guard case .postgres(let url) = DatabaseAddress(text) else {
            throw ValidationError(
                "The store must be sqlite or the URL of a PostgreSQL database (postgres://…), not '\(text)'.")
        }
        self = .postgres(url)
    }

    /// The choice as the environment of another process says it.
    var text: String {
        switch self {
        case .sqlite: "sqlite"
        case .postgres(let url): url
        }
    }

    /// Opens the store.
    /// - Parameter time: the time that counts; the machine's, or the database server's, when it is `nil`.
    func open(_ folder: DataFolder, time: (any TimeSource)? = nil) async throws -> any SQLStore {
        switch self {
        case .sqlite: try await SQLiteStore(path: folder.database, time: time ?? SystemTime())
        case .postgres(let url): try await PostgresStore(PostgresOptions(connection: url), time: time)
        }
    }
}

/// The option that chooses the store.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where jobs are kept: sqlite, a file in the data folder, or the URL of a PostgreSQL database. Without it "
                + "LOCKSTEP_STORE decides, else sqlite; a password is safer there, where no list of processes shows it.",
            valueName: "sqlite|postgres://…"))
    var store: String?

    /// The choice.
    func choice() throws -> StoreChoice {
        try StoreChoice(store ?? ProcessInfo.processInfo.environment[StoreChoice.variable] ?? "")
    }

    func validate() throws { _ = try choice() }
}

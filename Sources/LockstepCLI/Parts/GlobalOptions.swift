import ArgumentParser
import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite

/// What every command understands.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database: a file, or a URL as postgres://…; otherwise the environment's LOCKSTEP_DATABASE, where "
                + "no list of processes shows a password.", valueName: "path|url"),
        completion: .file())
    var database: String?

    @Flag(help: "Write JSON instead of text for people.")
    var json = false

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Your name for the history; otherwise the environment's USER.", valueName: "name"))
    var name: String?

    /// The database that is meant, if one is named.
    var address: DatabaseAddress? {
        let named = database ?? ProcessInfo.processInfo.environment["LOCKSTEP_DATABASE"] ?? ""
        return named.isEmpty ? nil : DatabaseAddress(named)
    }

    /// The operator, for the history.
    var actor: Actor {
        let user = name ?? ProcessInfo.processInfo.environment["USER"] ?? ""
        return user.isEmpty ? .operator("lockstep") : .operator(user)
    }

    /// The database that is meant.
    func requiredAddress() throws -> DatabaseAddress {
        guard let address else {
            throw ValidationError("no database is named; say --database PATH or set LOCKSTEP_DATABASE")
        }
        return address
    }

    /// Opens the database. One that is not there is not made: a mistyped path must not look like an empty
    /// database.
    func store() async throws -> any Database {
        switch try requiredAddress() {
        case .file(let path): return try await file(path, mayCreate: false)
        case .postgres(let url):
            var options = PostgresOptions(connection: url)
            // A command asks one thing after the other.
            options.connections = 2
            return try await PostgresStore(options)
        }
    }

    /// The file that is meant, for what only files can do.
    /// - Parameter refusal: what to do instead on a PostgreSQL database.
    func requiredFile(otherwise refusal: String) throws -> String {
        switch try requiredAddress() {
        case .file(let path): return path
        case .postgres: throw CommandError(refusal)
        }
    }

    /// Opens a database file; makes one that is not there only where that is wanted.
    func file(_ path: String, mayCreate: Bool) async throws -> SQLiteStore {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard isThere && !isFolder.boolValue || !isThere && mayCreate else {
            let fault = isThere ? "'\(path)' is a folder" : "there is no database '\(path)'"
            throw CommandError("\(fault); name the file that the application uses")
        }
        return try await SQLiteStore(path: path)
    }
}

/// A command on a database.
protocol StoreCommand: AsyncParsableCommand {
    /// What every command understands.
    var global: GlobalOptions { get }
}

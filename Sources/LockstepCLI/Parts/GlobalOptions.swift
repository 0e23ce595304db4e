import ArgumentParser
import Foundation
import Lockstep
import LockstepSQLite

/// What every command understands.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database file; otherwise the environment's LOCKSTEP_DATABASE.", valueName: "path"),
        completion: .file())
    var database: String?

    @Flag(help: "Write JSON instead of text for people.")
    var json = false

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Your name for the history; otherwise the environment's USER.", valueName: "name"))
    var name: String?

    /// The database that is meant, if one is named.
    var path: String? {
        let named = database ?? ProcessInfo.processInfo.environment["LOCKSTEP_DATABASE"] ?? ""
        return named.isEmpty ? nil : named
    }

    /// The operator, for the history.
    var actor: Actor {
        let user = name ?? ProcessInfo.processInfo.environment["USER"] ?? ""
        return user.isEmpty ? .operator("lockstep") : .operator(user)
    }

    /// The database that is meant.
    func requiredPath() throws -> String {
        guard let path else {
            throw ValidationError("no database is named; say --database PATH or set LOCKSTEP_DATABASE")
        }
        return path
    }

    /// Opens the database. One that is not there is only made where that is wanted: a mistyped path must not
    /// look like an empty database.
    func store(mayCreate: Bool = false) async throws -> SQLiteStore {
        let path = try requiredPath()
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

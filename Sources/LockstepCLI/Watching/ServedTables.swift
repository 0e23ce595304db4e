import Foundation
import Lockstep
import LockstepFiles
import LockstepSQL
import LockstepServer
import Logging

/// The tables of others that a server shows, as a file names them.
enum ServedTables {
    /// How long a statement may take.
    static let limit: Duration = .seconds(2)

    /// Reads the file; nothing is opened yet: a database that is away is no reason not to start.
    static func read(_ file: String, _ logger: Logger) throws -> GuardedTables {
        let found = try GuardedFile.read(
            yaml: try FileText.read(file, "file of guarded tables"), named: file)
        let folder = URL(filePath: file).deletingLastPathComponent()
        var tables: [GuardedTable] = []
        for entry in found.tables {
            let watches = try WatchedColumns.make(
                [path(entry.declaration, in: folder)], columns: entry.column.map { [$0.description] } ?? [],
                at: try address(entry, folder), since: entry.since, history: entry.history, limit: limit)
            for watch in watches {
                tables.append(GuardedTable(watch, named: watches.count == 1 ? entry.name : nil))
            }
        }
        let every = found.every?.microseconds.map { Duration.microseconds($0) }
        return try GuardedTables(tables, every: every ?? .seconds(10), logger: logger)
    }

    private static func address(_ entry: GuardedFile.Entry, _ folder: URL) throws -> DatabaseAddress {
        let text: String
        switch entry.database {
        case .address(let address): text = address
        case .environment(let variable):
            guard let value = ProcessInfo.processInfo.environment[variable], !value.isEmpty else {
                throw CommandError(
                    "the environment has no '\(variable)', which \(entry.place) names; set it to a path or a URL"
                )
            }
            text = value
        }
        switch DatabaseAddress(text) {
        case .postgres(let url): return .postgres(url)
        case .file(let path): return .file(Self.path(path, in: folder))
        }
    }

    /// What a file names lies beside it, unless its whole path is said.
    private static func path(_ path: String, in folder: URL) -> String {
        path.hasPrefix("/") ? path : folder.appending(path: path).path
    }
}

import ArgumentParser
import Foundation
import Lockstep
import LockstepSQLite

/// `lockstep backup`
struct BackupCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the whole database to a file.",
        discussion: """
            Everybody may go on working. The copy is one file, which is checked (integrity_check) and flushed \
            before it gets its name, so that a file of that name is always a whole backup. It holds the jobs, \
            their histories, the definitions and the application's own tables.

            A PostgreSQL database is backed up by its own tools, pg_dump or pg_basebackup.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The file to write.", completion: .file())
    var file: String

    @Flag(help: "Replace a file that is there already.")
    var replace = false

    func run() async throws {
        let path = try global.requiredFile(otherwise: Self.otherwise)
        let store = try await global.file(path, mayCreate: false)
        if FileManager.default.fileExists(atPath: file) {
            guard Self.real(file) != Self.real(store.path) else {
                throw CommandError("'\(file)' is the database itself; name another file for its backup")
            }
            guard replace else {
                throw CommandError("'\(file)' is there already; name another file, or say --replace")
            }
        }
        try await store.backup(to: file)
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
        if global.json {
            try Output.json(BackupDocument(file: file, bytes: size))
        } else {
            Output.line("'\(file)' is a backup of '\(store.path)', \(size) bytes, checked")
        }
    }

    private static let otherwise =
        "a PostgreSQL database is backed up by its own tools; run pg_dump for this database, or pg_basebackup for "
        + "the whole server"

    private static func real(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    private struct BackupDocument: Encodable {
        let file: String
        let bytes: Int
    }
}

import Foundation
import GRDB
import Lockstep
import LockstepSQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Copies of the whole database: jobs, histories, definitions and the application's own tables.
extension SQLiteStore {
    /// Copies the database to another file while everybody goes on reading and writing.
    ///
    /// The copy is one file, is checked before it gets its name, and gets it at once or not at all. A file of
    /// that name is replaced.
    /// - Throws: ``SQLError``; no file is left behind then.
    public func backup(to destination: String) async throws {
        let part = "\(destination).part-\(JobID().text)"
        try await Offload.run { [pool] _ in
            defer { Self.remove(part) }
            do {
                try Self.copy(pool, to: part)
            } catch {
                throw SQLError.from(error)
            }
            CrashPoint.reach("backup.copied")
            guard rename(part, destination) == 0 else {
                throw SQLError(
                    kind: .storage,
                    message:
                        "the backup cannot be named '\(destination)': \(String(cString: strerror(errno)))")
            }
            CrashPoint.reach("backup.named")
            Self.flushFolder(of: destination)
        }
    }

    /// Copies a database into one file, and looks whether the copy is sound.
    static func copy(_ source: any DatabaseReader, to path: String) throws {
        let copy = try DatabaseQueue(path: path)
        try source.backup(to: copy)
        try copy.writeWithoutTransaction { db in
            // Without a WAL the copy is this one file, which can be moved, and read where nobody may write.
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
            let faults = try String.fetchAll(db, sql: "PRAGMA integrity_check(3)")
            guard faults == ["ok"] else {
                throw SQLError(
                    kind: .storage,
                    message: "the copy '\(path)' is damaged (\(faults.joined(separator: "; "))); "
                        + "take another backup")
            }
        }
        try copy.close()
    }

    /// Removes a database file that is no longer wanted, with what SQLite and the gate put beside it.
    static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal", "-lockstep"] { unlink(path + suffix) }
    }

    /// A new name is on the disk only when its folder is.
    private static func flushFolder(of path: String) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

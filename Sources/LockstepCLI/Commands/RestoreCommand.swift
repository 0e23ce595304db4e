import ArgumentParser
import Foundation
import Lockstep
import LockstepSQLite

/// `lockstep restore`
struct RestoreCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in the place of the database.",
        discussion: """
            Refused while workers are alive: stop them first. Everything in the database is replaced, the \
            application's own tables included; take a backup of it before, if you may want it back.

            No work of the past counts afterwards: claims in the backup are taken back as from a dead worker \
            (which counts as an attempt), every fence is raised to the milliseconds of this moment, above all \
            that were ever given, and the list of workers is emptied. Keys are those of the backup: one whose \
            job was started later is free again. Deadlines are those of the backup, too: \
            the next sweep ends what is late. The backup is only read. The database changes in one \
            transaction, so that a server which has it open sees the old content or the new, and what is \
            interrupted changes nothing.

            A PostgreSQL database is put back by its own tools; asked for one, this command says what is to be done \
            besides.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "A file that 'lockstep backup' made.", completion: .file())
    var file: String

    func run() async throws {
        let path = try global.requiredFile(otherwise: Self.otherwise)
        guard FileManager.default.fileExists(atPath: file) else {
            throw CommandError("there is no backup '\(file)'; name a file that 'lockstep backup' made")
        }
        let isNew = !FileManager.default.fileExists(atPath: path)
        let store = try await global.file(path, mayCreate: true)
        let report: RestoreReport
        do {
            report = try await store.restore(from: file)
        } catch {
            // Where nothing was, nothing is left behind.
            if isNew { Self.remove(store.path) }
            throw error
        }
        if global.json {
            try Output.json(RestoreDocument(jobs: report.jobs, lost: report.lost, fence: report.fence))
            return
        }
        Output.line(
            "'\(store.path)' holds the \(report.jobs) jobs of '\(file)'; \(report.lost.count) claims were taken "
                + "back, and fences go on from \(report.fence)")
    }

    /// A higher fence is enough: whoever worked before is refused, and the sweep takes the claims of the backup
    /// back, because their workers are gone.
    private static let otherwise =
        "a PostgreSQL database is put back by its own tools, pg_restore or a copy that pg_basebackup made; stop all "
        + "workers and servers before, and for every lifecycle run UPDATE lockstep.<lifecycle>_jobs SET fence = "
        + "greatest(fence, (extract(epoch FROM now()) * 1000)::bigint) before they start again, so that no work of "
        + "the past counts"

    private static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-lockstep"] where unlink(path + suffix) != 0 && suffix.isEmpty {
            Output.complain("the empty database '\(path)' could not be removed")
        }
    }

    private struct RestoreDocument: Encodable {
        let jobs: Int
        let lost: [JobID]
        let fence: Int64
    }
}

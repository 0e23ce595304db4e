import Foundation
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads
import TicketDrafting

extension SessionRepository {
    /// A file that was uploaded, on this machine.
    struct Upload: Sendable {
        var path: String
        var filename: String
        var size: Int64
        var sha256: String
    }

    /// Takes files of a site into its session. What was drafted from fewer files goes.
    /// - Throws: ``Problem`` 422 for a file that cannot be used, 409 in another stage; `StorageError`.
    func add(_ uploads: [Upload], to id: JobID, by identity: Identity) async throws -> SessionRecord {
        // Whose session it is, and whether it takes files, comes before the storage is bothered.
        let session = try await find(id, for: identity)
        guard Self.takesFiles(session) else { throw noFilesNow(session) }
        try await Self.check(uploads)
        let now = store.time.now()
        var files: [TicketFile] = []
        for upload in uploads {
            guard let key = ObjectKey("tickets/\(id.text)/\(ObjectKey.random())") else {
                throw Failure.adminRequired("a file could not be named", code: "bad_name")
            }
            try await store.writePatiently { try FileTable.note(key, of: id, at: now, in: $0) }
            _ = try await storage.put(file: upload.path, as: key, contentType: "application/octet-stream")
            files.append(
                TicketFile(
                    place: 0, filename: upload.filename, size: upload.size, sha256: upload.sha256, key: key,
                    createdAt: now))
        }
        let stored = files
        do {
            try await store.writePatiently { transaction in
                let session = try self.locked(id, for: identity, in: transaction)
                guard Self.takesFiles(session) else { throw self.noFilesNow(session) }
                let there = try FileTable.list(of: id, in: transaction)
                guard there.count + stored.count <= SiteLimits.standard.files else {
                    throw Problem.tooManyFiles(SiteLimits.standard.files)
                }
                for (index, file) in stored.enumerated() {
                    var file = file
                    file.place = (there.last?.place ?? 0) + index + 1
                    try FileTable.insert(file, of: id, in: transaction)
                }
                try TicketTable.clear(id, in: transaction)
            }
        } catch {
            try await eraseFiles(of: id, before: now, only: Set(stored.map(\.key)))
            throw error
        }
        return try await find(id, for: identity)
    }

    /// Takes a file out of a session.
    /// - Throws: ``Problem`` 404 when there is none at this place, 409 in another stage; `StorageError`.
    func remove(_ place: Int, from id: JobID, by identity: Identity) async throws -> SessionRecord {
        try await store.writePatiently { transaction in
            let session = try self.locked(id, for: identity, in: transaction)
            guard Self.takesFiles(session) else { throw self.noFilesNow(session) }
            guard try FileTable.delete(place, of: id, in: transaction) else {
                throw Problem.notFound("the session has no file at place \(place)")
            }
            try TicketTable.clear(id, in: transaction)
        }
        try await eraseFiles(of: id, before: Timestamp(microseconds: 0))
        return try await find(id, for: identity)
    }

    private static func takesFiles(_ session: SessionRecord) -> Bool {
        takesMaterial(session) && session.currentStage != .siteInfoCollection
    }

    private func noFilesNow(_ session: SessionRecord) -> Problem {
        refused(
            session,
            "Files can be uploaded once the site is described, until tickets are drafted, and not in the stage "
                + session.currentStage.rawValue)
    }

    /// Reads each file by itself, so that one which cannot be used is told at once, by its name.
    private static func check(_ uploads: [Upload]) async throws {
        try await Offload.run { _ in
            for upload in uploads {
                let bytes =
                    upload.size <= SiteLimits.standard.bytes
                    ? try Data(contentsOf: URL(filePath: upload.path)) : Data()
                guard upload.size <= SiteLimits.standard.bytes else {
                    throw Problem.tooLarge(
                        "\(upload.filename) has more than \(SiteLimits.standard.bytes) bytes",
                        limit: SiteLimits.standard.bytes)
                }
                do {
                    _ = try SiteReader().read(
                        [SiteFile(name: upload.filename, data: bytes)], isWhole: false)
                } catch let fault as SiteFault {
                    throw Problem.unusableFile(fault.description)
                }
            }
        }
    }

    // MARK: Erasing

    /// How long an object may be on its way into the storage before its session knows it.
    private static let patience = Duration.seconds(3600)

    /// Erases objects of sessions that are gone, and those that came into no session because a process died.
    func cleanUp() async throws {
        try await eraseFiles(
            of: nil,
            before: Timestamp(
                microseconds: store.time.now().microseconds - Self.patience.inMicroseconds))
    }

    /// Erases noted objects, and then their notes.
    /// - Parameters:
    ///   - moment: those that were noted until then; 0 for those whose file's row has gone.
    ///   - keys: only these.
    func eraseFiles(of session: JobID?, before moment: Timestamp, only keys: Set<ObjectKey>? = nil)
        async throws
    {
        let noted = try await store.read {
            try FileTable.abandoned(of: session, before: moment, in: $0)
        }
        for key in noted where keys?.contains(key) ?? true {
            try await storage.delete(key, multipart: nil)
            try await store.writePatiently { try FileTable.forget(key, in: $0) }
        }
    }
}

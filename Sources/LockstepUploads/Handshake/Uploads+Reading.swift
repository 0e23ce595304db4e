import Foundation
import Lockstep
import LockstepSQL
import NIOCore

extension Uploads {
    /// The uploads of a job, verified or not, by name.
    public func states(of job: JobID) async throws -> [UploadState] {
        try await table.current(of: job).map(UploadState.init)
    }

    /// An upload of a job as it was verified; `nil` when it was not.
    public func object(of job: JobID, named name: String) async throws -> VerifiedUpload? {
        try await table.current(of: job).first { $0.name == name }.flatMap(VerifiedUpload.init)
    }

    /// The bytes of an upload as they were verified, or some of them: what a handler reads when its work begins.
    /// - Throws: a user-fixable ``Lockstep/Failure`` when it was not verified, or (`upload_changed`) is gone or replaced
    ///   since; ``StorageError``, the body too.
    public func open(
        _ name: String, of job: JobID, range: Range<Int64>? = nil
    ) async throws -> (upload: VerifiedUpload, body: ObjectBody) {
        guard let upload = try await object(of: job, named: name) else {
            throw Failure.userFixable(
                "upload '\(name)' of job \(job) is not verified", code: "upload_missing")
        }
        do {
            return (upload, try await storage.read(upload.key, version: upload.version, range: range))
        } catch let error as StorageError {
            throw translated(error, upload.name)
        }
    }

    /// Writes an upload as it was verified into a file of this machine, which only this user can read. A file that is
    /// there is replaced.
    /// - Throws: see ``open(_:of:range:)``; a temporary ``Lockstep/Failure`` when the file cannot be written.
    @discardableResult
    public func fetch(_ name: String, of job: JobID, to path: String) async throws -> VerifiedUpload {
        let (upload, body) = try await open(name, of: job)
        do {
            try await ObjectWriter.write(body, to: path)
        } catch let error as StorageError {
            throw translated(error, upload.name)
        }
        return upload
    }

    private func translated(_ error: StorageError, _ name: String) -> any Error {
        switch error.kind {
        case .missing, .changed:
            VerifiedUpload.changed(name, in: storage, isMissing: error.kind == .missing)
        case .refused, .misconfigured, .unavailable: error
        }
    }

    /// For each job what is wrong with its uploads now: they were verified, and are gone, replaced or out of reach.
    /// - Returns: nothing for jobs without uploads, and for those whose uploads are as they were verified.
    public func faults(of jobs: [JobID]) async throws -> [JobID: Failure] {
        let rows = try await table.verified(of: jobs)
        return await withTaskGroup(of: (JobID, Failure)?.self) { group in
            for row in rows {
                group.addTask {
                    do {
                        let object = try await storage.look(at: row.key)
                        guard object?.version != row.version else { return nil }
                        return (
                            row.job, VerifiedUpload.changed(row.name, in: storage, isMissing: object == nil)
                        )
                    } catch {
                        return (row.job, Failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { faults, found in
                if let (job, failure) = found { faults[job] = failure }
            }
        }
    }
}

import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads

/// The files that workers make of videos.
///
/// Before the storage gets a file its key is noted as a draft. The file becomes an artefact, which people see, in the
/// transaction of the move that ends the work; whatever happens before that, nothing is seen of it, and the draft says
/// what is to be erased. The key holds the job and the fence, so that two attempts never write to one place.
struct ArtefactShelf: Sendable {
    let store: any SQLStore
    let storage: any ObjectStorage

    /// How long a draft stays although its work was lost: a worker that does not know that yet may still be writing.
    static let patience: Duration = .seconds(3600)

    /// Puts a file into the storage, where nobody sees it yet.
    /// - Throws: `StorageError`; an error of the store.
    func draft(
        _ path: String, named name: String, type: String, of job: JobID, fence: Int64
    ) async throws -> Draft {
        guard let key = ObjectKey("videos/\(job.text)/\(fence)/\(name)") else {
            throw Failure.adminRequired("'\(name)' is no name of an artefact", code: "bad_name")
        }
        let now = store.time.now()
        try await store.write { transaction in
            try transaction.execute("DELETE FROM video_drafts WHERE storage_key = ?1", key.text)
            try transaction.execute(
                "INSERT INTO video_drafts (storage_key, job_id, fence, created_at) VALUES (?1, ?2, ?3, ?4)",
                key.text, job.text, fence, now.microseconds)
        }
        return Draft(name: name, object: try await storage.put(file: path, as: key, contentType: type))
    }

    /// A file in the storage that nobody sees yet.
    struct Draft: Sendable {
        var name: String
        var object: StoredObject
    }

    /// Makes drafts artefacts of a job, within the transaction of its move. Those of an earlier run that have the same
    /// names become drafts, to be erased.
    static func keep(_ drafts: [Draft], of job: JobID, at now: Timestamp, in transaction: any SQLTransaction)
        throws
    {
        for draft in drafts {
            try retire("job_id = ?1 AND name = ?2", [job.text, draft.name], at: now, in: transaction)
            try transaction.execute("DELETE FROM video_drafts WHERE storage_key = ?1", draft.object.key.text)
            try transaction.execute(
                """
                INSERT INTO video_artefacts (job_id, name, storage_key, version, content_type, size)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """, job.text, draft.name, draft.object.key.text, draft.object.version,
                draft.object.contentType ?? "application/octet-stream", draft.object.size)
        }
    }

    /// Makes artefacts drafts again: they are seen no more, and are erased later.
    private static func retire(
        _ condition: String, _ parameters: [String], at now: Timestamp, in transaction: any SQLTransaction
    ) throws {
        let parameters = parameters.map { $0 as any SQLConvertible }
        let place = "?\(parameters.count + 1)"
        try transaction.execute(
            """
            INSERT INTO video_drafts (storage_key, job_id, fence, created_at)
            SELECT storage_key, job_id, 0, \(place) FROM video_artefacts WHERE \(condition)
            """, parameters + [now.microseconds])
        try transaction.execute("DELETE FROM video_artefacts WHERE \(condition)", parameters)
    }

    /// An artefact of a job; `nil` when there is none of that name.
    func find(_ name: String, of job: JobID) async throws -> StoredObject? {
        try await store.read { database in
            let rows = try database.query(
                """
                SELECT storage_key, version, content_type, size FROM video_artefacts WHERE job_id = ?1 AND name = ?2
                """, job.text, name)
            return try rows.first.map { row in
                guard let key = row[0].text.flatMap({ ObjectKey($0) }), let version = row[1].text,
                    let type = row[2].text, let size = row[3].integer
                else { throw Failure.unreadableRow(of: "video_artefacts") }
                return StoredObject(key: key, size: size, contentType: type, version: version)
            }
        }
    }

    // MARK: Erasing

    /// Forgets all of a job: its files are drafts from then on, and are erased when their time has come.
    static func forget(_ job: JobID, at now: Timestamp, in transaction: any SQLTransaction) throws {
        try retire("job_id = ?1", [job.text], at: now, in: transaction)
        try transaction.execute("DELETE FROM video_results WHERE job_id = ?1", job.text)
        try transaction.execute("DELETE FROM video_videos WHERE job_id = ?1", job.text)
    }

    /// Erases drafts whose work is over.
    /// - Parameter isWorking: whether somebody works on the job of this id under this fence.
    /// - Returns: how many were erased.
    func erase(
        olderThan age: Duration, unless isWorking: (JobID, Int64) async throws -> Bool
    ) async throws -> Int {
        let moment = store.time.now().microseconds - age.inMicroseconds
        let rows = try await store.read { database in
            try database.query(
                "SELECT storage_key, job_id, fence FROM video_drafts WHERE created_at <= ?1 ORDER BY created_at LIMIT 500",
                moment)
        }
        var count = 0
        for row in rows {
            guard let text = row[0].text, let key = ObjectKey(text), let job = row[1].text,
                let fence = row[2].integer
            else { throw Failure.unreadableRow(of: "video_drafts") }
            if try await isWorking(JobID(stored: job), fence) { continue }
            try await storage.delete(key, multipart: nil)
            try await store.write { transaction in
                try transaction.execute("DELETE FROM video_drafts WHERE storage_key = ?1", text)
            }
            count += 1
        }
        return count
    }
}

import Lockstep
import LockstepSQL
import LockstepUploads

/// The files that an application's workers make.
///
/// Before the storage gets a file its key is noted as a draft. The file becomes an artefact, which people see, in the
/// transaction of the move that ends the work; whatever happens before that, nothing is seen of it, and the draft says
/// what is to be erased. The key holds the job and the fence, so that two attempts never write to one place.
public struct ArtefactShelf: Sendable {
    private let store: any SQLStore
    private let storage: any ObjectStorage
    /// What its tables begin with.
    private let prefix: String
    /// What the keys of its objects begin with.
    private let folder: String

    /// How long a draft stays although its work was lost: a worker that does not know that yet may still be writing.
    public static let patience: Duration = .seconds(3600)

    /// A shelf.
    /// - Parameters:
    ///   - prefix: what its tables begin with: letters, digits and `_`.
    ///   - folder: what the keys of its objects begin with.
    public init(_ prefix: String, folder: String, store: any SQLStore, storage: any ObjectStorage) {
        self.prefix = prefix
        self.folder = folder
        self.store = store
        self.storage = storage
    }

    private var artefacts: String { "\(prefix)_artefacts" }
    private var drafts: String { "\(prefix)_drafts" }

    /// The statements that create the tables of a shelf where they are not there.
    public static func tables(_ prefix: String) -> [String] {
        [
            // The files that can be read: each became one with the move of the work that made it.
            """
            CREATE TABLE IF NOT EXISTS \(prefix)_artefacts (
                job_id TEXT NOT NULL,
                name TEXT NOT NULL,
                storage_key TEXT NOT NULL UNIQUE,
                version TEXT NOT NULL,
                content_type TEXT NOT NULL,
                size BIGINT NOT NULL,
                PRIMARY KEY (job_id, name)
            )
            """,
            // Files that are being made, and those whose work was lost: noted before the storage has any byte of them.
            """
            CREATE TABLE IF NOT EXISTS \(prefix)_drafts (
                storage_key TEXT PRIMARY KEY,
                job_id TEXT NOT NULL,
                fence BIGINT NOT NULL,
                created_at BIGINT NOT NULL
            )
            """,
        ]
    }

    // MARK: Making

    /// Puts a file into the storage, where nobody sees it yet.
    /// - Throws: `StorageError`; an error of the store.
    public func draft(
        _ path: String, named name: String, type: String, of job: JobID, fence: Int64
    ) async throws -> Draft {
        guard let key = ObjectKey("\(folder)/\(job.text)/\(fence)/\(name)") else {
            throw Failure.adminRequired("'\(name)' is no name of an artefact", code: "bad_name")
        }
        let (now, drafts) = (store.time.now(), drafts)
        try await store.write { transaction in
            try transaction.execute("DELETE FROM \(drafts) WHERE storage_key = ?1", key.text)
            try transaction.execute(
                "INSERT INTO \(drafts) (storage_key, job_id, fence, created_at) VALUES (?1, ?2, ?3, ?4)",
                key.text, job.text, fence, now.microseconds)
        }
        return Draft(name: name, object: try await storage.put(file: path, as: key, contentType: type))
    }

    /// A file in the storage that nobody sees yet.
    public struct Draft: Sendable {
        let name: String
        /// As the storage has it.
        public let object: StoredObject
    }

    /// Makes drafts artefacts of a job, within the transaction of its move. Those of an earlier run that have the same
    /// names become drafts, to be erased.
    /// - Throws: `SQLError`.
    public func keep(_ made: [Draft], of job: JobID, at now: Timestamp, in transaction: any SQLTransaction)
        throws
    {
        for draft in made {
            try retire("job_id = ?1 AND name = ?2", [job.text, draft.name], at: now, in: transaction)
            try transaction.execute("DELETE FROM \(drafts) WHERE storage_key = ?1", draft.object.key.text)
            try transaction.execute(
                """
                INSERT INTO \(artefacts) (job_id, name, storage_key, version, content_type, size)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """, job.text, draft.name, draft.object.key.text, draft.object.version,
                draft.object.contentType ?? "application/octet-stream", draft.object.size)
        }
    }

    /// Makes artefacts drafts again: they are seen no more, and are erased later.
    private func retire(
        _ condition: String, _ parameters: [String], at now: Timestamp, in transaction: any SQLTransaction
    ) throws {
        let parameters = parameters.map { $0 as any SQLConvertible }
        let place = "?\(parameters.count + 1)"
        try transaction.execute(
            """
            INSERT INTO \(drafts) (storage_key, job_id, fence, created_at)
            SELECT storage_key, job_id, 0, \(place) FROM \(artefacts) WHERE \(condition)
            """, parameters + [now.microseconds])
        try transaction.execute("DELETE FROM \(artefacts) WHERE \(condition)", parameters)
    }

    /// Makes an artefact a draft again, within the transaction of a move: it is seen no more, and erased later.
    /// - Throws: `SQLError`.
    public func discard(_ name: String, of job: JobID, at now: Timestamp, in transaction: any SQLTransaction)
        throws
    {
        try retire("job_id = ?1 AND name = ?2", [job.text, name], at: now, in: transaction)
    }

    // MARK: Reading

    /// An artefact of a job; `nil` when there is none of that name.
    /// - Throws: an error of the store.
    public func find(_ name: String, of job: JobID) async throws -> StoredObject? {
        let artefacts = artefacts
        return try await store.read { database in
            let rows = try database.query(
                """
                SELECT storage_key, version, content_type, size FROM \(artefacts) WHERE job_id = ?1 AND name = ?2
                """, job.text, name)
            return try rows.first.map { row in
                guard let key = row[0].text.flatMap({ ObjectKey($0) }), let version = row[1].text,
                    let type = row[2].text, let size = row[3].integer
                else { throw Failure.unreadableRow(of: artefacts) }
                return StoredObject(key: key, size: size, contentType: type, version: version)
            }
        }
    }

    /// Writes an artefact into a file of this machine. A file that is there is replaced.
    /// - Returns: whether there is one of that name.
    /// - Throws: `StorageError`; an error of the store; a temporary ``Lockstep/Failure`` when the file cannot be
    ///   written.
    public func fetch(_ name: String, of job: JobID, to path: String) async throws -> Bool {
        guard let object = try await find(name, of: job) else { return false }
        try await storage.fetch(object.key, version: object.version, to: path)
        return true
    }

    // MARK: Erasing

    /// Forgets all artefacts of a job: they are drafts from then on, and are erased when their time has come.
    /// - Throws: `SQLError`.
    public func forget(_ job: JobID, at now: Timestamp, in transaction: any SQLTransaction) throws {
        try retire("job_id = ?1", [job.text], at: now, in: transaction)
    }

    /// Takes the files of a job's drafts away at once. They stay noted until their time has come: whoever was writing one
    /// at this moment may only end after that.
    /// - Parameter fence: the claim under which they were made: another one may be making its own at this moment. Those of
    ///   all claims without it.
    /// - Returns: how many there are.
    /// - Throws: `StorageError`; an error of the store.
    @discardableResult
    public func empty(_ job: JobID, fence: Int64? = nil) async throws -> Int {
        let drafts = drafts
        let rows = try await store.read { database in
            guard let fence else {
                return try database.query(
                    "SELECT storage_key FROM \(drafts) WHERE job_id = ?1 ORDER BY storage_key", job.text)
            }
            return try database.query(
                "SELECT storage_key FROM \(drafts) WHERE job_id = ?1 AND fence = ?2 ORDER BY storage_key",
                job.text, fence)
        }
        for row in rows {
            guard let key = row[0].text.flatMap({ ObjectKey($0) }) else {
                throw Failure.unreadableRow(of: drafts)
            }
            try await storage.delete(key, multipart: nil)
        }
        return rows.count
    }

    /// Erases drafts whose work is over.
    /// - Parameter isWorking: whether somebody works on the job of this id under this fence.
    /// - Returns: how many were erased.
    /// - Throws: `StorageError`; an error of the store.
    public func erase(
        olderThan age: Duration = patience, unless isWorking: (JobID, Int64) async throws -> Bool
    ) async throws -> Int {
        let drafts = drafts
        let moment = store.time.now().microseconds - age.inMicroseconds
        let rows = try await store.read { database in
            try database.query(
                "SELECT storage_key, job_id, fence FROM \(drafts) WHERE created_at <= ?1 ORDER BY created_at LIMIT 500",
                moment)
        }
        var count = 0
        for row in rows {
            guard let text = row[0].text, let key = ObjectKey(text), let job = row[1].text,
                let fence = row[2].integer
            else { throw Failure.unreadableRow(of: drafts) }
            if try await isWorking(JobID(stored: job), fence) { continue }
            try await storage.delete(key, multipart: nil)
            try await store.write { transaction in
                try transaction.execute("DELETE FROM \(drafts) WHERE storage_key = ?1", text)
            }
            count += 1
        }
        return count
    }
}

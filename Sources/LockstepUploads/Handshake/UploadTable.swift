import Lockstep
import LockstepSQL

/// Reads and writes `lockstep_uploads`, in SQL that SQLite and PostgreSQL both read.
struct UploadTable: Sendable {
    let store: any SQLStore

    private static let schema = [
        """
        CREATE TABLE IF NOT EXISTS lockstep_uploads (
            storage_key TEXT PRIMARY KEY,
            lifecycle TEXT NOT NULL,
            job TEXT NOT NULL,
            name TEXT NOT NULL,
            filename TEXT NOT NULL,
            content_type TEXT NOT NULL,
            size BIGINT NOT NULL,
            sha256 TEXT,
            multipart TEXT,
            announced_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            version TEXT,
            verified_at BIGINT,
            refusal TEXT,
            refused_at BIGINT,
            refusals BIGINT NOT NULL,
            replaced_at BIGINT,
            erasures BIGINT NOT NULL
        )
        """,
        "CREATE INDEX IF NOT EXISTS lockstep_uploads_job ON lockstep_uploads (job)",
        """
        CREATE UNIQUE INDEX IF NOT EXISTS lockstep_uploads_name ON lockstep_uploads (job, name)
            WHERE replaced_at IS NULL
        """,
        """
        CREATE INDEX IF NOT EXISTS lockstep_uploads_open ON lockstep_uploads (expires_at, storage_key)
            WHERE version IS NULL AND erasures < 2
        """,
    ]

    /// Makes the table unless it is there. A process that may not make tables finds it.
    func setUp() async throws {
        if try await isThere() { return }
        do {
            try await store.write { transaction in
                for statement in Self.schema { try transaction.execute(statement) }
            }
        } catch let error as SQLError {
            // PostgreSQL can refuse the second of two processes that make the same table at once; after a real fault it is
            // still not there.
            guard try await isThere() else { throw error }
        }
    }

    /// Asks for the table itself, which both databases understand; their catalogues they keep differently.
    private func isThere() async throws -> Bool {
        do {
            _ = try await store.read { try $0.query("SELECT erasures FROM lockstep_uploads LIMIT 1") }
            return true
        } catch let error as SQLError where error.kind == .statement {
            return false
        }
    }

    // MARK: Reading

    /// The uploads of a job that no other announcement has replaced.
    func current(of job: JobID) async throws -> [UploadRow] {
        try await store.read { try Self.current(of: job, in: $0) }
    }

    static func current(of job: JobID, in database: any SQLReading) throws -> [UploadRow] {
        try database.query(
            """
            SELECT \(UploadRow.columns) FROM lockstep_uploads
            WHERE job = ?1 AND replaced_at IS NULL ORDER BY name
            """, job.text
        ).map { try UploadRow($0) }
    }

    /// The verified uploads of jobs.
    func verified(of jobs: [JobID]) async throws -> [UploadRow] {
        guard !jobs.isEmpty else { return [] }
        let ids = jobs.map(\.text)
        return try await store.read { database in
            try database.query(
                """
                SELECT \(UploadRow.columns) FROM lockstep_uploads
                WHERE job IN (\(ids.sqlPlaces)) AND replaced_at IS NULL AND version IS NOT NULL
                """, ids
            ).map { try UploadRow($0) }
        }
    }

    /// Unverified uploads whose permits ended before a moment, and whose objects were erased so often.
    func ended(
        before moment: Timestamp, erasures: Int, after place: (expires: Timestamp, key: String), limit: Int
    ) async throws -> [UploadRow] {
        try await store.read { database in
            try database.query(
                """
                SELECT \(UploadRow.columns) FROM lockstep_uploads
                WHERE version IS NULL AND erasures < 2 AND erasures = ?1 AND expires_at <= ?2
                    AND (expires_at > ?3 OR (expires_at = ?3 AND storage_key > ?4))
                ORDER BY expires_at, storage_key LIMIT ?5
                """, erasures, moment.microseconds, place.expires.microseconds, place.key, limit
            ).map { try UploadRow($0) }
        }
    }

    /// All uploads, by key.
    func page(after key: String, limit: Int) async throws -> [UploadRow] {
        try await store.read { database in
            try database.query(
                """
                SELECT \(UploadRow.columns) FROM lockstep_uploads
                WHERE storage_key > ?1 ORDER BY storage_key LIMIT ?2
                """, key, limit
            ).map { try UploadRow($0) }
        }
    }

    // MARK: Writing

    /// Adds an announcement, in the place of one of the same name that was not verified.
    /// - Throws: a user-fixable ``Lockstep/Failure`` when one was verified, or when there are too many.
    static func insert(_ row: UploadRow, most: Int, in transaction: any SQLTransaction) throws {
        let count = try transaction.query(
            "SELECT count(*) FROM lockstep_uploads WHERE job = ?1", row.job.text)
        guard (count.first?[0].integer ?? 0) < most else {
            throw Failure.userFixable(
                "uploads of job \(row.job) were announced \(most) times, which is all that is allowed; start "
                    + "another job", code: "too_many_uploads")
        }
        try transaction.execute(
            """
            UPDATE lockstep_uploads SET replaced_at = ?1
            WHERE job = ?2 AND name = ?3 AND replaced_at IS NULL AND version IS NULL
            """, row.announcedAt.microseconds, row.job.text, row.name)
        guard try current(of: row.job, in: transaction).allSatisfy({ $0.name != row.name }) else {
            throw Failure.userFixable(
                "'\(row.name)' of job \(row.job) is verified already and cannot be replaced; start another job",
                code: "upload_verified")
        }
        try transaction.execute(
            "INSERT INTO lockstep_uploads (\(UploadRow.columns)) VALUES (\(UploadRow.places))", row.values)
    }

    /// Notes that an object was verified.
    /// - Returns: whether the upload was still as it was read.
    static func verify(
        _ row: UploadRow, as object: StoredObject, at now: Timestamp, in transaction: any SQLTransaction
    ) throws -> Bool {
        let changed = try transaction.execute(
            """
            UPDATE lockstep_uploads SET version = ?1, verified_at = ?2, refusal = NULL, refused_at = NULL
            WHERE storage_key = ?3 AND replaced_at IS NULL AND erasures = 0
            """, object.version, now.microseconds, row.key.text)
        return changed == 1
    }

    /// Notes that a `complete` was refused.
    static func refuse(
        _ key: ObjectKey, because failure: Failure, at now: Timestamp, in transaction: any SQLTransaction
    ) throws {
        try transaction.execute(
            """
            UPDATE lockstep_uploads SET refusal = ?1, refused_at = ?2, refusals = refusals + 1
            WHERE storage_key = ?3
            """, failure.message, now.microseconds, key.text)
    }

    /// Notes that an object is about to be erased, unless it was verified meanwhile.
    /// - Returns: whether it may be.
    func beginErasure(_ row: UploadRow) async throws -> Bool {
        try await store.write {
            try $0.execute(
                """
                UPDATE lockstep_uploads SET erasures = erasures + 1
                WHERE storage_key = ?1 AND version IS NULL AND erasures = ?2
                """, row.key.text, row.erasures)
        } == 1
    }

    /// Forgets an upload.
    func delete(_ row: UploadRow) async throws {
        try await store.write {
            try $0.execute("DELETE FROM lockstep_uploads WHERE storage_key = ?1", row.key.text)
        }
    }
}

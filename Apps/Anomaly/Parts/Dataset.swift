import Lockstep
import LockstepSQL

/// A table that a user uploaded.
struct Dataset: Hashable, Sendable {
    /// Its id; ids sort by the time of the upload.
    var id: String
    /// The user whom it belongs to.
    var owner: String
    /// The name of the uploaded file, for people and to tell its format; never part of a path.
    var filename: String
    /// The bytes of the file.
    var size: Int64
    /// The file's SHA-256 in hexadecimal.
    var sha256: String
    /// The random name of its folder on disk.
    var storageKey: String
    /// Its latest analysis.
    var analysisSession: JobID?
    /// Its latest triage.
    var triageSession: JobID?
    /// When it was uploaded.
    var createdAt: Timestamp
}

extension Dataset {
    static let columns =
        "id, owner, filename, size, sha256, storage_key, analysis_session, triage_session, created_at"

    /// Reads a row of ``columns``.
    init(_ row: SQLRow) throws {
        guard let id = row[0].text, let owner = row[1].text, let filename = row[2].text,
            let size = row[3].integer, let sha256 = row[4].text, let storageKey = row[5].text,
            let createdAt = row[8].integer
        else {
            throw Failure.adminRequired(
                "a row of anomaly_datasets cannot be read; its columns must be as the application made them",
                code: "bad_row")
        }
        self.init(
            id: id, owner: owner, filename: filename, size: size, sha256: sha256, storageKey: storageKey,
            analysisSession: row[6].text.map(JobID.init(stored:)),
            triageSession: row[7].text.map(JobID.init(stored:)), createdAt: Timestamp(microseconds: createdAt)
        )
    }
}

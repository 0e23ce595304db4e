import Lockstep
import LockstepSQL

/// One line of `lockstep_uploads`: an upload that was announced, and what became of it.
struct UploadRow: Hashable, Sendable {
    var key: ObjectKey
    var lifecycle: String
    var job: JobID
    var name: String
    var filename: String
    var contentType: String
    var size: Int64
    /// The announced one.
    var sha256: String?
    /// The storage's name for an upload in parts.
    var multipart: String?
    var announcedAt: Timestamp
    var expiresAt: Timestamp
    /// The object as it was verified.
    var version: String?
    var verifiedAt: Timestamp?
    /// What the last `complete` found wrong, and when.
    var refusal: String?
    var refusedAt: Timestamp?
    /// How often it was refused.
    var refusals = 0
    /// Another announcement has taken its place.
    var replacedAt: Timestamp?
    /// How often the object was erased: once when its permit had ended, and once more after a day for what was under way
    /// at that moment.
    var erasures = 0

    /// What the storage is asked for.
    var offer: UploadOffer {
        UploadOffer(
            key: key, size: size, contentType: contentType, sha256: sha256, expiresAt: expiresAt,
            takesParts: multipart != nil)
    }

    static let columns = """
        storage_key, lifecycle, job, name, filename, content_type, size, sha256, multipart, announced_at, expires_at, \
        version, verified_at, refusal, refused_at, refusals, replaced_at, erasures
        """
    static let places = (1...18).map { "?\($0)" }.joined(separator: ", ")

    var values: [any SQLConvertible] {
        [
            key.text, lifecycle, job.text, name, filename, contentType, size, sha256, multipart,
            announcedAt.microseconds, expiresAt.microseconds, version, verifiedAt?.microseconds, refusal,
            refusedAt?.microseconds, refusals, replacedAt?.microseconds, erasures,
        ]
    }
}

extension UploadRow {
    /// Reads a row.
    /// - Throws: an administrator's ``Lockstep/Failure`` for one that nobody here has written.
    init(_ row: SQLRow) throws(Failure) {
        func moment(_ column: String) -> Timestamp? {
            row[column].integer.map(Timestamp.init(microseconds:))
        }
        guard let key = row["storage_key"].text.flatMap(ObjectKey.init),
            let lifecycle = row["lifecycle"].text,
            let job = row["job"].text, let name = row["name"].text, let filename = row["filename"].text,
            let contentType = row["content_type"].text, let size = row["size"].integer,
            let announcedAt = moment("announced_at"), let expiresAt = moment("expires_at"),
            let refusals = row["refusals"].integer, let erasures = row["erasures"].integer
        else {
            throw .adminRequired(
                "a row of lockstep_uploads is not as Lockstep writes it: key \(row["storage_key"])",
                code: "bad_upload_row")
        }
        self.init(
            key: key, lifecycle: lifecycle, job: JobID(stored: job), name: name, filename: filename,
            contentType: contentType, size: size, sha256: row["sha256"].text,
            multipart: row["multipart"].text, announcedAt: announcedAt, expiresAt: expiresAt,
            version: row["version"].text, verifiedAt: moment("verified_at"), refusal: row["refusal"].text,
            refusedAt: moment("refused_at"), refusals: Int(refusals), replacedAt: moment("replaced_at"),
            erasures: Int(erasures))
    }
}

import Lockstep

/// An upload as it was verified.
public struct VerifiedUpload: Hashable, Sendable {
    /// The name of the need.
    public var name: String
    /// The object's name in the storage.
    public var key: ObjectKey
    /// The name of the client's file: text for people.
    public var filename: String
    /// Its media type.
    public var contentType: String
    /// Its length in bytes.
    public var size: Int64
    /// The SHA-256 that was announced, as hexadecimal digits.
    public var sha256: String?
    /// The version of the object; another one is not the object that was verified.
    public var version: String

    init?(_ row: UploadRow) {
        guard let version = row.version else { return nil }
        name = row.name
        key = row.key
        filename = row.filename
        contentType = row.contentType
        size = row.size
        sha256 = row.sha256
        self.version = version
    }

    /// The failure of a job whose object is no longer the one that was verified.
    static func changed(_ name: String, in storage: any ObjectStorage, isMissing: Bool) -> Failure {
        .userFixable(
            isMissing
                ? "upload '\(name)' is no longer in \(storage.name), although it was verified; send it again in another job"
                : "upload '\(name)' was replaced in \(storage.name) after it had been verified; send it again in another job",
            code: changedCode)
    }

    /// The code of that failure.
    public static let changedCode = "upload_changed"
}

/// An upload as people see it, verified or not.
public struct UploadState: Hashable, Sendable {
    /// The name of the need.
    public var name: String
    /// The name of the client's file: text for people.
    public var filename: String
    /// Its media type, as announced.
    public var contentType: String
    /// Its length in bytes, as announced.
    public var size: Int64
    /// The SHA-256 that was announced.
    public var sha256: String?
    /// When it was announced.
    public var announcedAt: Timestamp
    /// When its permit ends.
    public var expiresAt: Timestamp
    /// When it was verified.
    public var verifiedAt: Timestamp?
    /// What the last `complete` found wrong.
    public var refusal: String?
    /// When that was.
    public var refusedAt: Timestamp?
    /// How many were refused.
    public var refusals: Int

    init(_ row: UploadRow) {
        name = row.name
        filename = row.filename
        contentType = row.contentType
        size = row.size
        sha256 = row.sha256
        announcedAt = row.announcedAt
        expiresAt = row.expiresAt
        verifiedAt = row.verifiedAt
        refusal = row.refusal
        refusedAt = row.refusedAt
        refusals = row.refusals
    }
}

import Lockstep

/// What a client says about an object before it sends it.
public struct Announcement: Hashable, Sendable {
    /// The job that needs it; the id may be chosen before the job is started.
    public var job: JobID
    /// The lifecycle of the job.
    public var lifecycle: String
    /// The name of the need: `video` for `needs(.upload("video"))`.
    public var name: String
    /// The name of the client's file: text for people, and never part of a path or a key.
    public var filename: String
    /// Its length in bytes, exactly.
    public var size: Int64
    /// Its media type, such as `video/mp4`, without parameters.
    public var contentType: String
    /// The SHA-256 of its bytes in hexadecimal digits.
    public var sha256: String?
    /// Whether the client can send it in parts, where the storage wants that for its size.
    public var takesParts: Bool

    /// Makes an announcement.
    public init(
        job: JobID, lifecycle: String, name: String, filename: String, size: Int64, contentType: String,
        sha256: String? = nil, takesParts: Bool = false
    ) {
        self.job = job
        self.lifecycle = lifecycle
        self.name = name
        self.filename = filename
        self.size = size
        self.contentType = contentType
        self.sha256 = sha256
        self.takesParts = takesParts
    }

    /// The longest file name in bytes.
    public static let longestFilename = 1024

    /// The announcement in the form in which it is kept.
    /// - Throws: a user-fixable ``Lockstep/Failure`` when it is malformed or against the policy.
    func checked(by policy: UploadPolicy) throws(Failure) -> Announcement {
        var checked = self
        checked.contentType = contentType.lowercased()
        checked.sha256 = sha256?.lowercased()
        guard Self.isText(filename, longest: Self.longestFilename) else {
            throw .userFixable(
                "the file name must have 1 to \(Self.longestFilename) bytes of text without control characters",
                code: "bad_filename")
        }
        guard Self.isMediaType(checked.contentType) else {
            throw .userFixable(
                "the content type must be a media type without parameters, such as video/mp4",
                code: "bad_content_type")
        }
        guard policy.contentTypes.isEmpty || policy.contentTypes.contains(checked.contentType) else {
            let accepted = policy.contentTypes.sorted().joined(separator: ", ")
            throw .userFixable(
                "'\(checked.contentType)' is not taken for '\(name)'; send one of \(accepted)",
                code: "unsupported_content_type")
        }
        guard size > 0 else {
            throw .userFixable("an upload must have at least one byte, not \(size)", code: "bad_size")
        }
        guard size <= policy.largest else {
            throw .userFixable(
                "'\(name)' may have at most \(policy.largest) bytes, not \(size); send a smaller file",
                code: "too_large")
        }
        if let digest = checked.sha256, !Self.isDigest(digest) {
            throw .userFixable(
                "the sha256 must be 64 hexadecimal digits, as sha256sum writes them", code: "bad_sha256")
        }
        return checked
    }

    private static func isText(_ text: String, longest: Int) -> Bool {
        (1...longest).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    /// RFC 6838, section 4.2: two names of at most 127 letters, digits and `!#$&-^_.+`.
    private static func isMediaType(_ text: String) -> Bool {
        let names = text.split(separator: "/", omittingEmptySubsequences: false)
        return names.count == 2
            && names.allSatisfy { name in
                guard (1...127).contains(name.utf8.count), let first = name.utf8.first else { return false }
                return isAlphanumeric(first)
                    && name.utf8.allSatisfy { isAlphanumeric($0) || "!#$&-^_.+".utf8.contains($0) }
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

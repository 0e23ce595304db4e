/// What a storage knows of an object without reading it.
public struct StoredObject: Hashable, Sendable {
    /// Its name.
    public var key: ObjectKey
    /// Its length in bytes.
    public var size: Int64
    /// Its media type, where the storage keeps one.
    public var contentType: String?
    /// Changes whenever the object is replaced: an ETag, or what a file system tells.
    public var version: String
    /// The SHA-256 of its bytes in hexadecimal digits, when the storage itself has computed it.
    public var sha256: String?

    /// Describes an object.
    public init(key: ObjectKey, size: Int64, contentType: String?, version: String, sha256: String? = nil) {
        self.key = key
        self.size = size
        self.contentType = contentType
        self.version = version
        self.sha256 = sha256
    }
}

import Lockstep

/// One object that a client has announced, and all that its permit is bound to.
public struct UploadOffer: Hashable, Sendable {
    /// Where it will be.
    public var key: ObjectKey
    /// Its length in bytes, exactly.
    public var size: Int64
    /// Its media type.
    public var contentType: String
    /// The SHA-256 of its bytes as 64 hexadecimal digits, when the client has announced it.
    public var sha256: String?
    /// Nothing is taken after this moment.
    public var expiresAt: Timestamp
    /// Whether the client can send an object in parts, where the storage wants that for its size.
    public var takesParts: Bool

    /// Describes an object that is to come.
    public init(
        key: ObjectKey, size: Int64, contentType: String, sha256: String? = nil, expiresAt: Timestamp,
        takesParts: Bool = false
    ) {
        self.key = key
        self.size = size
        self.contentType = contentType
        self.sha256 = sha256
        self.expiresAt = expiresAt
        self.takesParts = takesParts
    }
}

/// A permission to put one object into a storage, for a client without credentials of its own.
public struct UploadPermit: Hashable, Sendable {
    /// One request that the client may make.
    public struct Request: Hashable, Sendable {
        /// The address, with its signature. A storage on the server's own disk gives a path, to which the server adds
        /// the host that the client has called.
        public var url: String
        /// The method.
        public var method = "PUT"
        /// The headers that must be sent exactly so.
        public var headers: [String: String]
        /// Which bytes of the object make its body.
        public var bytes: Range<Int64>

        /// Makes a request.
        public init(url: String, headers: [String: String], bytes: Range<Int64>) {
            self.url = url
            self.headers = headers
            self.bytes = bytes
        }
    }

    /// One request for the whole object, or one for each part in order.
    public var requests: [Request]
    /// Names the upload in parts within the storage; `nil` for an object in one piece.
    public var multipart: String?
    /// When it ends.
    public var expiresAt: Timestamp

    /// Makes a permit.
    public init(requests: [Request], multipart: String? = nil, expiresAt: Timestamp) {
        self.requests = requests
        self.multipart = multipart
        self.expiresAt = expiresAt
    }
}

/// Where an S3 storage is, and how it is used.
public struct S3Options: Sendable {
    /// The bucket.
    public let bucket: String
    /// The region that requests are signed for.
    public let region: String
    /// What requests are signed with.
    public var credentials: S3Credentials
    /// Objects larger than this, in bytes, are sent in parts, by those who can.
    public var multipartThreshold: Int64 = 64 << 20
    /// The size of a part in bytes: 5 MiB at least. Objects of more than 10,000 parts have larger ones.
    public var partSize: Int64 = 64 << 20
    /// Whether a SHA-256 that the storage tells is believed. AWS and every storage that refuses a body which does not
    /// fit its `x-amz-checksum-sha256` may be; otherwise all objects are verified by reading them.
    public var trustsChecksums = true
    /// How often a request is sent at most, when it fails in a way that may pass.
    public var attempts = 5
    /// How long connecting may take.
    public var connectTimeout = Duration.seconds(5)
    /// How long a connection may be silent.
    public var idleTimeout = Duration.seconds(60)
    /// How many connections are kept open at most.
    public var connections = 16

    let endpoint: S3Endpoint
    /// What clients are sent to.
    let publicEndpoint: S3Endpoint
    let isPathStyle: Bool

    /// Makes options.
    /// - Parameters:
    ///   - endpoint: where the server reaches the storage, as `https://host` or `http://host:port`; `nil` for AWS.
    ///   - publicEndpoint: where clients reach it, when that differs.
    ///   - isPathStyle: whether the bucket stands in the path rather than before the host; `nil` for: before AWS's
    ///     hosts, and in the path for all others.
    /// - Throws: ``StorageError`` of kind `misconfigured`.
    public init(
        endpoint: String? = nil, publicEndpoint: String? = nil, region: String = "us-east-1", bucket: String,
        isPathStyle: Bool? = nil, credentials: S3Credentials
    ) throws {
        guard Self.isRegion(region) else {
            throw StorageError(
                .misconfigured,
                "the region of the S3 storage has letters, digits and '-' only, such as 'eu-central-1'")
        }
        guard Self.isBucket(bucket) else {
            throw StorageError(
                .misconfigured,
                "the bucket of the S3 storage has 3 to 63 lower-case letters, digits, '.' and '-', such as 'uploads'"
            )
        }
        guard !credentials.accessKey.isEmpty, !credentials.secretKey.isEmpty else {
            throw StorageError(.misconfigured, "the S3 storage needs an access key and its secret key")
        }
        self.endpoint = try S3Endpoint(endpoint ?? "https://s3.\(region).amazonaws.com")
        self.publicEndpoint = try publicEndpoint.map(S3Endpoint.init) ?? self.endpoint
        self.region = region
        self.bucket = bucket
        // A certificate for *.host does not hold for a bucket with a dot.
        self.isPathStyle =
            isPathStyle ?? (!self.endpoint.host.hasSuffix(".amazonaws.com") || bucket.contains("."))
        self.credentials = credentials
    }

    /// Reads options from the environment: `LOCKSTEP_S3_BUCKET`, `LOCKSTEP_S3_ENDPOINT` (AWS's for the region when it is
    /// missing), `LOCKSTEP_S3_PUBLIC_ENDPOINT`, `LOCKSTEP_S3_REGION` (`us-east-1`), `LOCKSTEP_S3_CHECKSUMS` (`trust`,
    /// or `read`: verify by reading), `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    /// - Returns: `nil` when no bucket is named and no other of the storage's own variables is set.
    /// - Throws: ``StorageError`` of kind `misconfigured`, which names the variable.
    public static func read(environment: [String: String]) throws -> S3Options? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func required(_ name: String, _ what: String) throws -> String {
            guard let value = value(name) else {
                throw StorageError(
                    .misconfigured, "an S3 storage is asked for, and \(name) is not set; set it to \(what)")
            }
            return value
        }
        let own = ["BUCKET", "ENDPOINT", "PUBLIC_ENDPOINT", "REGION", "CHECKSUMS"].map { "LOCKSTEP_S3_" + $0 }
        guard own.contains(where: { value($0) != nil }) else { return nil }
        let credentials = S3Credentials(
            accessKey: try required("AWS_ACCESS_KEY_ID", "the name of the access key"),
            secretKey: try required("AWS_SECRET_ACCESS_KEY", "the secret key"),
            sessionToken: value("AWS_SESSION_TOKEN"))
        var options = try S3Options(
            endpoint: value("LOCKSTEP_S3_ENDPOINT"), publicEndpoint: value("LOCKSTEP_S3_PUBLIC_ENDPOINT"),
            region: value("LOCKSTEP_S3_REGION") ?? "us-east-1",
            bucket: try required("LOCKSTEP_S3_BUCKET", "the bucket's name"), credentials: credentials)
        switch value("LOCKSTEP_S3_CHECKSUMS") ?? "trust" {
        case "trust": break
        case "read": options.trustsChecksums = false
        default: throw StorageError(.misconfigured, "LOCKSTEP_S3_CHECKSUMS is neither 'trust' nor 'read'")
        }
        return options
    }

    /// The host of requests for the bucket, with its port.
    func host(at endpoint: S3Endpoint) -> String {
        let host = endpoint.host + (endpoint.port.map { ":\($0)" } ?? "")
        return isPathStyle ? host : "\(bucket).\(host)"
    }

    /// The path of an object, or of the bucket.
    func path(of key: ObjectKey?) -> String {
        (isPathStyle ? "/\(bucket)" : "") + (key.map { "/\($0.text)" } ?? (isPathStyle ? "" : "/"))
    }

    private static func isRegion(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isBucket(_ text: String) -> Bool {
        (3...63).contains(text.utf8.count) && !text.contains("..")
            && [text.utf8.first, text.utf8.last].allSatisfy { $0.map(isPlain) ?? false }
            && text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte)
    }
}

import AsyncHTTPClient
import Lockstep
import Logging
import NIOCore
import NIOHTTP1

/// Objects in a bucket of AWS S3, or of a storage that speaks the same protocol.
///
/// A permit is a presigned URL: its signature binds the method, the key, the length, the media type, the SHA-256 where
/// one was announced, and `If-None-Match: *`, so that nothing is overwritten. In parts, each part's length is bound, and
/// joining them overwrites nothing. An object's version is its ETag with the time, and the bucket's version of it where
/// there is one.
public struct S3Storage: ObjectStorage {
    /// The largest object that S3 keeps, in bytes: 5 TiB.
    static let largest: Int64 = 5 << 40
    /// The largest object that it takes in one piece, in bytes: 5 GiB.
    static let largestPiece: Int64 = 5 << 30

    /// How messages name it.
    public let name = "S3"
    let client: S3Client
    var options: S3Options { client.options }

    /// Makes the storage; nothing is asked yet.
    public init(
        _ options: S3Options, time: any TimeSource = SystemTime(),
        logger: Logger = Logger(label: "lockstep.s3", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.init(options, time: time, draw: { Double.random(in: 0...1) }, logger: logger)
    }

    init(_ options: S3Options, time: any TimeSource, draw: @escaping @Sendable () -> Double, logger: Logger) {
        client = S3Client(options, time: time, draw: draw, logger: logger)
    }

    /// Returns when the bucket is there and the credentials open it: for a server that begins.
    /// - Throws: ``StorageError``.
    public func check() async throws {
        let request = S3Client.Request(
            method: .GET, query: [("list-type", "2"), ("max-keys", "1")], what: "to list the bucket")
        _ = try await told(request) { try await client.send(request, upTo: 1 << 20) }
    }

    // MARK: Permits

    /// Permits a client to put one object there once, in parts when the object is large and the client can.
    public func permit(_ offer: UploadOffer) async throws -> UploadPermit {
        let inParts = offer.takesParts && offer.size > options.multipartThreshold
        let largest = inParts ? Self.largest : Self.largestPiece
        guard (0...largest).contains(offer.size) else {
            throw StorageError(
                .refused,
                "an object of \(offer.size) bytes is larger than S3 takes"
                    + (offer.takesParts ? "" : " in one piece") + ": \(largest) bytes")
        }
        let now = client.time.now()
        // From the second that the signature names.
        let start = now.microseconds.dividedDown(by: 1_000_000)
        let seconds = min(S3Signer.longest, offer.expiresAt.microseconds.dividedDown(by: 1_000_000) - start)
        guard seconds >= 1 else {
            throw StorageError(.refused, "the time for the upload is over; announce it again")
        }
        let expiresAt = Timestamp(microseconds: (start + seconds) * 1_000_000)
        func request(_ query: [(String, String)], _ headers: [(String, String)], _ bytes: Range<Int64>)
            -> UploadPermit.Request
        {
            let endpoint = options.publicEndpoint
            let host = options.host(at: endpoint)
            let signed = S3Signer.Request(
                method: "PUT", host: host, path: options.path(of: offer.key), query: query,
                headers: headers + [("content-length", "\(bytes.byteCount)")])
            let path = S3Signer(credentials: options.credentials, region: options.region)
                .presign(signed, at: now, seconds: seconds)
            return UploadPermit.Request(
                url: (endpoint.isSecure ? "https://" : "http://") + host + path,
                headers: Dictionary(headers, uniquingKeysWith: { first, _ in first }), bytes: bytes)
        }
        guard inParts else {
            var headers = [("Content-Type", offer.contentType), ("If-None-Match", "*")]
            if let sha256 = offer.sha256 {
                guard let checksum = S3Digest.base64(ofHex: sha256) else {
                    throw StorageError(.refused, "the object's SHA-256 is not 64 hexadecimal digits")
                }
                headers.append(("x-amz-checksum-sha256", checksum))
            }
            return UploadPermit(requests: [request([], headers, 0..<offer.size)], expiresAt: expiresAt)
        }
        let multipart = try await begin(offer.key, contentType: offer.contentType)
        let requests = options.parts(of: offer.size).enumerated().map { place, bytes in
            request([("partNumber", "\(place + 1)"), ("uploadId", multipart)], [], bytes)
        }
        return UploadPermit(requests: requests, multipart: multipart, expiresAt: expiresAt)
    }

    // MARK: Objects

    /// What is known of an object. The SHA-256 is there when the object came in one piece with its checksum announced:
    /// then the storage has compared them. It is `nil` for what came in parts; that is verified by reading.
    public func look(at key: ObjectKey) async throws -> StoredObject? {
        let request = S3Client.Request(
            method: .HEAD, key: key, headers: [("x-amz-checksum-mode", "ENABLED")],
            what: "to look at an object")
        do {
            let headers = try await client.send(request).headers
            guard let size = headers.first(name: "content-length").flatMap(Int64.init),
                let version = Self.version(headers)
            else { throw incomplete(request) }
            let checksum = headers.first(name: "x-amz-checksum-sha256").flatMap(S3Digest.hex(ofBase64:))
            let isWhole = headers.first(name: "x-amz-checksum-type").map { $0 == "FULL_OBJECT" } ?? true
            return StoredObject(
                key: key, size: size, contentType: headers.first(name: "content-type"), version: version,
                sha256: options.trustsChecksums && isWhole ? checksum : nil)
        } catch let refusal as S3Refusal {
            // After HEAD there is no document that could tell a bucket that is missing from an object that is.
            guard refusal.status == 404 else { throw refusal.error(request.what, options) }
            return nil
        }
    }

    /// The bytes of an object. A connection that breaks is made anew where it broke.
    public func read(_ key: ObjectKey, version: String?, range: Range<Int64>?) async throws -> ObjectBody {
        if let range, range.isEmpty { return try await nothing(of: key, version, range) }
        let request = Self.get(key, etag: version.map(Self.etag), range: range)
        let (client, options) = (client, options)
        let response = try await told(request) { try await client.open(request) }
        guard let current = Self.version(response.headers),
            let size = response.headers.first(name: "content-length").flatMap(Int64.init)
        else { throw incomplete(request) }
        try Self.require(current, is: version)
        let bytes = range ?? 0..<size
        guard size == bytes.byteCount, range == nil || response.status == .partialContent else {
            throw StorageError(.refused, "the range of bytes is not within the object")
        }
        return S3Body(response.body, range: bytes, failed: { client.unreachable($0) }) { rest, attempt in
            try await client.pause(before: attempt)
            let request = Self.get(key, etag: Self.etag(current), range: rest)
            do {
                let response = try await client.open(request)
                guard response.status == .partialContent else {
                    throw StorageError(
                        .unavailable, "the storage did not go on with an object where it broke off")
                }
                try Self.require(Self.version(response.headers), is: current)
                return response.body
            } catch let refusal as S3Refusal {
                throw refusal.error(request.what, options)
            }
        }
    }

    /// Puts a file there: in one piece, or in parts when it is large. At most a block of 1 MiB is in memory at once.
    public func put(file path: String, as key: ObjectKey, contentType: String) async throws -> StoredObject {
        let file = try await Offload.run { _ in try S3File(path) }
        if file.size > min(options.multipartThreshold, Self.largestPiece) {
            try await putParts(of: file, as: key, contentType: contentType)
        } else {
            let part = S3FilePart(file: file, range: 0..<file.size)
            let hash = try await part.sha256().hexadecimal
            let request = S3Client.Request(
                method: .PUT, key: key,
                headers: [
                    ("content-type", contentType),
                    ("x-amz-checksum-sha256", S3Digest.base64(ofHex: hash) ?? ""),
                ], body: file.size == 0 ? .bytes([]) : .file(part, sha256: hash), what: "to write an object")
            _ = try await told(request) { try await client.send(request) }
        }
        guard let object = try await look(at: key), object.size == file.size else {
            throw StorageError(
                .unavailable, "an object was written to the storage and is not there; try again later")
        }
        return object
    }

    /// Erases an object, and gives up what was sent of it in parts.
    public func delete(_ key: ObjectKey, multipart: String?) async throws {
        if let multipart { try await giveUp(multipart, of: key) }
        let request = S3Client.Request(method: .DELETE, key: key, what: "to erase an object")
        do {
            try await client.send(request)
        } catch let refusal as S3Refusal {
            guard refusal.status == 404, refusal.code != "NoSuchBucket" else {
                throw refusal.error(request.what, options)
            }
        }
    }

    // MARK: Words

    /// Runs what throws refusals so that it throws ``StorageError``.
    func told<Result>(_ request: S3Client.Request, _ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch let refusal as S3Refusal {
            throw refusal.error(request.what, options)
        }
    }

    func incomplete(_ request: S3Client.Request) -> StorageError {
        StorageError(
            .misconfigured,
            "\(options.endpoint) gave no answer of an S3 storage when it was asked \(request.what); correct the endpoint"
        )
    }

    private static func get(_ key: ObjectKey, etag: String?, range: Range<Int64>?) -> S3Client.Request {
        var request = S3Client.Request(method: .GET, key: key, what: "to read an object")
        if let etag { request.headers.append(("if-match", etag)) }
        if let range {
            request.headers.append(("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        }
        return request
    }

    private func nothing(of key: ObjectKey, _ version: String?, _ range: Range<Int64>) async throws
        -> ObjectBody
    {
        guard let object = try await look(at: key) else {
            throw S3Refusal(status: 404, code: "").error("to read an object", options)
        }
        try Self.require(object.version, is: version)
        guard range.lowerBound <= object.size else {
            throw StorageError(.refused, "the range of bytes is not within the object")
        }
        return AsyncStream<ByteBuffer> { $0.finish() }.map { (bytes) throws -> ByteBuffer in bytes }
    }

    // MARK: Versions

    /// The ETag, when the object came, and which version of it the bucket keeps. The ETag alone is a hash of the bytes,
    /// and an old one (MD5).
    private static func version(_ headers: HTTPHeaders) -> String? {
        guard let etag = headers.first(name: "etag"), !etag.isEmpty else { return nil }
        let others = [headers.first(name: "last-modified"), headers.first(name: "x-amz-version-id")]
        return ([etag] + others.compactMap { $0 }).joined(separator: " ")
    }

    /// The ETag of a version: it has no spaces (RFC 9110, section 8.8.3).
    private static func etag(_ version: String) -> String { String(version.prefix { $0 != " " }) }

    private static func require(_ current: String?, is version: String?) throws {
        guard let version, current != version else { return }
        throw S3Refusal.replaced
    }
}

extension Int64 {
    fileprivate func dividedDown(by divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}

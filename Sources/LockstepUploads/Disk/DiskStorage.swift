import Crypto
import Foundation
import Lockstep
import NIOCore

/// Objects in a folder of this machine. Clients send them to the server itself, by addresses that it has signed.
///
/// An object is written to a temporary name, hashed on the way, brought to the disk and then given its name in one step
/// that replaces nothing. All servers of an installation need to see the same folder, on a disk of theirs or a file system
/// that renames without replacing.
public struct DiskStorage: ObjectStorage {
    /// The paths of the signed addresses begin so.
    public static let path = DiskPermit.prefix

    /// How messages name it.
    public let name = "the storage"
    private let folder: DiskFolder
    private let permits: DiskPermit
    private let time: any TimeSource

    /// Opens the folder and makes what is missing, the secret too.
    /// - Parameters:
    ///   - path: the folder.
    ///   - time: says when permits end: the time of the store.
    /// - Throws: ``StorageError``.
    public init(_ path: String, time: any TimeSource) async throws {
        let folder = DiskFolder(root: path)
        let secret = try await Offload.run { _ in
            try folder.make()
            return try folder.secret()
        }
        self.folder = folder
        self.time = time
        permits = DiskPermit(secret: secret)
    }

    // MARK: Clients

    /// See ``ObjectStorage/permit(_:)``. The address is a path and a query, to which the server adds its host.
    public func permit(_ offer: UploadOffer) async throws -> UploadPermit {
        guard !offer.key.text.contains("/") else {
            throw StorageError(
                .refused, "a client sends objects whose keys have one part, not '\(offer.key)'")
        }
        return UploadPermit(
            requests: [
                UploadPermit.Request(
                    url: permits.address(of: offer), headers: ["Content-Type": offer.contentType],
                    bytes: 0..<offer.size)
            ], expiresAt: offer.expiresAt)
    }

    /// See ``ObjectStorage/join(_:multipart:)``: nothing is sent here in parts.
    public func join(_ offer: UploadOffer, multipart: String) async throws -> Bool {
        throw StorageError(.refused, "'\(name)' takes objects in one piece")
    }

    /// What a client's request says before its body.
    public struct Request: Hashable, Sendable {
        /// The method.
        public var method: String
        /// The path, as it was sent.
        public var path: String
        /// What stands behind the question mark, as it was sent.
        public var query: String
        /// `Content-Length`.
        public var length: Int64?
        /// `Content-Type`.
        public var contentType: String?

        /// Describes a request.
        public init(method: String, path: String, query: String, length: Int64?, contentType: String?) {
            self.method = method
            self.path = path
            self.query = query
            self.length = length
            self.contentType = contentType
        }
    }

    /// Takes an object that a client sends to a signed address. The body is not read before everything else is right,
    /// and never further than the announced length.
    /// - Throws: ``UploadRefusal``; ``StorageError``.
    public func receive<Body: AsyncSequence>(_ request: Request, body: Body) async throws -> StoredObject
    where Body.Element == ByteBuffer {
        let offer = try admit(request)
        if try await look(at: offer.key) != nil { throw Self.alreadyThere }
        let file = try await ObjectWriter.create(at: folder.temporary(offer.key))
        do {
            var count: Int64 = 0
            do {
                for try await bytes in body {
                    count += Int64(bytes.readableBytes)
                    guard count <= offer.size else { throw Self.wrongLength(offer, "more") }
                    try await file.write(bytes)
                }
            } catch let error as UploadRefusal {
                throw error
            } catch let error as StorageError {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                throw Self.truncated(count, offer)
            }
            guard count == offer.size else { throw Self.truncated(count, offer) }
            let written = try await file.finish()
            if let announced = offer.sha256, announced != written.sha256 {
                throw UploadRefusal(
                    .wrongChecksum,
                    "the bytes have the SHA-256 \(written.sha256), not \(announced) as announced")
            }
            // Nothing is taken after the permit's end, however early it began: what ended may be erased by now.
            try check(offer)
            let (folder, path) = (folder, file.path)
            let object = try await Offload.run { _ in
                try folder.publish(
                    path, written, as: offer.key, contentType: offer.contentType, replacing: false)
            }
            guard let object else { throw Self.alreadyThere }
            return object
        } catch {
            try await file.discard()
            throw error
        }
    }

    private func admit(_ request: Request) throws(UploadRefusal) -> UploadOffer {
        let offer = try permits.offer(method: request.method, path: request.path, query: request.query)
        try check(offer)
        guard let length = request.length else {
            throw UploadRefusal(
                .lengthRequired, "say by Content-Length that the body has \(offer.size) bytes")
        }
        guard length == offer.size else { throw Self.wrongLength(offer, "\(length)") }
        let type = request.contentType?.lowercased()
        guard type == offer.contentType else {
            throw UploadRefusal(
                .wrongType,
                "the permit is for the Content-Type '\(offer.contentType)', not for "
                    + (type.map { "'\($0.prefix(100))'" } ?? "none"))
        }
        return offer
    }

    private func check(_ offer: UploadOffer) throws(UploadRefusal) {
        guard time.now() < offer.expiresAt else {
            throw UploadRefusal(.expired, "the permit ended at \(offer.expiresAt); announce the upload anew")
        }
    }

    private static let alreadyThere = UploadRefusal(
        .alreadyThere, "the object is there already, and nothing replaces it; complete the upload")

    private static func wrongLength(_ offer: UploadOffer, _ sent: String) -> UploadRefusal {
        UploadRefusal(.wrongLength, "the permit is for \(offer.size) bytes, not for \(sent)")
    }

    private static func truncated(_ count: Int64, _ offer: UploadOffer) -> UploadRefusal {
        UploadRefusal(.truncated, "the body broke off after \(count) of \(offer.size) bytes; send it again")
    }

    // MARK: The server and its workers

    /// See ``ObjectStorage/look(at:)``.
    public func look(at key: ObjectKey) async throws -> StoredObject? {
        let folder = folder
        return try await Offload.run { _ in try folder.look(at: key) }
    }

    /// See ``ObjectStorage/read(_:version:range:)``.
    public func read(_ key: ObjectKey, version: String?, range: Range<Int64>?) async throws -> ObjectBody {
        let folder = folder
        return try await Offload.run { _ in
            guard let file = try ObjectReader.File(at: folder.object(key)) else {
                throw StorageError(.missing, "there is no object '\(key)' in the storage")
            }
            guard version == nil || version == file.facts.version else {
                throw StorageError(.changed, "the object '\(key)' was replaced")
            }
            let whole = 0..<file.facts.size
            let range = range ?? whole
            guard whole.lowerBound <= range.lowerBound, range.upperBound <= whole.upperBound else {
                throw StorageError(
                    .refused, "the object '\(key)' has \(file.facts.size) bytes; ask for some of these")
            }
            return ObjectReader(file: file, range: range)
        }
    }

    /// See ``ObjectStorage/put(file:as:contentType:)``.
    public func put(file path: String, as key: ObjectKey, contentType: String) async throws -> StoredObject {
        let folder = folder
        let source = try await Offload.run { _ in
            guard let source = try ObjectReader.File(at: path) else {
                throw StorageError(.missing, "there is no file '\(path)' to be stored")
            }
            return source
        }
        let file = try await ObjectWriter.create(at: folder.temporary(key))
        do {
            for try await bytes in ObjectReader(file: source, range: 0..<source.facts.size) {
                try await file.write(bytes)
            }
            let written = try await file.finish()
            let object = try await Offload.run { _ in
                try folder.publish(file.path, written, as: key, contentType: contentType, replacing: true)
            }
            guard let object else { throw StorageError.file("kept", ENOENT) }
            return object
        } catch {
            try await file.discard()
            throw error
        }
    }

    /// See ``ObjectStorage/delete(_:multipart:)``.
    public func delete(_ key: ObjectKey, multipart: String?) async throws {
        let folder = folder
        try await Offload.run { _ in try folder.delete(key) }
    }
}

import Lockstep
import LockstepTesting

@testable import LockstepUploads

extension StorageKind {
    /// A bucket of a real server. Its objects are under keys of their own, so every test finds it empty.
    static let s3 = StorageKind(testDescription: "S3") { _, time in
        ClockedS3(options: try await S3Server.shared().options(), time: time)
    }
}

/// S3 for an installation whose clock is a test's: the server has the real time, and permits are moved there.
struct ClockedS3: ObjectStorage {
    let storage: S3Storage
    let time: any TimeSource

    var name: String { storage.name }

    init(options: S3Options, time: any TimeSource) {
        storage = S3Storage(options)
        self.time = time
    }

    func permit(_ offer: UploadOffer) async throws -> UploadPermit {
        let (rest, now) = (offer.expiresAt - time.now(), SystemTime().now())
        var moved = offer
        moved.expiresAt = now + rest
        var permit: UploadPermit
        if rest > .zero {
            permit = try await storage.permit(moved)
        } else {
            // Given an hour before it ended.
            let early = S3Storage(storage.options, time: TestTime(moved.expiresAt + .seconds(-3600)))
            permit = try await early.permit(moved)
        }
        permit.expiresAt = offer.expiresAt + (permit.expiresAt - moved.expiresAt)
        return permit
    }

    func join(_ offer: UploadOffer, multipart: String) async throws -> Bool {
        try await storage.join(offer, multipart: multipart)
    }

    func look(at key: ObjectKey) async throws -> StoredObject? { try await storage.look(at: key) }

    func read(_ key: ObjectKey, version: String?, range: Range<Int64>?) async throws -> ObjectBody {
        try await storage.read(key, version: version, range: range)
    }

    func put(file path: String, as key: ObjectKey, contentType: String) async throws -> StoredObject {
        try await storage.put(file: path, as: key, contentType: contentType)
    }

    func delete(_ key: ObjectKey, multipart: String?) async throws {
        try await storage.delete(key, multipart: multipart)
    }
}

import Lockstep
import LockstepTesting
import LockstepUploads

/// A storage that keeps the putting of one file back until it is let go, as a slow one does: whoever puts it cannot be
/// interrupted.
struct KeptStorage: ObjectStorage {
    let base: any ObjectStorage
    /// What the key of the file ends in.
    let ending: String
    /// Sent when the file has come.
    let reached = Signal()
    /// Sent when it was put.
    let done = Signal()
    private let gate = Signal()

    init(_ base: any ObjectStorage, keeping ending: String) {
        self.base = base
        self.ending = ending
    }

    /// Lets it be put.
    func letGo() { gate.send() }

    var name: String { base.name }

    func put(file path: String, as key: ObjectKey, contentType: String) async throws -> StoredObject {
        guard key.text.hasSuffix(ending) else {
            return try await base.put(file: path, as: key, contentType: contentType)
        }
        reached.send()
        let gate = gate
        // In a task of its own, which nobody cancels.
        try await Task { try await gate.wait() }.value
        defer { done.send() }
        return try await base.put(file: path, as: key, contentType: contentType)
    }

    func permit(_ offer: UploadOffer) async throws -> UploadPermit { try await base.permit(offer) }
    func join(_ offer: UploadOffer, multipart: String) async throws -> Bool {
        try await base.join(offer, multipart: multipart)
    }
    func look(at key: ObjectKey) async throws -> StoredObject? { try await base.look(at: key) }
    func read(_ key: ObjectKey, version: String?, range: Range<Int64>?) async throws -> ObjectBody {
        try await base.read(key, version: version, range: range)
    }
    func delete(_ key: ObjectKey, multipart: String?) async throws {
        try await base.delete(key, multipart: multipart)
    }
}

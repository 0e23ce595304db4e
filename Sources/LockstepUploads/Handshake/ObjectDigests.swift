import Crypto
import Lockstep
import NIOCore
import Synchronization

/// Computes the SHA-256 of objects that a storage has not computed, by reading them: each version once, however many ask
/// for it, and however often. A `complete` that is called again and again must not read a large object each time.
final class ObjectDigests: Sendable {
    private struct Version: Hashable {
        var key: ObjectKey
        var version: String
    }
    private struct State {
        var running: [Version: Task<String, any Error>] = [:]
        /// The latest last.
        var known: [(version: Version, digest: String)] = []
    }

    /// How many digests are remembered.
    private static let most = 256
    /// Bytes are collected to blocks of this size before a thread is asked to hash them.
    private static let block = 1 << 20

    private let state = Mutex(State())

    /// The SHA-256 of an object in hexadecimal digits.
    /// - Throws: ``StorageError``: what the storage throws; `changed` when it is no longer this version.
    func digest(of object: StoredObject, in storage: any ObjectStorage) async throws -> String {
        let version = Version(key: object.key, version: object.version)
        let task = state.withLock { state -> Task<String, any Error> in
            if let known = state.known.first(where: { $0.version == version }) {
                return Task { known.digest }
            }
            if let running = state.running[version] { return running }
            let task = Task {
                // A failure is nobody's answer but theirs who wait for it now.
                defer { _ = self.state.withLock { $0.running.removeValue(forKey: version) } }
                let digest = try await Self.read(object, in: storage)
                self.remember(version, digest)
                return digest
            }
            state.running[version] = task
            return task
        }
        return try await task.value
    }

    private func remember(_ version: Version, _ digest: String) {
        state.withLock { state in
            state.known.append((version, digest))
            if state.known.count > Self.most { state.known.removeFirst() }
        }
    }

    private static func read(_ object: StoredObject, in storage: any ObjectStorage) async throws -> String {
        var hash = SHA256()
        var collected = ByteBuffer()
        for try await bytes in try await storage.read(object.key, version: object.version, range: nil) {
            collected.writeImmutableBuffer(bytes)
            guard collected.readableBytes >= block else { continue }
            hash = try await update(hash, collected)
            collected.clear()
        }
        return try await update(hash, collected).finalize().hexadecimal
    }

    private static func update(_ hash: SHA256, _ bytes: ByteBuffer) async throws -> SHA256 {
        try await Offload.run { _ in
            var hash = hash
            bytes.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
            return hash
        }
    }
}

import Crypto
import Foundation
import Lockstep
import NIOCore
import Synchronization

/// A file that is written from its beginning to its end, and hashed on the way, on threads of its own: neither the disk
/// nor the hash touches the cooperative pool.
///
/// One task at a time writes. Blocks are collected, and while one is hashed and written, at the same time, the next one
/// may come.
final class ObjectWriter: Sendable {
    /// Bytes are collected to blocks of this size before a thread is asked to write them.
    private static let block = 1 << 20
    /// After so many bytes the disk is asked to begin with them, so that the flush at the end finds little to do.
    private static let stretch: Int64 = 8 << 20

    let path: String
    private let state = Mutex(State())
    /// Held while the disk is written to; never waited for on the cooperative pool.
    private let disk: Mutex<Disk>
    /// Likewise.
    private let hash = Mutex(SHA256())

    private struct State {
        var collected = CollectedBytes()
        var writing: Task<Void, any Error>?
    }

    private struct Disk {
        var descriptor: Int32
        var size: Int64 = 0
    }

    /// What a file became.
    struct Result: Sendable {
        var sha256: String
        var facts: FileFacts
    }

    /// Makes a file that only this user can read.
    /// - Parameter replacing: whether a file that is there is replaced; otherwise there must be none.
    static func create(at path: String, replacing: Bool = false) async throws -> ObjectWriter {
        try await Offload.run { _ in
            let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (replacing ? O_TRUNC : O_EXCL)
            let descriptor = open(path, flags, 0o600)
            guard descriptor >= 0 else { throw StorageError.file("made", errno) }
            return ObjectWriter(path: path, descriptor: descriptor)
        }
    }

    private init(path: String, descriptor: Int32) {
        self.path = path
        disk = Mutex(Disk(descriptor: descriptor))
    }

    /// Appends bytes. They are written at the latest by ``finish(durably:)``; an error may be thrown by a later call.
    func write(_ bytes: ByteBuffer) async throws {
        let full = state.withLock { state -> CollectedBytes? in
            state.collected.append(bytes)
            guard state.collected.count >= Self.block else { return nil }
            defer { state.collected = CollectedBytes() }
            return state.collected
        }
        if let full { try await begin(full) }
    }

    private func begin(_ block: CollectedBytes) async throws {
        try await state.withLock(\.writing)?.value
        let writing = Task {
            async let hashing: Void = Offload.run { [self] _ in
                hash.withLock { hash in
                    for piece in block.pieces {
                        piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
                    }
                }
            }
            try await Offload.run { [self] _ in try append(block) }
            try await hashing
        }
        state.withLock { $0.writing = writing }
    }

    /// Writes what is left and closes the file.
    /// - Parameter durably: waits until the disk has it (fsync).
    func finish(durably: Bool = true) async throws -> Result {
        let rest = state.withLock { state in
            defer { state.collected = CollectedBytes() }
            return state.collected
        }
        try await begin(rest)
        try await state.withLock(\.writing)?.value
        return try await Offload.run { [self] _ in
            let (descriptor, hash) = (disk.withLock(\.descriptor), hash.withLock(\.self))
            guard !durably || fsync(descriptor) == 0 else { throw StorageError.file("written", errno) }
            let facts = try FileFacts(of: descriptor)
            guard close() == 0 else { throw StorageError.file("written", errno) }
            return Result(sha256: hash.finalize().hexadecimal, facts: facts)
        }
    }

    /// Closes and removes the file.
    func discard() async throws {
        // What a write that was under way threw is why the file is discarded, or no longer matters.
        _ = await state.withLock(\.writing)?.result
        try await Offload.run { [self] _ in
            _ = close()
            guard unlink(path) == 0 || errno == ENOENT else { throw StorageError.file("removed", errno) }
        }
    }

    private func close() -> Int32 {
        disk.withLock { disk in
            guard disk.descriptor >= 0 else { return 0 }
            defer { disk.descriptor = -1 }
            return Foundation.close(disk.descriptor)
        }
    }

    private func append(_ block: CollectedBytes) throws {
        try disk.withLock { disk in
            let descriptor = disk.descriptor
            for piece in block.pieces {
                try piece.withUnsafeReadableBytes { bytes in
                    var written = 0
                    while written < bytes.count, let base = bytes.baseAddress {
                        let count = Foundation.write(descriptor, base + written, bytes.count - written)
                        if count < 0, errno == EINTR { continue }
                        guard count > 0 else { throw StorageError.file("written", errno) }
                        written += count
                    }
                }
            }
            let before = disk.size
            disk.size += Int64(block.count)
            if before / Self.stretch != disk.size / Self.stretch { FileFacts.startFlushing(descriptor) }
        }
    }

    /// Writes a body into a file that is worked on and not kept; one that is there is replaced.
    /// - Throws: what reading throws; a temporary ``Lockstep/Failure`` when the file cannot be written.
    static func write(_ body: ObjectBody, to path: String) async throws {
        let file = try await create(at: path, replacing: true)
        do {
            for try await bytes in body { try await file.write(bytes) }
            _ = try await file.finish(durably: false)
        } catch {
            try await file.discard()
            throw error
        }
    }
}

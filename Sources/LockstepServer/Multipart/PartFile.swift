import Crypto
import Foundation
import Lockstep
import NIOCore
import Synchronization

/// A temporary file that a part is written to, on threads of its own: neither the file nor the hashing
/// touches the cooperative pool.
///
/// The name is random and the file must not exist before; it can be read by the process's user alone.
final class PartFile: Sendable {
    /// Temporary files' names begin like this, so that whoever finds them after a crash knows what they are.
    static let prefix = "lockstep-upload-"
    /// Bytes are collected to blocks of this size before a thread is asked to write them.
    private static let block = 256 << 10

    let path: String
    private let state: Mutex<State>

    private struct State {
        var descriptor: Int32
        var pending = ByteBuffer()
        var hash = SHA256()
    }

    /// Makes the file.
    /// - Throws: ``Failure``; the message does not name the folder.
    static func create(in folder: String) async throws -> PartFile {
        let path = folder + "/" + prefix + RandomText.hex(bytes: 16)
        return try await Offload.run { _ in
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
            let descriptor = open(path, flags, 0o600)
            guard descriptor >= 0 else { throw failure("made", errno) }
            return PartFile(path: path, descriptor: descriptor)
        }
    }

    private init(path: String, descriptor: Int32) {
        self.path = path
        state = Mutex(State(descriptor: descriptor))
    }

    /// Appends bytes.
    func write(_ bytes: ByteBuffer) async throws {
        let isFull = state.withLock { state in
            var bytes = bytes
            state.pending.writeBuffer(&bytes)
            return state.pending.readableBytes >= Self.block
        }
        if isFull { try await Offload.run { [self] _ in try state.withLock { try Self.flush(&$0) } } }
    }

    /// Writes what is left, waits until the disk has it (fsync), and closes the file.
    /// - Returns: SHA-256 of its bytes in hexadecimal.
    func finish() async throws -> String {
        try await Offload.run { [self] _ in
            try state.withLock { state in
                try Self.flush(&state)
                guard fsync(state.descriptor) == 0 else { throw Self.failure("written", errno) }
                guard Self.close(&state) == 0 else { throw Self.failure("written", errno) }
                return state.hash.finalize().hex
            }
        }
    }

    /// Closes and removes the file.
    func remove() async throws {
        try await Offload.run { [self] _ in
            state.withLock { _ = Self.close(&$0) }
            guard unlink(path) == 0 || errno == ENOENT else { throw Self.failure("removed", errno) }
        }
    }

    private static func close(_ state: inout State) -> Int32 {
        guard state.descriptor >= 0 else { return 0 }
        defer { state.descriptor = -1 }
        return Foundation.close(state.descriptor)
    }

    private static func flush(_ state: inout State) throws {
        let descriptor = state.descriptor
        try state.pending.withUnsafeReadableBytes { bytes in
            state.hash.update(bufferPointer: bytes)
            var written = 0
            while written < bytes.count {
                guard let base = bytes.baseAddress else { return }
                let count = Foundation.write(descriptor, base + written, bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw failure("written", errno) }
                written += count
            }
        }
        state.pending.clear()
    }

    /// A full disk may be emptied; anything else about the folder is an administrator's business.
    private static func failure(_ what: String, _ number: Int32) -> Failure {
        if number == ENOSPC || number == EDQUOT {
            return .temporary("the server's disk is full; try again later", code: "disk_full")
        }
        return .adminRequired(
            "a temporary file cannot be \(what): \(String(cString: strerror(number)))", code: "upload_folder")
    }
}

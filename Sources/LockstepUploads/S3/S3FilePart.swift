import Crypto
import Foundation
import Lockstep
import NIOCore

/// Some bytes of a file, in blocks that are read on threads of their own. They can be read again.
struct S3FilePart: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    /// How much is in memory at once, in bytes: 1 MiB.
    static let block: Int64 = 1 << 20

    var file: S3File
    var range: Range<Int64>

    func makeAsyncIterator() -> Iterator { Iterator(file: file, rest: range) }

    struct Iterator: AsyncIteratorProtocol {
        var file: S3File
        var rest: Range<Int64>

        mutating func next() async throws -> ByteBuffer? {
            guard !rest.isEmpty else { return nil }
            let range = rest.lowerBound..<Swift.min(rest.upperBound, rest.lowerBound + S3FilePart.block)
            rest = range.upperBound..<rest.upperBound
            return try await Offload.run { [file] _ in ByteBuffer(bytes: try file.bytes(range)) }
        }
    }

    /// The SHA-256 of the bytes.
    func sha256() async throws -> SHA256.Digest {
        try await Offload.run { [self] stop in
            var hash = SHA256()
            for start in stride(from: range.lowerBound, to: range.upperBound, by: Int64.Stride(Self.block)) {
                if stop.isRequested { throw CancellationError() }
                hash.update(data: try file.bytes(start..<Swift.min(range.upperBound, start + Self.block)))
            }
            return hash.finalize()
        }
    }
}

/// A file that is open for reading, until nobody refers to it.
final class S3File: Sendable {
    private let descriptor: Int32
    /// Its length in bytes when it was opened.
    let size: Int64

    /// Opens a file; blocks.
    /// - Throws: ``StorageError`` of kind `refused`; the path is the server's and stays out of it.
    init(_ path: String) throws {
        descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0 else { throw Self.error("opened", errno) }
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let number = errno
            close(descriptor)
            throw Self.error("read as a file", number)
        }
        size = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads some bytes; blocks.
    func bytes(_ range: Range<Int64>) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: Int(range.byteCount)) { buffer, count in
            while count < buffer.count {
                let place = off_t(range.lowerBound) + off_t(count)
                let read = pread(
                    descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count, place)
                if read < 0, errno == EINTR { continue }
                guard read >= 0 else { throw Self.error("read", errno) }
                guard read > 0 else {
                    throw StorageError(
                        .refused, "a file became shorter while it was sent to the storage; send it again")
                }
                count += read
            }
        }
    }

    private static func error(_ what: String, _ number: Int32) -> StorageError {
        StorageError(
            .refused, "a file that is to be stored cannot be \(what): \(String(cString: strerror(number)))")
    }
}

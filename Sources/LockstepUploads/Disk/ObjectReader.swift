import Foundation
import Lockstep
import NIOCore

/// The bytes of a file, read block by block on threads outside the cooperative pool.
struct ObjectReader: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    private static let block: Int64 = 256 << 10

    /// An open file; closed when nobody reads it any more.
    final class File: Sendable {
        let descriptor: Int32
        let facts: FileFacts

        /// Opens a file; `nil` when there is none. Blocks.
        init?(at path: String) throws {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else {
                if errno == ENOENT { return nil }
                throw StorageError.file("opened", errno)
            }
            do {
                facts = try FileFacts(of: descriptor)
            } catch {
                close(descriptor)
                throw error
            }
            self.descriptor = descriptor
        }

        deinit { close(descriptor) }
    }

    let file: File
    let range: Range<Int64>

    func makeAsyncIterator() -> Iterator {
        Iterator(file: file, position: range.lowerBound, end: range.upperBound)
    }

    struct Iterator: AsyncIteratorProtocol {
        let file: File
        var position: Int64
        let end: Int64

        /// The next bytes.
        /// - Throws: ``StorageError`` of kind `changed` when the file was written to meanwhile.
        mutating func next() async throws -> ByteBuffer? {
            guard position < end else { return nil }
            let (file, start, count) = (file, position, Int(Swift.min(ObjectReader.block, end - position)))
            let isLast = start + Int64(count) == end
            let bytes = try await Offload.run { _ in
                let bytes = try Self.read(file, from: start, count: count)
                // Seen at the end, whatever was written in the meantime is noticed.
                if try isLast && FileFacts(of: file.descriptor).content != file.facts.content {
                    throw Self.changed
                }
                return bytes
            }
            position += Int64(bytes.readableBytes)
            return bytes
        }

        private static let changed = StorageError(.changed, "the object was written to while it was read")

        private static func read(_ file: File, from start: Int64, count: Int) throws -> ByteBuffer {
            var bytes = ByteBuffer()
            while bytes.readableBytes < count {
                let place = start + Int64(bytes.readableBytes)
                let rest = count - bytes.readableBytes
                var number: Int32 = 0
                let got = bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: rest) { buffer in
                    let got = pread(file.descriptor, buffer.baseAddress, rest, off_t(place))
                    number = errno
                    return Swift.max(0, got)
                }
                if got == 0 {
                    if number == EINTR { continue }
                    throw changed
                }
            }
            return bytes
        }
    }
}

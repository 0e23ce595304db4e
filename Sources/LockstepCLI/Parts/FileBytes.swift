import Foundation
import Lockstep
import NIOCore

/// Some bytes of a file, read block by block on threads outside the cooperative pool.
struct FileBytes: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private static let block: Int64 = 256 << 10

    let path: String
    let range: Range<Int64>
    /// Hears how many bytes were read when the next ones are asked for, which is when these are on their way.
    let onRead: @Sendable (Int) -> Void

    func makeAsyncIterator() -> Iterator { Iterator(bytes: self, position: range.lowerBound) }

    struct Iterator: AsyncIteratorProtocol {
        let bytes: FileBytes
        var position: Int64
        private var last = 0
        private var handle: FileHandle?

        init(bytes: FileBytes, position: Int64) {
            self.bytes = bytes
            self.position = position
        }

        mutating func next() async throws -> ByteBuffer? {
            if last > 0 { bytes.onRead(last) }
            last = 0
            guard position < bytes.range.upperBound else { return nil }
            let (path, start) = (bytes.path, position)
            let count = Int(Swift.min(FileBytes.block, bytes.range.upperBound - position))
            let known = handle
            let (data, opened) = try await Offload.run { _ in
                guard let handle = known ?? FileHandle(forReadingAtPath: path) else {
                    throw CommandError("the file '\(path)' cannot be read any more")
                }
                try handle.seek(toOffset: UInt64(start))
                return (try handle.read(upToCount: count) ?? Data(), handle)
            }
            guard !data.isEmpty else {
                throw CommandError("the file '\(path)' became shorter while it was sent; send it again")
            }
            handle = opened
            position += Int64(data.count)
            last = data.count
            return ByteBuffer(bytes: data)
        }
    }
}

import NIOCore

/// Bytes on their way to a file, as they came from the network: large pieces are kept and not copied.
///
/// A small piece may hold a buffer many times its size, so that small ones are copied together: a client that sends byte
/// by byte takes no more memory than others.
struct CollectedBytes: Sendable {
    /// From here on a piece is kept as it came.
    private static let large = 16 << 10
    /// What is copied is collected in buffers of this size.
    private static let room = 64 << 10

    /// The bytes, in order.
    private(set) var pieces: [ByteBuffer] = []
    /// How many bytes there are.
    private(set) var count = 0
    /// Whether the last piece is a buffer of ours, to which more may be copied.
    private var isOpen = false

    /// Adds bytes to the end.
    mutating func append(_ bytes: ByteBuffer) {
        count += bytes.readableBytes
        guard bytes.readableBytes < Self.large else {
            pieces.append(bytes)
            isOpen = false
            return
        }
        var bytes = bytes
        if !isOpen || pieces[pieces.count - 1].writableBytes < bytes.readableBytes {
            pieces.append(ByteBufferAllocator().buffer(capacity: Self.room))
            isOpen = true
        }
        pieces[pieces.count - 1].writeBuffer(&bytes)
    }
}

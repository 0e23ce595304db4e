/// Cuts a stream of bytes into frames of one size. It keeps one frame at most.
public struct FrameCutter: Sendable {
    private let size: Int
    private var part: [UInt8] = []
    /// How many frames there were.
    public private(set) var count = 0

    /// - Parameter size: the bytes of a frame.
    public init(size: Int) { self.size = size }

    /// Takes the next bytes and gives every frame that they complete to `take`.
    public mutating func add(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) throws -> Void)
        rethrows
    {
        var rest = bytes[...]
        while !rest.isEmpty {
            if part.isEmpty, rest.count >= size {
                count += 1
                try take(UnsafeRawBufferPointer(rebasing: rest.prefix(size)))
                rest = rest.dropFirst(size)
                continue
            }
            let more = rest.prefix(size - part.count)
            part.append(contentsOf: more)
            rest = rest.dropFirst(more.count)
            if part.count == size {
                count += 1
                try part.withUnsafeBytes { try take($0) }
                part.removeAll(keepingCapacity: true)
            }
        }
    }
}

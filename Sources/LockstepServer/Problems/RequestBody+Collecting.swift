import Hummingbird
import NIOCore

extension RequestBody {
    /// How long a body may take that is collected before it is read, in the world's time. Without it, somebody who sends
    /// a byte now and then holds a connection for ever.
    static let longestTime: Duration = .seconds(60)

    /// The whole body.
    /// - Throws: `NIOTooManyBytesError` when it has more than `limit` bytes; ``Problem`` 408 when it takes too long.
    func collected(upTo limit: Int, within time: Duration = longestTime) async throws -> ByteBuffer {
        try await Self.limited(time) { try await collect(upTo: limit) }
    }

    /// What more of a body than is wanted is read at most, in bytes.
    private static let mostRead = 16 << 20

    /// The beginning of a body. The rest is read too and forgotten, so that the sender hears the answer; what is longer
    /// than 16 MiB is left on the line.
    /// - Parameter limit: how many bytes are wanted.
    /// - Returns: at most so many bytes, and how many there are in all, of those that are read.
    /// - Throws: ``Problem`` 408 when it takes too long.
    public func beginning(upTo limit: Int) async throws -> (bytes: [UInt8], length: Int) {
        try await Self.limited(Self.longestTime) {
            var bytes: [UInt8] = []
            var count = 0
            for try await part in self {
                count += part.readableBytes
                bytes += part.readableBytesView.prefix(limit - bytes.count)
                if count > Self.mostRead { break }
            }
            return (bytes, Swift.min(count, Self.mostRead))
        }
    }

    private static func limited<Result: Sendable>(
        _ time: Duration, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else {
                throw Problem(
                    .requestTimeout, code: "body_too_slow",
                    "the body took longer than \(time.components.seconds) s; send it at once",
                    headers: [.connection: "close"])
            }
            return result
        }
    }
}

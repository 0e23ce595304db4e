import Hummingbird
import NIOCore

extension RequestBody {
    /// How long a body may take that is collected before it is read, in the world's time. Without it, somebody who sends
    /// a byte now and then holds a connection for ever.
    static let longestTime: Duration = .seconds(60)

    /// The whole body.
    /// - Throws: `NIOTooManyBytesError` when it has more than `limit` bytes; ``Problem`` 408 when it takes too long.
    func collected(upTo limit: Int, within time: Duration = longestTime) async throws -> ByteBuffer {
        try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
            group.addTask { try await collect(upTo: limit) }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let body = first else {
                throw Problem(
                    .requestTimeout, code: "body_too_slow",
                    "the body took longer than \(time.components.seconds) s; send it at once",
                    headers: [.connection: "close"])
            }
            return body
        }
    }
}

import AsyncHTTPClient
import NIOCore
import Synchronization

/// The bytes of an object of an S3 storage as they come. When a connection breaks, reading goes on where it broke, of
/// the same version of the object.
final class S3Body: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// How often in a row reading may go on without a single byte.
    private static let mostFailures = 5

    private let first: Mutex<HTTPClientResponse.Body?>
    private let range: Range<Int64>
    private let reopen: @Sendable (Range<Int64>, _ attempt: Int) async throws -> HTTPClientResponse.Body
    private let failed: @Sendable (any Error) -> StorageError

    /// - Parameters:
    ///   - first: the answer for the whole range.
    ///   - reopen: asks for what is left, after a pause that grows with the attempt.
    ///   - failed: what the error of a connection is called.
    init(
        _ first: HTTPClientResponse.Body, range: Range<Int64>,
        failed: @escaping @Sendable (any Error) -> StorageError,
        reopen: @escaping @Sendable (Range<Int64>, _ attempt: Int) async throws -> HTTPClientResponse.Body
    ) {
        self.first = Mutex(first)
        self.range = range
        self.failed = failed
        self.reopen = reopen
    }

    func makeAsyncIterator() -> Iterator {
        let body = first.withLock { body in
            defer { body = nil }
            return body
        }
        return Iterator(sequence: self, rest: range, body: body?.makeAsyncIterator())
    }

    struct Iterator: AsyncIteratorProtocol {
        let sequence: S3Body
        var rest: Range<Int64>
        var body: HTTPClientResponse.Body.AsyncIterator?
        var failures = 0

        mutating func next() async throws -> ByteBuffer? {
            while !rest.isEmpty {
                do {
                    if body == nil {
                        body = try await sequence.reopen(rest, failures + 1).makeAsyncIterator()
                    }
                    if let bytes = try await body?.next() {
                        guard bytes.readableBytes > 0 else { continue }
                        guard Int64(bytes.readableBytes) <= rest.byteCount else {
                            throw StorageError(
                                .unavailable, "the storage sent more of an object than was asked for")
                        }
                        rest = (rest.lowerBound + Int64(bytes.readableBytes))..<rest.upperBound
                        failures = 0
                        return bytes
                    }
                    try again(
                        StorageError(
                            .unavailable, "the storage sent less of an object than it has; try again later"))
                } catch let known as StorageError {
                    throw known
                } catch {
                    try Task.checkCancellation()
                    try again(sequence.failed(error))
                }
            }
            return nil
        }

        private mutating func again(_ error: StorageError) throws {
            failures += 1
            body = nil
            guard failures < S3Body.mostFailures else { throw error }
        }
    }
}

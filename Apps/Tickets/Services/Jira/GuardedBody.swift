import NIOCore
import Synchronization

/// The body of a request, of which it can be said afterwards that certainly nobody was sent it.
///
/// The client asks for the body when it has a connection and has written the head. As long as it has not asked, the
/// other end lacks what the head's `Content-Length` announced, so that there is nothing that it could do
/// (RFC 9112, 6.3 and 8). Whoever gives up closes the body first: from then on nobody gets it.
final class GuardedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// Nobody gets the body any more.
    struct Closed: Error {}

    private enum State {
        case waiting, asked, closed
    }

    private let state = Mutex(State.waiting)
    private let bytes: ByteBuffer

    init(_ bytes: ByteBuffer) { self.bytes = bytes }

    /// How many bytes it has.
    var count: Int { bytes.readableBytes }

    /// Keeps the body from being given out.
    /// - Returns: whether nobody had asked for it.
    func close() -> Bool {
        state.withLock { state in
            if state == .waiting { state = .closed }
            return state == .closed
        }
    }

    private func take() throws -> ByteBuffer {
        try state.withLock { state in
            guard state == .waiting else { throw Closed() }
            state = .asked
        }
        return bytes
    }

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    struct Iterator: AsyncIteratorProtocol {
        let body: GuardedBody
        var isAtEnd = false

        mutating func next() async throws -> ByteBuffer? {
            guard !isAtEnd else { return nil }
            isAtEnd = true
            return try body.take()
        }
    }
}

import Foundation
import Lockstep
import LockstepTesting
import PostgresSupport

/// A connection on which a client says what it likes, and goes when it likes. Everything here blocks: call it on a thread
/// of one's own.
final class RawConnection {
    private let descriptor: Int32

    init(port: UInt16) throws { descriptor = try LocalPort.connected(to: port) }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.temporary("the connection broke: \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Ends the client's side in an orderly way, and reads what the server answers until it ends its own.
    func finish() -> String {
        shutdown(descriptor, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += buffer.prefix(count)
        }
    }

    /// Breaks it off: the other side gets a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
        isClosed = true
    }

    private var isClosed = false

    deinit { if !isClosed { close(descriptor) } }
}

import Foundation
import Synchronization
import PostgresSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A wire to a server that a test can cut, or let fall silent as a dead network is: open, and nothing comes.
final class Wire: Sendable {
    enum Mode: Sendable {
        case forwards
        /// Takes connections and bytes, and passes nothing on.
        case silent
        /// Hangs up on whoever connects.
        case refuses
    }

    private struct State {
        var mode: Mode
        var mustCut = false
        var isClosed = false
        var accepted = 0
        var open = 0
        var mostOpen = 0
    }

    /// Where to connect to.
    let port: UInt16
    private let server: UInt16
    private let state: Mutex<State>
    private let listener: Int32
    /// A byte in it makes the thread look at the state.
    private let wake: (read: Int32, write: Int32)
    private let counting: AsyncStream<Int>
    private let count: AsyncStream<Int>.Continuation

    /// Lays a wire to a port of this machine.
    init(to server: UInt16, _ mode: Mode = .forwards) throws {
        self.server = server
        state = Mutex(State(mode: mode))
        (listener, port) = try LocalPort.listening()
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        wake = (ends[0], ends[1])
        (counting, count) = AsyncStream.makeStream()
        Thread.detachNewThread { [self] in live() }
    }

    /// What it does from now on, with connections that are there and with new ones.
    func become(_ mode: Mode) { change { $0.mode = mode } }

    /// Closes every connection that is open.
    func cut() { change { $0.mustCut = true } }

    /// Ends it.
    func close() { change { $0.isClosed = true } }

    /// How many connections were accepted.
    var accepted: Int { state.withLock(\.accepted) }

    /// How many were open at the same time, at most, since this was last asked.
    func mostOpen() -> Int {
        state.withLock { state in
            defer { state.mostOpen = state.open }
            return state.mostOpen
        }
    }

    /// Waits for the next connections. One at a time may wait.
    func accepts(_ number: Int) async {
        var left = number
        for await _ in counting {
            left -= 1
            if left == 0 { return }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        var byte: UInt8 = 1
        _ = write(wake.write, &byte, 1)
    }

    // MARK: The thread

    private func live() {
        /// Where the bytes of a descriptor go.
        var pairs: [Int32: Int32] = [:]
        func drop(_ descriptor: Int32) {
            guard let other = pairs.removeValue(forKey: descriptor) else { return }
            closeDescriptor(descriptor)
            if other >= 0 {
                pairs[other] = nil
                closeDescriptor(other)
            }
            state.withLock { $0.open -= 1 }
        }
        while true {
            let (mode, mustCut, isClosed) = state.withLock { state in
                defer { state.mustCut = false }
                return (state.mode, state.mustCut, state.isClosed)
            }
            if mustCut || isClosed { for descriptor in Array(pairs.keys) { drop(descriptor) } }
            if isClosed { break }
            var polled = [wake.read, listener].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            // A silent wire does not even notice that one end hangs up, unless it never had another.
            for (descriptor, other) in pairs where mode != .silent || other < 0 {
                polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
            }
            poll(&polled, nfds_t(polled.count), -1)
            for ready in polled where ready.revents != 0 {
                switch ready.fd {
                case wake.read:
                    var bytes = [UInt8](repeating: 0, count: 64)
                    _ = read(wake.read, &bytes, bytes.count)
                case listener: accept(mode, &pairs)
                case let descriptor:
                    guard let other = pairs[descriptor] else { continue }
                    if !pass(from: descriptor, to: other) { drop(descriptor) }
                }
            }
        }
        for descriptor in [listener, wake.read, wake.write] { closeDescriptor(descriptor) }
        count.finish()
    }

    private func accept(_ mode: Mode, _ pairs: inout [Int32: Int32]) {
        let client = acceptClient(listener, nil, nil)
        guard client >= 0 else { return }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        let accepted = state.withLock { state in
            state.accepted += 1
            if mode != .refuses {
                state.open += 1
                state.mostOpen = max(state.mostOpen, state.open)
            }
            return state.accepted
        }
        switch mode {
        case .refuses: closeDescriptor(client)
        case .silent: pairs[client] = -1
        case .forwards:
            do {
                let other = try LocalPort.connected(to: server)
                pairs[client] = other
                pairs[other] = client
            } catch {
                pairs[client] = -1
            }
        }
        count.yield(accepted)
    }

    /// Passes on what has come; whether the connection goes on.
    private func pass(from: Int32, to other: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(from, &bytes, bytes.count)
        guard count > 0 else { return false }
        guard other >= 0 else { return true }
        var sent = 0
        while sent < count {
            let more = bytes.withUnsafeBytes { buffer in
                send(other, buffer.baseAddress.map { $0 + sent }, count - sent, Int32(MSG_NOSIGNAL))
            }
            guard more > 0 else { return false }
            sent += more
        }
        return true
    }
}

/// The names of the system's functions that a method of ``Wire`` hides.
private func closeDescriptor(_ descriptor: Int32) { close(descriptor) }
private func acceptClient(
    _ listener: Int32, _ address: UnsafeMutablePointer<sockaddr>?, _ length: UnsafeMutablePointer<socklen_t>?
) -> Int32 { accept(listener, address, length) }

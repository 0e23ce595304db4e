import Foundation
import Synchronization

/// The lines that come in on standard input. Without it the process has no business any more.
final class Orders: Sendable {
    private struct State {
        var isOver = false
        var pending = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    init() {
        Thread.detachNewThread { [self] in
            while let line = Self.line() {
                if line == "stop" { state.withLock { $0.isOver = true } }
                let waiting = state.withLock { state in
                    if state.waiting.isEmpty { state.pending += 1 }
                    defer { state.waiting = [] }
                    return state.waiting
                }
                signal.signal()
                for one in waiting { one.resume() }
            }
            exit(3)
        }
    }

    /// The next line, read here: the C library's reader keeps a lock while it waits, and exit() of glibc 2.41 and later
    /// wants that lock first, so that a process would never end.
    private static func line() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// Whether `stop` was said.
    var isOver: Bool { state.withLock(\.isOver) }

    /// Returns at the next line, or at once for a line that nobody has waited for.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.pending > 0 {
                    state.pending -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// The same for a thread that may block.
    func waitBlocking() { signal.wait() }
}

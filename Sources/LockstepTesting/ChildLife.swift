import Foundation
import Synchronization

/// Whether a child still lives: who waits for its end, and a way to it for signals that can reach no other process.
final class ChildLife: Sendable {
    private struct State {
        var end: ChildProcess.End?
        var waiting: [CheckedContinuation<ChildProcess.End, Never>] = []
    }
    private let pid: Int32
    private let state = Mutex(State())

    /// Waits for the child on a thread of its own.
    init(_ pid: Int32) {
        self.pid = pid
        Thread.detachNewThread { self.reap() }
    }

    /// How it ended, once it has.
    var end: ChildProcess.End? { state.withLock(\.end) }

    /// Sends a signal unless the child is gone.
    func send(_ signal: Int32) {
        // The child is let go of under the same lock: until then its number is not given away.
        state.withLock { if $0.end == nil { kill(pid, signal) } }
    }

    /// Waits for its end.
    func ended() async -> ChildProcess.End {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state in
                if state.end == nil { state.waiting.append(continuation) }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    private func reap() {
        // It is looked at first, and keeps its number meanwhile.
        var ignored = siginfo_t()
        while waitid(P_PID, id_t(pid), &ignored, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let (end, waiting) = state.withLock { state in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            // wait(2): the low seven bits are the signal, or zero after an exit with a code.
            let signal = status & 0x7f
            let end: ChildProcess.End = signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal)
            state.end = end
            defer { state.waiting = [] }
            return (end, state.waiting)
        }
        for one in waiting { one.resume(returning: end) }
    }
}

import Foundation
import Synchronization

/// One run of a program: it is started, heard, and ended when it is no longer wanted.
final class SandboxRun: Sendable {
    /// Why it was ended before it ended by itself.
    private enum Stop: Sendable {
        case cancelled, time, output
    }
    private struct State {
        var pid: Int32?
        var stop: Stop?
        /// Where a stop is told to the thread that reads.
        var wake: Int32?
    }
    private let words: [String]
    private let input: [UInt8]
    private let limits: SandboxLimits
    private let folder: String
    private let environment: [String: String]
    private let name: String
    private let state = Mutex(State())

    /// How much is kept of what a program complains.
    private static let keptComplaints = 8 << 10

    /// - Parameters:
    ///   - words: an absolute path and the arguments, the confinement's in front.
    ///   - input: what it finds at its standard input, at most ``Spawn/mostInput`` bytes.
    ///   - name: what sentences call the program.
    init(
        words: [String], input: [UInt8] = [], limits: SandboxLimits, folder: String,
        environment: [String: String], name: String
    ) {
        self.words = words
        self.input = input
        self.limits = limits
        self.folder = folder
        self.environment = environment
        self.name = name
    }

    /// Ends the program and all of its group; the run then throws `CancellationError`.
    func cancel() { stop(.cancelled) }

    private func stop(_ why: Stop) {
        state.withLock { state in
            if state.stop == nil { state.stop = why }
            if let pid = state.pid { kill(-pid, SIGKILL) }
            if let wake = state.wake {
                var byte: UInt8 = 0
                // A full pipe has been written to already.
                _ = write(wake, &byte, 1)
            }
        }
    }

    /// Runs it to its end. It blocks: never call it on the cooperative pool.
    /// - Parameter read: is given what it writes as it comes; while it computes, the program waits.
    /// - Throws: ``SandboxError``; `CancellationError`; what `read` throws.
    func run<Value>(
        _ value: inout Value, read: (inout Value, UnsafeRawBufferPointer) throws -> Void
    ) throws -> SandboxUse {
        let clock = ContinuousClock()
        let beginning = clock.now
        let wake = try Spawn.pipe()
        defer {
            state.withLock { $0.wake = nil }
            close(wake.reading)
            close(wake.writing)
        }
        let started = try begin(wake.writing)
        defer {
            close(started.output)
            close(started.complaints)
        }
        let impatience = DispatchWorkItem { [self] in stop(.time) }
        DispatchQueue.global().asyncAfter(
            deadline: .now() + .nanoseconds(Int(clamping: limits.time.inNanoseconds)), execute: impatience)
        defer { impatience.cancel() }

        var reader = PipeReader(
            output: started.output, complaints: started.complaints, wake: wake.reading,
            mostComplaints: Self.keptComplaints)
        var fault: (any Error)?
        do {
            try reader.read { bytes, count in
                guard count <= limits.output else { return stop(.output) }
                try read(&value, bytes)
            }
        } catch {
            fault = error
            stop(.cancelled)
        }
        let end = end(of: started.pid)
        let use = SandboxUse(
            time: clock.now - beginning,
            processorSeconds: end.processorSeconds, memory: end.memory, output: reader.count,
            complaints: reader.text)
        if let fault { throw fault }
        try judge(end, use.complaints, use)
        return use
    }

    private func begin(_ wake: Int32) throws -> Spawn.Started {
        try SpawnThread.shared.run { [self] in
            try state.withLock { state in
                if state.stop != nil { throw CancellationError() }
                let started = try Spawn.start(words, input: input, environment: environment, in: folder)
                state.pid = started.pid
                state.wake = wake
                return started
            }
        }
    }

    // MARK: The end

    private struct End {
        var status: Int32
        var processorSeconds: Double
        var memory: Int64
    }

    /// Waits until it is gone, and ends what is left of its group.
    private func end(of pid: Int32) -> End {
        var information = siginfo_t()
        // It is only looked at here: until it is let go of below, its number is nobody else's.
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return state.withLock { state in
            kill(-pid, SIGKILL)
            var status: Int32 = 0
            var usage = rusage()
            while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
            state.pid = nil
            let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
            return End(
                status: status, processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
                memory: Int64(usage.ru_maxrss) * 1024)
        }
    }

    private func judge(_ end: End, _ complaints: String, _ use: SandboxUse) throws {
        switch state.withLock(\.stop) {
        case .cancelled: throw CancellationError()
        case .time:
            throw error(.time, "has not ended within \(limits.time.components.seconds) seconds", complaints)
        case .output:
            throw error(.output, "has written more than \(limits.output) bytes", complaints)
        case nil: break
        }
        let signal = end.status & 0x7f
        let code = (end.status >> 8) & 0xff
        guard signal != 0 || code != 0 else { return }
        // A shell in between says it by 128 and the signal's number.
        let cause = signal != 0 ? signal : code > 128 ? code - 128 : 0
        if cause == SIGXFSZ || complaints.contains("File too large") {
            throw error(.output, "has written more than \(limits.output) bytes into a file", complaints)
        }
        // The kernel holds the limit against whole ticks and reports precise time; on a machine whose processors others
        // use as well, the ticks run ahead.
        if cause == SIGXCPU
            || cause == SIGKILL && use.processorSeconds >= Double(limits.processorSeconds) / 2
        {
            throw error(
                .processor, "has used more than \(limits.processorSeconds) seconds of a processor", complaints
            )
        }
        if Self.speaksOfMemory(complaints) {
            throw error(.memory, "wanted more than \(limits.memory >> 20) MiB of memory", complaints)
        }
        if signal == SIGKILL {
            let seconds = Int(use.processorSeconds.rounded())
            throw error(.killed, "was killed by somebody else after \(seconds) s of a processor", complaints)
        }
        let last = complaints.split(whereSeparator: \.isNewline).last.map { ": \($0.prefix(300))" } ?? ""
        let how = signal != 0 ? "was ended by signal \(signal)" : "has ended with code \(code)"
        throw error(.failed, how + last, complaints, exitCode: signal == 0 ? code : nil)
    }

    /// An address that was not given is told by a program in its own words; those of the C library, of C++ and of
    /// Python are known here.
    private static func speaksOfMemory(_ complaints: String) -> Bool {
        ["Cannot allocate memory", "Out of memory", "out of memory", "bad_alloc", "MemoryError"].contains {
            complaints.contains($0)
        }
    }

    private func error(
        _ kind: SandboxError.Kind, _ what: String, _ complaints: String, exitCode: Int32? = nil
    ) -> SandboxError {
        SandboxError(kind, "\(name) \(what)", complaints: complaints, exitCode: exitCode)
    }
}

extension Duration {
    /// The duration in whole nanoseconds, as far as 64 bits hold them.
    var inNanoseconds: Int64 {
        let (whole, isTooLong) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLong ? .max / 2 : whole + components.attoseconds / 1_000_000_000
    }
}

import Foundation
import Lockstep
import LockstepTesting
import Synchronization
import Testing

/// A running `lockstep-crew` process.
final class Member: Sendable {
    let role: String
    private let process: Process
    /// The child ends when this is closed, however this process ends.
    private let input: Pipe
    private let lines: AsyncStream<String>
    private let state = Mutex(State())

    private struct State {
        var isReady = false
        var hasEnded = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// How a process ended.
    enum End: Hashable { case exited(Int32), killed(Int32) }

    /// Where the executables of this build are.
    static func executable() throws -> URL {
        try #require(
            sequence(first: URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()) {
                $0.path == "/" ? nil : $0.deletingLastPathComponent()
            }.map { $0.appending(path: "lockstep-crew") }.first {
                FileManager.default.isExecutableFile(atPath: $0.path)
            })
    }

    private init(role: String, process: Process, input: Pipe, lines: AsyncStream<String>) {
        self.role = role
        self.process = process
        self.input = input
        self.lines = lines
    }

    /// An order to a process that has just been killed is an error, not the end of the tests.
    private static let pipesMayBreak: Void = { signal(SIGPIPE, SIG_IGN) }()

    /// Starts a process; what it says is read from ``says(_:)``.
    static func start(
        _ role: String, name: String, database: String, logs: String, lease: Int = 1000, seed: UInt64 = 1,
        crashAt point: String? = nil
    ) async throws -> Member {
        _ = pipesMayBreak
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = try executable()
        process.arguments = [
            role, "--database", database, "--logs", logs, "--name", name, "--lease", "\(lease)", "--seed",
            "\(seed)",
        ]
        var environment = ProcessInfo.processInfo.environment
        environment["LOCKSTEP_CRASH_AT"] = point
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let (lines, tell) = AsyncStream<String>.makeStream()
        let member = Member(role: role, process: process, input: input, lines: lines)
        try await withCheckedThrowingContinuation { (started: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                do {
                    try process.run()
                    started.resume()
                } catch {
                    started.resume(throwing: error)
                    return
                }
                member.listen(output, tell)
                process.waitUntilExit()
                member.end()
            }
        }
        return member
    }

    private func listen(_ output: Pipe, _ tell: AsyncStream<String>.Continuation) {
        var text = ""
        while true {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            text += String(decoding: data, as: UTF8.self)
            while let newline = text.firstIndex(of: "\n") {
                let line = String(text[..<newline])
                text.removeSubrange(...newline)
                if line == "ready" { state.withLock { $0.isReady = true } }
                tell.yield(line)
            }
        }
        tell.finish()
    }

    private func end() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    /// Whether it has opened the store and begun.
    var isReady: Bool { state.withLock(\.isReady) }

    /// Waits for a line that begins so; `nil` when the process ended first. Lines are read once, by one reader.
    func says(_ beginning: String) async -> String? {
        for await line in lines where line.hasPrefix(beginning) { return line }
        return nil
    }

    /// Gives it an order.
    func tell(_ order: String) {
        do {
            try input.fileHandleForWriting.write(contentsOf: Data("\(order)\n".utf8))
        } catch {
            // A process that is gone hears nothing; how it went is asked for where it matters.
        }
    }

    /// Waits until the process is gone.
    @discardableResult
    func ended() async -> End {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waiting.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
        let status = process.terminationStatus
        return process.terminationReason == .exit ? .exited(status) : .killed(status)
    }

    /// Kills it without a chance to say anything, and waits until it is gone.
    func kill() async {
        Foundation.kill(process.processIdentifier, SIGKILL)
        await ended()
    }

    /// Lets it end in its own way.
    func stop() async throws {
        tell("stop")
        #expect(await ended() == .exited(0), "a \(role) did not end well")
    }

    /// Stops it where it is, but not in the middle of a commit: there it would hold the lock that every writer
    /// needs, and nobody could take its work over.
    func pauseOutsideACommit(of database: String) {
        Suspension.stop(process, outsideACommitOf: database)
    }

    /// Lets it go on.
    func resume() { Suspension.end(of: process) }

    deinit { if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) } }
}

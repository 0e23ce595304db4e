import Foundation
import LockstepTesting
import Synchronization
import Testing

/// A running `showcase` process of a test.
final class Program: Sendable {
    private let process: Process
    private let input = Pipe()
    /// The port it listens on; 0 for a worker.
    let port: Int

    /// Where the executables of this build are.
    static func executable() throws -> URL {
        try #require(
            sequence(first: URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()) {
                $0.path == "/" ? nil : $0.deletingLastPathComponent()
            }.map { $0.appending(path: "showcase") }.first {
                FileManager.default.isExecutableFile(atPath: $0.path)
            })
    }

    private init(process: Process, port: Int) {
        self.process = process
        self.port = port
    }

    /// Starts a server and waits until it listens.
    /// - Parameter point: where it is to kill itself (CrashPoint), if it is.
    static func server(
        data: String, withWorker: Bool = false, crashAt point: String? = nil
    ) async throws -> Program {
        let flags = withWorker ? [] : ["--no-worker"]
        return try await start(
            ["serve", "--port", "0", "--data", data, "--lease", "1"] + flags, waits: true, crashAt: point)
    }

    /// Starts a worker.
    static func worker(data: String, name: String) async throws -> Program {
        try await start(["worker", "--data", data, "--lease", "1", "--name", name], waits: false)
    }

    private static func start(
        _ arguments: [String], waits: Bool, crashAt point: String? = nil
    ) async throws -> Program {
        let process = Process()
        process.executableURL = try executable()
        // The child ends with this process, however that ends.
        process.arguments = arguments + ["--end-with-input"]
        let output = Pipe()
        let input = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = input
        if let point {
            process.environment = ProcessInfo.processInfo.environment.merging(
                ["LOCKSTEP_CRASH_AT": point], uniquingKeysWith: { $1 })
        }
        let port: Int = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    try process.run()
                    guard waits else {
                        continuation.resume(returning: 0)
                        return
                    }
                    var text = ""
                    while !text.contains("\n") {
                        let data = output.fileHandleForReading.availableData
                        guard !data.isEmpty else { break }
                        text += String(decoding: data, as: UTF8.self)
                    }
                    let digits = text.split(separator: "\n").first?.split(separator: ":").last ?? ""
                    guard let port = Int(digits) else { throw NoPort(text: text) }
                    continuation.resume(returning: port)
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
        let program = Program(process: process, port: port)
        program.keep(input)
        return program
    }

    struct NoPort: Error {
        let text: String
    }

    private let kept = Mutex<Pipe?>(nil)
    private func keep(_ pipe: Pipe) { kept.withLock { $0 = pipe } }

    /// Whether it was killed, once it is gone.
    func wasKilled() async -> Bool {
        // Signal 0 changes nothing.
        await end(0)
        return process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
    }

    /// Kills the process without a chance to say anything, and waits until it is gone.
    func kill() async { await end(SIGKILL) }

    /// Lets the process end in its own way, and waits for it.
    func stop() async { await end(SIGTERM) }

    /// Stops the process where it is, as a suspended machine would, but not in the middle of a commit: there
    /// it would hold the lock that every SQLite writer needs, and nobody could take its work over.
    func pauseOutsideACommit(of database: String) {
        Suspension.stop(process, outsideACommitOf: database)
    }

    /// Lets it go on.
    func resume() { Suspension.end(of: process) }

    private func end(_ signal: Int32) async {
        let process = process
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                Foundation.kill(process.processIdentifier, signal)
                process.waitUntilExit()
                continuation.resume()
            }
        }
    }

    deinit { if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) } }
}

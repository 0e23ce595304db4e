import Foundation
import LockstepTesting
import Testing

/// A running `showcase` process of a test.
final class Program: Sendable {
    private let child: ChildProcess
    /// The port it listens on; 0 for a worker.
    let port: Int

    private init(_ child: ChildProcess, port: Int) {
        self.child = child
        self.port = port
    }

    /// Starts a server and waits until it listens.
    /// - Parameters:
    ///   - environment: what it has in its environment beside this process's.
    ///   - point: where it is to kill itself (CrashPoint), if it is.
    static func server(
        data: String, withWorker: Bool = false, environment: [String: String] = [:],
        crashAt point: String? = nil
    ) async throws -> Program {
        let flags = withWorker ? [] : ["--no-worker"]
        let child = try start(
            ["serve", "--port", "0", "--data", data, "--lease", "1"] + flags, environment, crashAt: point)
        var lines = child.lines.makeAsyncIterator()
        let line = await lines.next() ?? ""
        guard let port = line.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw NoPort(text: line)
        }
        return Program(child, port: port)
    }

    /// Starts a worker.
    /// - Parameters:
    ///   - environment: what it has in its environment beside this process's.
    ///   - lease: how many seconds it counts as alive after a sign of life.
    ///   - more: further options.
    ///   - point: where it is to kill itself (CrashPoint), if it is.
    static func worker(
        data: String, name: String, lease: Int = 1, environment: [String: String] = [:],
        arguments more: [String] = [], crashAt point: String? = nil
    ) throws -> Program {
        let arguments = ["worker", "--data", data, "--lease", "\(lease)", "--name", name] + more
        return Program(try start(arguments, environment, crashAt: point), port: 0)
    }

    private static func start(
        _ arguments: [String], _ additions: [String: String], crashAt point: String? = nil
    ) throws -> ChildProcess {
        var environment = ProcessInfo.processInfo.environment.merging(additions) { $1 }
        if let point { environment["LOCKSTEP_CRASH_AT"] = point }
        // The child ends with this process, however that ends.
        return try ChildProcess(
            try ChildProcess.built("showcase"), arguments + ["--end-with-input"], environment: environment,
            hasInput: true)
    }

    struct NoPort: Error {
        let text: String
    }

    /// Kills it at this very moment, and does not wait.
    func strike() { child.send(SIGKILL) }

    /// Whether it was killed, once it is gone. It may have much to do before: the whole of a video, beside other tests.
    func wasKilled() async -> Bool { await end(nil, within: .seconds(150)) == .killed(SIGKILL) }

    /// Kills the process without a chance to say anything, and waits until it is gone.
    func kill() async { await end(SIGKILL) }

    /// Lets the process end in its own way, and waits for it.
    func stop() async { await end(SIGTERM) }

    /// Stops the process where it is, as a suspended machine would, but not in the middle of a commit: there
    /// it would hold the lock that every SQLite writer needs, and nobody could take its work over.
    func pauseOutsideACommit(of database: String) throws {
        try Suspension.stop(child, outsideACommitOf: database)
    }

    /// Lets it go on.
    func resume() { Suspension.end(of: child) }

    @discardableResult
    private func end(_ signal: Int32?, within limit: Duration = .seconds(30)) async -> ChildProcess.End {
        await child.end(signal, within: limit) { Issue.record("\($0)") }
    }
}

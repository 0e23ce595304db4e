import Foundation
import LockstepTesting
import Testing

/// A running `lockstep-crew` process on PostgreSQL.
final class Member: Sendable {
    let role: String
    private let child: ChildProcess

    /// Starts a process.
    /// - Parameters:
    ///   - place: what stands before the command: where it runs.
    ///   - onLine: is given what it says, as it says it.
    init(
        _ role: String, name: String, at connection: String, logs: String, lease: Int,
        in place: [String] = [],
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.role = role
        let program = try ChildProcess.built("lockstep-crew").path
        child = try ChildProcess(
            URL(filePath: "/usr/bin/env"),
            place + [
                program, role, "--postgres", connection, "--logs", logs, "--name", name, "--lease",
                "\(lease)",
                "--seed", "\(UInt64.random(in: 1 ... .max))",
            ], hasInput: true, complaints: .file("\(logs)/\(role)-\(name).err"), onLine: onLine)
    }

    /// Waits for a line that begins so; `nil` when the process ended first. Lines are read once, by one reader.
    func says(_ beginning: String) async -> String? {
        for await line in child.lines where line.hasPrefix(beginning) { return line }
        return nil
    }

    /// Gives it an order.
    func tell(_ order: String) { child.tell(order) }

    /// Whether it has ended, though nobody told it to.
    var hasEnded: Bool { child.hasEnded }

    /// Lets it end in its own way.
    func stop() async {
        tell("stop")
        let end = await child.end(nil, within: .seconds(60)) { Issue.record("\($0)") }
        #expect(end == .exited(0), "a \(role) did not end well")
    }

    /// Kills it.
    func kill() async { await child.end(SIGKILL) { Issue.record("\($0)") } }
}

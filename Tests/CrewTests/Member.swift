import Foundation
import Lockstep
import LockstepTesting
import PostgresSupport
import Testing

/// A running `lockstep-crew` process.
final class Member: Sendable {
    let role: String
    private let child: ChildProcess
    private let readiness: Signal

    private init(role: String, child: ChildProcess, readiness: Signal) {
        self.role = role
        self.child = child
        self.readiness = readiness
    }

    /// Starts a process; what it says is read from ``says(_:)``.
    static func start(
        _ role: String, name: String, at place: Place, logs: String, lease: Int = 1000, seed: UInt64 = 1,
        step: String? = nil, crashAt point: String? = nil
    ) throws -> Member {
        var environment = ProcessInfo.processInfo.environment
        environment["LOCKSTEP_CRASH_AT"] = point
        let arguments =
            [role, "--logs", logs, "--name", name, "--lease", "\(lease)", "--seed", "\(seed)"]
            + (step.map { ["--step", $0] } ?? []) + (try place.arguments(for: name))
        let readiness = Signal()
        // The child ends with its input, however this process ends.
        let child = try ChildProcess(
            try ChildProcess.built("lockstep-crew"), arguments, environment: environment, hasInput: true
        ) { line in
            if line == "ready" { readiness.send() }
        }
        return Member(role: role, child: child, readiness: readiness)
    }

    /// Whether it has opened the store and begun.
    var isReady: Bool { readiness.isSent }

    /// Waits for a line that begins so; `nil` when the process ended first. Lines are read once, by one reader.
    func says(_ beginning: String) async -> String? {
        for await line in child.lines where line.hasPrefix(beginning) { return line }
        return nil
    }

    /// Gives it an order.
    func tell(_ order: String) { child.tell(order) }

    /// Waits until the process is gone.
    @discardableResult
    func ended() async -> ChildProcess.End { await child.ended() }

    /// Kills it without a chance to say anything, and waits until it is gone.
    func kill() async { await child.end(SIGKILL) { Issue.record("\($0)") } }

    /// Lets it end in its own way.
    func stop() async throws {
        tell("stop")
        let end = await child.end(nil) { Issue.record("\($0)") }
        #expect(end == .exited(0), "a \(role) did not end well")
    }

    /// Stops it where it is, but not in the middle of a commit: there it would hold the lock that every writer
    /// needs, and nobody could take its work over.
    func pauseOutsideACommit(of database: String) throws {
        try Suspension.stop(child, outsideACommitOf: database)
    }

    /// The same on a server: there a transaction that it leaves open would hold the locks that others need.
    func pauseOutsideATransaction(of name: String, _ server: PlainConnection) async throws {
        try await Suspension.stop(child) {
            while true {
                // What was sent before the stop comes to its end without the client.
                let row = try await server.rows(
                    """
                    SELECT count(*) FILTER (WHERE state = 'active'),
                        count(*) FILTER (WHERE state LIKE 'idle in transaction%')
                    FROM pg_stat_activity WHERE application_name = $1
                    """, name
                ).first
                if row?[0] == "0" { return row?[1] != "0" }
            }
        }
    }

    /// Lets it go on.
    func resume() { Suspension.end(of: child) }
}

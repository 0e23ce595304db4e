import Foundation

/// Stops processes where they are and lets them go on, as a suspended machine would (Linux: it reads proc(5)).
package enum Suspension {
    /// Stops a process, but not in the middle of a commit to this SQLite database: there it would hold the lock
    /// that every writer needs, and nobody could take its work over.
    /// - Throws: ``SpawnError`` when the lock of the database cannot be opened.
    package static func stop(_ child: ChildProcess, outsideACommitOf database: String) throws {
        let gate = open(database + "-lockstep", O_RDWR | O_CLOEXEC)
        guard gate >= 0 else {
            throw SpawnError(
                "the lock of '\(database)' cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(gate) }
        while !child.hasEnded {
            child.send(SIGSTOP)
            // The signal has been sent; until every thread has stopped, one may still take the lock.
            while !isStopped(child) {}
            if flock(gate, LOCK_EX | LOCK_NB) == 0 {
                flock(gate, LOCK_UN)
                return
            }
            child.send(SIGCONT)
        }
    }

    /// Stops a process at a moment that nobody minds: where somebody does, it goes on a little and is stopped again.
    /// - Parameter isInTheWay: is asked while the process stands still.
    package static func stop(
        _ child: ChildProcess, unless isInTheWay: () async throws -> Bool
    ) async throws {
        while !child.hasEnded {
            child.send(SIGSTOP)
            while !isStopped(child) {}
            if try await !isInTheWay() { return }
            child.send(SIGCONT)
        }
    }

    /// Lets it go on.
    package static func end(of child: ChildProcess) { child.send(SIGCONT) }

    /// Whether every thread of the process stands still (state T), or the process is gone.
    private static func isStopped(_ child: ChildProcess) -> Bool {
        let tasks = "/proc/\(child.pid)/task"
        do {
            return try FileManager.default.contentsOfDirectory(atPath: tasks).allSatisfy { task in
                let stat = try String(contentsOfFile: "\(tasks)/\(task)/stat", encoding: .utf8)
                let state = stat.split(separator: ")").last?.split(separator: " ").first
                return state == "T" || state == "Z" || state == "X"
            } || child.hasEnded
        } catch {
            // A thread ended between the list and the look at it.
            return child.hasEnded
        }
    }
}

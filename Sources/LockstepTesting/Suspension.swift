import Foundation

/// Stops processes where they are and lets them go on, as a suspended machine would (Linux: it reads proc(5)).
package enum Suspension {
    /// Stops a process, but not in the middle of a commit to this SQLite database: there it would hold the lock
    /// that every writer needs, and nobody could take its work over.
    package static func stop(_ process: Process, outsideACommitOf database: String) {
        let gate = open(database + "-lockstep", O_RDWR | O_CLOEXEC)
        defer { close(gate) }
        while true {
            kill(process.processIdentifier, SIGSTOP)
            // The signal has been sent; until every thread has stopped, one may still take the lock.
            while !isStopped(process) {}
            if flock(gate, LOCK_EX | LOCK_NB) == 0 {
                flock(gate, LOCK_UN)
                return
            }
            kill(process.processIdentifier, SIGCONT)
        }
    }

    /// Lets it go on.
    package static func end(of process: Process) { kill(process.processIdentifier, SIGCONT) }

    /// Whether every thread of the process stands still (state T), or the process is gone.
    private static func isStopped(_ process: Process) -> Bool {
        let tasks = "/proc/\(process.processIdentifier)/task"
        do {
            return try FileManager.default.contentsOfDirectory(atPath: tasks).allSatisfy { task in
                let stat = try String(contentsOfFile: "\(tasks)/\(task)/stat", encoding: .utf8)
                let state = stat.split(separator: ")").last?.split(separator: " ").first
                return state == "T" || state == "Z" || state == "X"
            }
        } catch {
            // A thread ended between the list and the look at it.
            return !process.isRunning
        }
    }
}

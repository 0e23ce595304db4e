#if DEBUG
    import Synchronization

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #else
        import Darwin
    #endif
#endif

/// Named places at which a process of a test kills itself, as a crash at just that moment would.
///
/// Debug builds only; in a release `reach` is empty and no name is left. `LOCKSTEP_CRASH_AT=commit.after:3` in
/// the environment kills the process (SIGKILL, so that nothing is tidied up) when it reaches `commit.after` for
/// the third time.
package enum CrashPoint {
    #if DEBUG
        /// Every name, with what has happened when it is reached.
        package static let all: [(name: String, meaning: String)] = [
            ("transaction.before", "the process holds the gate and has written nothing"),
            ("commit.before", "everything is written, nothing is committed"),
            ("commit.after", "the group is committed, nobody was told, the gate is held"),
            ("acknowledge.before", "the gate is free, and one caller of the group is still to be told"),
            ("claim.written", "a claim is written and not committed"),
            ("claim.committed", "claims are committed and their answer is lost"),
            ("beat.written", "a heartbeat is written and not committed"),
            ("sweep.within", "claims of the dead are taken back, deadlines not yet looked at"),
            ("install.created", "a lifecycle's tables are there, its definition is not stored"),
            ("install.altered", "a table's text is changed, its new definition is not stored"),
            ("rollout.added", "the CHECK of the next statuses is added and not committed (PostgreSQL)"),
            ("rollout.proved", "that CHECK is proved, and this is not committed (PostgreSQL)"),
            ("rollout.kept", "a step of a rollout is written and not committed"),
            ("worker.finished", "a handler has returned, its move is not written"),
            ("worker.applied", "a worker's moves are committed, the worker does not know"),
            ("backup.copied", "a backup is complete and has no name"),
            ("backup.named", "a backup has its name, the folder is not flushed"),
        ]

        private final class Wish: Sendable {
            let point: String
            let left: Atomic<Int>

            init(_ text: String) {
                let parts = text.split(separator: ":")
                guard let name = parts.first.map(String.init), parts.count <= 2,
                    CrashPoint.all.contains(where: { $0.name == name }),
                    let count = parts.count == 2 ? Int(parts[1]) : 1, count > 0
                else {
                    preconditionFailure(
                        "LOCKSTEP_CRASH_AT is '\(text)'; it must be a crash point and a count, such as "
                            + "commit.after:3")
                }
                point = name
                left = Atomic(count)
            }
        }

        private static let wish = getenv("LOCKSTEP_CRASH_AT").map { Wish(String(cString: $0)) }

        /// Kills the process when a test wants it to end here.
        package static func reach(_ point: StaticString) {
            guard let wish, "\(point)" == wish.point else { return }
            if wish.left.subtract(1, ordering: .relaxed).newValue == 0 { kill(getpid(), SIGKILL) }
        }
    #else
        /// Nothing.
        @inlinable package static func reach(_ point: StaticString) {}
    #endif
}

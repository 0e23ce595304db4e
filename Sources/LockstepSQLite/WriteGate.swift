import Lockstep
import LockstepSQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets one process at a time write to a database file, and tells the others that it did.
///
/// A file beside the database carries an advisory lock (`flock`), which a killed process loses at once, and a
/// counter of commits, which the others watch. Two things follow from writing only under the lock: no two
/// connections of Lockstep ever write and checkpoint at the same time, which Debian 12's SQLite (3.40) does
/// not survive in every case (sqlite.org/wal.html, "The WAL-Reset Bug"); and a waiting process takes over
/// within fractions of a millisecond instead of SQLite's growing pauses.
final class WriteGate: Sendable {
    let path: String
    private let descriptor: Int32

    init(databasePath: String) throws {
        path = Self.real(databasePath) + "-lockstep"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw SQLError(
                kind: .storage,
                message: "the lock file '\(path)' cannot be opened (\(String(cString: strerror(errno)))); "
                    + "the folder of the database must exist and be writable")
        }
    }

    deinit { close(descriptor) }

    /// The path without symbolic links: two names of one database must lead to one gate.
    private static func real(_ path: String) -> String {
        func resolved(_ path: String) -> String? {
            guard let text = realpath(path, nil) else { return nil }
            defer { free(text) }
            return String(cString: text)
        }
        if let whole = resolved(path) { return whole }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.dropLast().joined(separator: "/")
        guard let name = parts.last, let real = resolved(folder.isEmpty ? "." : folder) else { return path }
        return "\(real)/\(name)"
    }

    /// Waits for the lock; blocks its thread, so it is called on the writer's own.
    /// - Throws: ``SQLError`` of kind `busy` after `limit`.
    func enter(limit: Duration) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var pause: UInt32 = 20
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw SQLError(
                    kind: .storage,
                    message: "the lock file '\(path)' cannot be locked: "
                        + String(cString: strerror(errno)))
            }
            guard clock.now < deadline else {
                throw SQLError(
                    kind: .busy, message: "another process has been writing for \(limit); is it stopped?")
            }
            usleep(pause)
            pause = min(pause * 2, 1000)
        }
    }

    /// Gives the lock back.
    func leave() { flock(descriptor, LOCK_UN) }

    /// How many commits were counted.
    var counter: UInt64 {
        var counter: UInt64 = 0
        withUnsafeMutableBytes(of: &counter) { _ = pread(descriptor, $0.baseAddress, 8, 0) }
        return counter
    }

    /// Counts a commit, within the lock, so that other processes wake.
    func announce() {
        let next = counter &+ 1
        // A lost announcement costs others a poll interval, no more: it is a hint.
        withUnsafeBytes(of: next) { _ = pwrite(descriptor, $0.baseAddress, 8, 0) }
    }
}

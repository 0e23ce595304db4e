import LockstepSQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A pipe that ends another thread's waiting in `poll`.
final class WakePipe: Sendable {
    /// What the waiting thread polls.
    let readEnd: Int32
    private let writeEnd: Int32

    /// Opens it.
    /// - Throws: ``SQLError`` when there are no descriptors left.
    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw SQLError(
                kind: .connection,
                message: "no pipe can be opened (\(String(cString: strerror(errno)))); allow more open files")
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the other thread, now and whenever it waits again: it is for ending it.
    func wake() {
        var byte: UInt8 = 1
        // A full pipe wakes as well.
        _ = write(writeEnd, &byte, 1)
    }
}

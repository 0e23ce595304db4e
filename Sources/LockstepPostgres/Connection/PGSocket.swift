import CPostgres

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Waits for a connection's socket, which never blocks by itself.
enum PGSocket {
    /// What the waiting came to.
    enum Ready {
        case yes
        case overdue
        /// Another descriptor was written to, whose reader wants something else.
        case woken
    }

    /// Waits until the socket can be read, or written if that is asked for.
    /// - Parameters:
    ///   - waker: a second descriptor; that it can be read ends the waiting.
    ///   - deadline: `nil` waits for ever.
    static func wait(
        _ socket: Int32, toRead: Bool = true, toWrite: Bool = false, waker: Int32 = -1,
        until deadline: ContinuousClock.Instant?
    ) -> Ready {
        let events = (toRead ? POLLIN : 0) | (toWrite ? POLLOUT : 0)
        return withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { polled in
            polled.initializeElement(at: 0, to: pollfd(fd: socket, events: Int16(events), revents: 0))
            polled.initializeElement(at: 1, to: pollfd(fd: waker, events: Int16(POLLIN), revents: 0))
            while true {
                let rest = deadline.map(milliseconds) ?? -1
                let ready = poll(polled.baseAddress, nfds_t(waker < 0 ? 1 : 2), rest)
                if ready > 0 { return waker >= 0 && polled[1].revents != 0 ? .woken : .yes }
                if ready == 0, let deadline, deadline <= .now { return .overdue }
                // An interrupted or a too short wait is taken up again. A socket that cannot be polled at all is
                // found out by reading from it.
                if ready < 0, errno != EINTR { return .yes }
            }
        }
    }

    /// Whether something can be read, or the other side is gone, at this moment.
    static func hasNews(_ socket: Int32) -> Bool {
        var polled = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) > 0
    }

    /// The time that is left, rounded up; 0 when it has passed.
    private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
        let (seconds, attoseconds) = (deadline - .now).components
        let rest = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: max(0, rest))
    }
}

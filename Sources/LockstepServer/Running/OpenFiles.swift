#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many files the process may have open.
enum OpenFiles {
    /// Files for databases, logs and listening sockets.
    private static let others = 512

    /// Raises the limit for so many connections, as far as the system lets it: the usual one is 1,024.
    static func allow(_ connections: Int) {
        var limit = rlimit()
        #if canImport(Glibc)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        guard getrlimit(files, &limit) == 0 else { return }
        let wanted = min(rlim_t(connections + others), limit.rlim_max)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        // Where it is refused, connections beyond the limit wait to be accepted.
        setrlimit(files, &limit)
    }
}

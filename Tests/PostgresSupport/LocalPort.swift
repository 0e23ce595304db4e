import LockstepTesting

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Sockets on 127.0.0.1.
package enum LocalPort {
    /// A port that nobody used a moment ago.
    package static func free() throws -> UInt16 {
        let (descriptor, port) = try bound()
        close(descriptor)
        return port
    }

    /// A socket that listens, and its port.
    package static func listening() throws -> (descriptor: Int32, port: UInt16) {
        let (descriptor, port) = try bound()
        try require(listen(descriptor, 64) == 0, "a socket cannot listen")
        return (descriptor, port)
    }

    /// A socket that is connected to a port.
    package static func connected(to port: UInt16) throws -> Int32 {
        let descriptor = make()
        let isConnected = withAddress(port) { connect(descriptor, $0, $1) == 0 }
        try require(isConnected, "nobody listens on port \(port)")
        return descriptor
    }

    private static func require(_ condition: Bool, _ words: String) throws {
        if !condition { throw Conformance.Violation(description: words) }
    }

    private static func make() -> Int32 {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, kind, 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func bound() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = make()
        try require(withAddress(0) { bind(descriptor, $0, $1) == 0 }, "this machine has no free port")
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        try require(isKnown, "a socket does not know its port")
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private static func withAddress<Result>(
        _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

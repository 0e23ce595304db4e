import Foundation
import Lockstep

/// Finds the addresses of a host.
public protocol AddressResolver: Sendable {
    /// The addresses of a host's name, the best first.
    /// - Throws: when there are none, or nobody can be asked.
    func addresses(of host: String) async throws -> [IPAddress]
}

/// Asks the system, on a thread of its own: `getaddrinfo` (RFC 3493) blocks.
public struct SystemResolver: AddressResolver {
    /// Makes a resolver.
    public init() {}

    /// The addresses in the order of RFC 6724.
    /// - Throws: ``ResolverError``.
    public func addresses(of host: String) async throws -> [IPAddress] {
        try await Offload.run { _ in
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var found: UnsafeMutablePointer<addrinfo>?
            let code = getaddrinfo(host, nil, &hints, &found)
            guard code == 0 else { throw ResolverError(host: host, why: String(cString: gai_strerror(code))) }
            defer { freeaddrinfo(found) }
            var addresses: [IPAddress] = []
            for entry in sequence(first: found, next: { $0?.pointee.ai_next }) {
                guard let entry, let address = Self.address(entry.pointee) else { break }
                if !addresses.contains(address) { addresses.append(address) }
            }
            guard !addresses.isEmpty else { throw ResolverError(host: host, why: "it has no address") }
            return addresses
        }
    }

    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard let place = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET:
            let four = place.loadUnaligned(as: sockaddr_in.self).sin_addr
            return IPAddress(bytes: withUnsafeBytes(of: four, Array.init))
        case AF_INET6:
            let six = place.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return IPAddress(bytes: withUnsafeBytes(of: six, Array.init))
        default: return nil
        }
    }
}

/// A host that has no address now.
public struct ResolverError: Error, Hashable, CustomStringConvertible {
    /// The host.
    public let host: String
    /// What the system said.
    public let why: String
    /// One sentence.
    public var description: String { "the host '\(host)' cannot be resolved: \(why)" }
}

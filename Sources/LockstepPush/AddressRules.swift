/// Which addresses deliveries may go to: those of the public Internet, and what is allowed by name.
///
/// Whoever can write a definition or a name server's answer must not reach what only this machine can: its own
/// services, the network it stands in, the cloud's metadata (CWE-918, server-side request forgery).
public struct AddressRules: Hashable, Sendable {
    /// Blocks that deliveries may go to besides the public Internet, by plain http too.
    public var allowed: [IPNetwork]

    /// Makes rules.
    public init(allowed: [IPNetwork] = []) { self.allowed = allowed }

    /// Whether an address, or the one that it stands for, is allowed by name.
    public func isAllowedByName(_ address: IPAddress) -> Bool {
        allowed.contains { network in
            network.contains(address) || address.embedded.map(network.contains) ?? false
        }
    }

    /// Whether deliveries may go there.
    public func permits(_ address: IPAddress) -> Bool {
        isAllowedByName(address) || Self.isPublic(address)
    }

    /// Whether an address belongs to the public Internet, and so does the one that it stands for.
    static func isPublic(_ address: IPAddress) -> Bool {
        guard address.isSix else { return !reserved.contains { $0.contains(address) } }
        if let inner = address.embedded, !isPublic(inner) { return false }
        if IPNetwork.mapped.contains(address) || IPNetwork.translated.contains(address) { return true }
        // All that is given out for the Internet lies in 2000::/3; whatever is elsewhere is local or for later.
        return global.contains(address) && !reserved.contains { $0.contains(address) }
    }

    private static let global = IPNetwork.known("2000::/3")

    /// Blocks with a purpose of their own, after IANA's registries of special-purpose addresses of both versions
    /// (RFC 6890), multicast (RFC 5771), and the address at which one cloud answers its machines.
    private static let reserved = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        "2001::/23", "2001:db8::/32", "3fff::/20",
    ].map(IPNetwork.known)
}

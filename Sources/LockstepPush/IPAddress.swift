import Foundation

/// An address of the Internet Protocol, version 4 or 6.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four or sixteen bytes, the most significant first.
    public let bytes: [UInt8]

    /// Reads `192.0.2.1` or `2001:db8::1`; `nil` for anything else, short forms such as `127.1` included.
    public init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four, Array.init)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: &six, Array.init)
        } else {
            return nil
        }
    }

    /// Makes an address of four or sixteen bytes; `nil` for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Whether it is one of version 6.
    public var isSix: Bool { bytes.count == 16 }

    /// The address as it is usually written.
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let written = bytes.withUnsafeBytes {
            inet_ntop(isSix ? AF_INET6 : AF_INET, $0.baseAddress, &text, socklen_t(text.count))
        }
        guard written != nil else { return bytes.map { String($0) }.joined(separator: ".") }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The address of version 4 that a packet to this one ends up at: of a mapped address (`::ffff:0:0/96`, RFC 4291)
    /// and of one that a translator stands for (`64:ff9b::/96`, RFC 6052; `2002::/16`, RFC 3056).
    public var embedded: IPAddress? {
        guard isSix else { return nil }
        if IPNetwork.mapped.contains(self) || IPNetwork.translated.contains(self) {
            return IPAddress(bytes: Array(bytes[12...]))
        }
        return IPNetwork.sixToFour.contains(self) ? IPAddress(bytes: Array(bytes[2..<6])) : nil
    }
}

/// A block of addresses, such as `10.0.0.0/8`.
public struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    /// Its first address.
    public let base: IPAddress
    /// How many leading bits its addresses share.
    public let length: Int

    /// Reads `10.0.0.0/8`, `fd00::/8`, or a single address.
    /// - Throws: nothing; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = IPAddress(String(parts[0])) else { return nil }
        let bits = base.bytes.count * 8
        guard let length = parts.count == 1 ? bits : Int(parts[1]), (0...bits).contains(length) else {
            return nil
        }
        self.base = base
        self.length = length
    }

    /// The block as it was written.
    public var description: String { "\(base)/\(length)" }

    /// Whether an address is in it; one of the other version never is.
    public func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        let whole = length / 8
        guard address.bytes[..<whole] == base.bytes[..<whole] else { return false }
        let rest = length % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xff << (8 - rest))
        return address.bytes[whole] & mask == base.bytes[whole] & mask
    }

    static let mapped = known("::ffff:0:0/96")
    static let translated = known("64:ff9b::/96")
    static let sixToFour = known("2002::/16")

    /// A block that is written in this file.
    static func known(_ text: String) -> IPNetwork {
        guard let network = IPNetwork(text) else { preconditionFailure("'\(text)' is no block of addresses") }
        return network
    }
}

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Definition {
    /// The definition as canonical JSON: sorted keys, no white space. Equal definitions give equal text.
    public func canonicalJSON() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// A short fingerprint of the canonical JSON: 16 hexadecimal digits of 64-bit FNV-1a.
    ///
    /// It names a definition in logs and tables. Equality is decided on the whole text, which is stored
    /// beside it, so that a collision cannot pass one definition off as another. FNV-1a: G. Fowler,
    /// L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm", RFC 9923.
    public func fingerprint() throws -> String {
        Self.fingerprint(of: try canonicalJSON())
    }

    /// The fingerprint of a canonical text.
    public static func fingerprint(of canonical: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in canonical.utf8 {
            hash ^= UInt64(byte)
            hash = hash &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

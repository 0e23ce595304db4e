import Lockstep

/// A mail address that can stand in a header and in a command of SMTP as it is: `local@domain` in ASCII, the local part
/// a dot-atom (RFC 5322, 3.2.3), the domain of letters, digits and hyphens. International domains are written in
/// Punycode; quoted local parts and addresses in brackets are not accepted.
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address.
    public let description: String
    /// What stands behind the `@`, in lower case.
    public let domain: String

    /// The longest address in bytes (RFC 5321, 4.5.3.1.3, without the brackets).
    public static let longest = 254

    /// Reads an address; `nil` when it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count == 2, (1...64).contains(parts[0].utf8.count),
            parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy(Self.isAtom),
            parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy(Self.isLabel)
        else { return nil }
        description = text
        domain = parts[1].lowercased()
    }

    private static func isAtom(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isPlain($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
    }

    private static func isLabel(_ text: Substring) -> Bool {
        (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (97...122).contains(byte | 32) || (48...57).contains(byte)
    }
}

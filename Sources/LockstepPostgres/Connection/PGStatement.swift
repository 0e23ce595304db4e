/// A statement with a fixed text, which a connection prepares once and then calls by its name.
///
/// Parameters are written `$1`, `$2`, …
final class PGStatement: Sendable {
    /// The SQL.
    let text: String
    /// What it is prepared as: made of text and types, so the same in every process.
    let name: String
    /// The types of the parameters (``PGType``); 0, or none at all, lets the server find out.
    let types: [UInt32]
    /// What it does to a transaction.
    let effect: PGTransactionEffect
    /// libpq takes a text that ends with a zero byte: it would carry out a part of this one.
    let isCutShort: Bool

    /// Makes a statement.
    init(_ text: String, _ types: [UInt32] = []) {
        self.text = text
        self.types = types
        name = "ls_" + Self.digest(text, types)
        effect = PGTransactionEffect(of: text)
        isCutShort = text.utf8.contains(0)
    }

    /// Two FNV-1a hashes of 64 bits with different beginnings, as 32 hexadecimal digits.
    private static func digest(_ text: String, _ types: [UInt32]) -> String {
        var (first, second): (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x8422_2325_cbf2_9ce4)
        func mix(_ byte: UInt8) {
            first = (first ^ UInt64(byte)) &* 0x100_0000_01b3
            second = (second ^ UInt64(byte ^ 0x5A)) &* 0x100_0000_01b3
        }
        for byte in text.utf8 { mix(byte) }
        for type in types {
            mix(0)
            for shift in [0, 8, 16, 24] as [UInt32] { mix(UInt8(truncatingIfNeeded: type >> shift)) }
        }
        func digits(_ value: UInt64) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return digits(first) + digits(second)
    }
}

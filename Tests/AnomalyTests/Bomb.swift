import Foundation

/// Deflated data that inflates to very much, without having to deflate it.
enum Bomb {
    /// A workbook whose sheet inflates to so many bytes of empty elements, but declares no more than is allowed,
    /// so that only unpacking tells.
    static func workbook(bytes: Int) -> Data {
        var zip = MadeZip(entries: MadeWorkbook.parts(sheet: nil))
        zip.add(
            .init(
                name: "xl/worksheets/sheet1.xml", method: 8, checksum: 0, bytes: elements(bytes),
                length: 2 << 30))
        return zip.archive
    }

    /// One deflate block with codes of its own (RFC 1951, 3.2.7): `<r><r/>`, then matches of 258 bytes at
    /// distance 4. A match takes two bits, both zero, so that a byte inflates to 1032, the most there is.
    private static func elements(_ count: Int) -> Data {
        var bits: [UInt8] = []
        func number(_ value: Int, _ length: Int) {
            for place in 0..<length { bits.append(UInt8(value >> place & 1)) }
        }
        func codes(_ texts: String...) { for text in texts { bits += text.utf8.map { $0 - 48 } } }
        // The last block, dynamic; 286 lengths of literals, 4 of distances, 18 of the lengths' own codes.
        number(0b101, 3)
        number(29, 5)
        number(3, 5)
        number(14, 4)
        // The lengths' own codes, in the order of 3.2.7: 18 has one bit; 17, 4, 3 and 1 have three.
        let ownLengths = [1: 3, 2: 1, 11: 3, 13: 3, 17: 3]
        for place in 0..<18 { number(ownLengths[place] ?? 0, 3) }
        let (one, three, four) = ("100", "101", "110")
        func zeros(_ count: Int) {
            codes("0")
            number(count - 11, 7)
        }
        func threeZeros() {
            codes("111")
            number(0, 3)
        }
        // Literals: "/" and "<" have three bits; "=", ">", "r" and the end four; a match of 258 has one.
        zeros(47)
        codes(three)
        zeros(12)
        codes(three, four, four)
        zeros(51)
        codes(four)
        zeros(138)
        threeZeros()
        codes(four)
        zeros(28)
        codes(one)
        // Distances: only 4.
        threeZeros()
        codes(one)
        let (slash, open, close, letter) = ("100", "101", "1101", "1110")
        codes(open, letter, close, open, letter, slash, close)
        while !bits.count.isMultiple(of: 8) { bits.append(0) }
        let head = stride(from: 0, to: bits.count, by: 8).map { start in
            (0..<8).reduce(UInt8(0)) { $0 | bits[start + $1] << UInt8($1) }
        }
        return Data(head) + Data(repeating: 0, count: count / 1032)
    }
}

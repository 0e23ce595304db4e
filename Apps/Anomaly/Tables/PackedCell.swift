/// One cell in eight bytes: a number, a date, the place of a text, or nothing.
///
/// A finite number is its own bits; everything else hides in the bits of numbers that are not numbers.
struct PackedCell {
    let bits: UInt64

    private static let dateTag: UInt64 = 0xFFF9 << 48
    private static let textTag: UInt64 = 0xFFFA << 48
    private static let tagMask: UInt64 = 0xFFFF << 48

    /// An empty cell.
    static let empty = PackedCell(bits: 0xFFFB << 48)

    init(bits: UInt64) {
        self.bits = bits
    }

    init(number: Double) {
        bits = number.isFinite ? number.bitPattern : PackedCell.empty.bits
    }

    /// - Parameter seconds: seconds since 1970, kept to a hundredth.
    init(seconds: Double) {
        let hundredths = Int64((seconds * 100).rounded())
        bits = PackedCell.dateTag | (UInt64(bitPattern: hundredths) & ~PackedCell.tagMask)
    }

    init(textAt place: UInt32) {
        bits = PackedCell.textTag | UInt64(place)
    }

    var isEmpty: Bool { bits == PackedCell.empty.bits }

    var number: Double? {
        let value = Double(bitPattern: bits)
        return value.isFinite ? value : nil
    }

    var seconds: Double? {
        guard bits & PackedCell.tagMask == PackedCell.dateTag else { return nil }
        return Double(Int64(bitPattern: bits << 16) >> 16) / 100
    }

    var textPlace: UInt32? {
        bits & PackedCell.tagMask == PackedCell.textTag ? UInt32(truncatingIfNeeded: bits) : nil
    }
}

import Lockstep

/// The id of the job that a row of another table becomes: always the same, so that an import can be repeated.
enum RowID {
    /// A UUID of version 8 (RFC 9562, section 5.8) from 74 bits of the 128-bit FNV-1a (RFC 9923) of lifecycle,
    /// table and row, each followed by a zero byte.
    ///
    /// The 48 bits in which ids of version 7 carry their time are zero: imported jobs sort before all that
    /// were started. Among a million rows, two share 74 bits with a probability of about 1 in 40 thousand
    /// million; the import looks whether they do.
    static func make(lifecycle: String, table: String, row: String) -> JobID {
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b
        for text in [lifecycle, table, row] {
            for byte in Array(text.utf8) + [0] {
                hash ^= UInt128(byte)
                hash = hash &* prime
            }
        }
        // Folded, as the RFC advises for widths that are no power of two.
        let bits = hash ^ (hash >> 74)
        let high = UInt64(truncatingIfNeeded: bits >> 62) & 0x0fff | 0x8000
        let low = UInt64(truncatingIfNeeded: bits) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        let head = hex(high, 4)
        let tail = hex(low, 16)
        return JobID(stored: "00000000-0000-\(head)-\(tail.prefix(4))-\(tail.dropFirst(4))")
    }

    private static func hex(_ number: UInt64, _ digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}

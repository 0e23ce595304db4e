/// Reads a text file piece by piece as UTF-8.
final class TextStream {
    private let file: InputFile
    private let encoding: TextEncoding
    private var offset: Int
    private var raw = [UInt8](repeating: 0, count: 1 << 18)
    private var decoded: [UInt8] = []
    /// The first half of a surrogate pair that the last piece ended with.
    private var highSurrogate: UInt32?

    init(file: InputFile, encoding: TextEncoding, markLength: Int) {
        self.file = file
        self.encoding = encoding
        offset = markLength
    }

    /// The next piece; empty at the end of the file.
    func next() throws -> [UInt8] {
        let count = try raw.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
        offset += count
        switch encoding {
        case .utf8: return count == raw.count ? raw : Array(raw[..<count])
        case .latin1: decodeLatin1(count)
        case .utf16LittleEndian: decodeUTF16(count, high: 1)
        case .utf16BigEndian: decodeUTF16(count, high: 0)
        }
        return decoded
    }

    /// What Windows-1252, which files that call themselves Latin-1 mostly are, has at 0x80 to 0x9F (WHATWG
    /// Encoding Standard, index windows-1252).
    private static let windows1252: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
        0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
        0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private func decodeLatin1(_ count: Int) {
        decoded.removeAll(keepingCapacity: true)
        for byte in raw[..<count] {
            if byte < 0x80 {
                decoded.append(byte)
            } else {
                append(byte < 0xA0 ? TextStream.windows1252[Int(byte) - 0x80] : UInt32(byte))
            }
        }
    }

    private func decodeUTF16(_ count: Int, high: Int) {
        decoded.removeAll(keepingCapacity: true)
        var index = 0
        while index + 1 < count {
            let unit = UInt32(raw[index + high]) << 8 | UInt32(raw[index + 1 - high])
            index += 2
            if let first = highSurrogate {
                highSurrogate = nil
                if 0xDC00...0xDFFF ~= unit {
                    append(0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00))
                    continue
                }
                append(0xFFFD)
            }
            switch unit {
            case 0xD800...0xDBFF: highSurrogate = unit
            case 0xDC00...0xDFFF: append(0xFFFD)
            default: append(unit)
            }
        }
    }

    private func append(_ scalar: UInt32) {
        if scalar < 0x80 {
            decoded.append(UInt8(scalar))
        } else if scalar < 0x800 {
            decoded.append(UInt8(0xC0 | scalar >> 6))
            decoded.append(UInt8(0x80 | scalar & 0x3F))
        } else if scalar < 0x10000 {
            decoded.append(UInt8(0xE0 | scalar >> 12))
            decoded.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            decoded.append(UInt8(0x80 | scalar & 0x3F))
        } else {
            decoded.append(UInt8(0xF0 | scalar >> 18))
            decoded.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            decoded.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            decoded.append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}

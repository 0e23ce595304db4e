/// How the characters of a text file are coded.
enum TextEncoding {
    case utf8, utf16LittleEndian, utf16BigEndian, latin1

    /// Finds the encoding of a file and checks that it is text at all.
    ///
    /// - Returns: the encoding and the length of the byte order mark.
    /// - Throws: `TableError` when the file holds bytes that no text has.
    static func detect(in file: InputFile) throws -> (encoding: TextEncoding, markLength: Int) {
        let start = try file.bytes(at: 0, count: 4096)
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { return (try checked(file, hasMark: true), 3) }
        if start.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if start.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        let zeros = start.enumerated().filter { $0.element == 0 }.map { $0.offset & 1 }
        if zeros.count * 5 > start.count, file.size % 2 == 0 {
            // Latin letters leave the high byte zero; a low byte is zero only in a rare character.
            let odd = zeros.count { $0 == 1 }
            if odd * 10 > zeros.count * 9 { return (.utf16LittleEndian, 0) }
            if odd * 10 < zeros.count { return (.utf16BigEndian, 0) }
        }
        return (try checked(file, hasMark: false), 0)
    }

    /// UTF-8 if the whole file is, else Latin-1.
    private static func checked(_ file: InputFile, hasMark: Bool) throws -> TextEncoding {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var offset = 0
        var validator = UTF8Validator()
        while offset < file.size {
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
            if count == 0 { break }
            let zero = buffer.withUnsafeBufferPointer {
                validator.feed(UnsafeBufferPointer(rebasing: $0[..<count]))
            }
            if let zero {
                throw TableError(
                    .wrongFormat,
                    "The file \(file.name) is not text (byte \(offset + zero + 1) is zero); "
                        + "save the table as CSV in UTF-8 and upload that.")
            }
            offset += count
        }
        return validator.isValid || hasMark ? .utf8 : .latin1
    }
}

/// Checks in passing whether bytes are well-formed UTF-8 (RFC 3629).
private struct UTF8Validator {
    private var isBroken = false
    private var pending = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    var isValid: Bool { !isBroken && pending == 0 }

    /// Reads on; returns where a zero byte lies, if there is one.
    mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        for (index, byte) in bytes.enumerated() {
            if byte == 0 { return index }
            if byte < 0x80, pending == 0 { continue }
            if isBroken { continue }
            if pending > 0 {
                if byte < lowest || byte > highest { isBroken = true }
                pending -= 1
                (lowest, highest) = (0x80, 0xBF)
            } else {
                switch byte {
                case 0xC2...0xDF: pending = 1
                case 0xE0...0xEF:
                    pending = 2
                    if byte == 0xE0 { lowest = 0xA0 }
                    if byte == 0xED { highest = 0x9F }
                case 0xF0...0xF4:
                    pending = 3
                    if byte == 0xF0 { lowest = 0x90 }
                    if byte == 0xF4 { highest = 0x8F }
                default: isBroken = true
                }
            }
        }
        return nil
    }
}

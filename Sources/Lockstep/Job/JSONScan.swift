/// Tells whether a text is JSON (RFC 8259) without building anything of it: one pass over its bytes.
///
/// Whatever may be read elsewhere must be refused here when in doubt: nothing is nested deeper than 512, as in
/// Foundation's reader.
package enum JSONScan {
    /// The deepest nesting.
    package static let deepest = 512

    /// Whether the text is one JSON value, white space around it aside.
    package static func isValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var scan = Scan(bytes: bytes)
        return scan.value() && scan.place == bytes.count
    }

    private struct Scan {
        let bytes: UnsafeBufferPointer<UInt8>
        var place = 0
        var depth = 0

        var next: UInt8? { place < bytes.count ? bytes[place] : nil }

        mutating func blanks() {
            while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { place += 1 }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard next == byte else { return false }
            place += 1
            return true
        }

        mutating func value() -> Bool {
            blanks()
            defer { blanks() }
            switch next {
            case UInt8(ascii: "{"): return nested(object: true)
            case UInt8(ascii: "["): return nested(object: false)
            case UInt8(ascii: "\""): return string()
            case UInt8(ascii: "t"): return word("true")
            case UInt8(ascii: "f"): return word("false")
            case UInt8(ascii: "n"): return word("null")
            default: return number()
            }
        }

        mutating func nested(object: Bool) -> Bool {
            depth += 1
            defer { depth -= 1 }
            guard depth <= JSONScan.deepest else { return false }
            place += 1
            let end = UInt8(ascii: object ? "}" : "]")
            blanks()
            if take(end) { return true }
            while true {
                if object {
                    blanks()
                    guard string() else { return false }
                    blanks()
                    guard take(UInt8(ascii: ":")) else { return false }
                }
                guard value() else { return false }
                if take(end) { return true }
                guard take(UInt8(ascii: ",")) else { return false }
            }
        }

        mutating func word(_ word: StaticString) -> Bool {
            word.withUTF8Buffer { letters in
                for letter in letters { guard take(letter) else { return false } }
                return true
            }
        }

        mutating func digits() -> Bool {
            let begin = place
            while let byte = next, (48...57).contains(byte) { place += 1 }
            return place > begin
        }

        mutating func number() -> Bool {
            _ = take(UInt8(ascii: "-"))
            if !take(UInt8(ascii: "0")) { guard digits() else { return false } }
            if take(UInt8(ascii: ".")) { guard digits() else { return false } }
            if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
                if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
                guard digits() else { return false }
            }
            return true
        }

        /// A string; its bytes are UTF-8, for they come from a Swift string.
        mutating func string() -> Bool {
            guard take(UInt8(ascii: "\"")) else { return false }
            while let byte = next {
                place += 1
                switch byte {
                case UInt8(ascii: "\""): return true
                case UInt8(ascii: "\\"): guard escape() else { return false }
                case ..<0x20: return false
                default: break
                }
            }
            return false
        }

        mutating func escape() -> Bool {
            guard let byte = next else { return false }
            place += 1
            guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
            guard let unit = codeUnit() else { return false }
            // A high surrogate is half a character and must be followed by the other half.
            if (0xdc00...0xdfff).contains(unit) { return false }
            guard (0xd800...0xdbff).contains(unit) else { return true }
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = codeUnit() else {
                return false
            }
            return (0xdc00...0xdfff).contains(low)
        }

        mutating func codeUnit() -> UInt32? {
            guard place + 4 <= bytes.count else { return nil }
            var unit: UInt32 = 0
            for _ in 0..<4 {
                let byte = bytes[place]
                place += 1
                switch byte {
                case 48...57: unit = unit << 4 | UInt32(byte - 48)
                case 65...70: unit = unit << 4 | UInt32(byte - 55)
                case 97...102: unit = unit << 4 | UInt32(byte - 87)
                default: return nil
                }
            }
            return unit
        }
    }
}

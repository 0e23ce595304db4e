/// Why a text is no JSON that is accepted here.
enum JSONFault: Error, Equatable {
    /// It does not follow RFC 8259, is no UTF-8, holds half of a surrogate pair, or a number beyond a double's range.
    case malformed
    /// It is nested deeper than ``JSONScanner/deepest``.
    case tooDeep
    /// An object has a name twice: which of the two counts, readers decide differently (RFC 8259, section 4).
    case doubled(String)
}

/// A strict reader of JSON text (RFC 8259) that finds where values stand and leaves them as the text they were, so
/// that free data reaches a job unrounded, and a stored text is checked without being taken apart.
struct JSONScanner {
    /// How deep values may be nested.
    static let deepest = 512

    /// What stands somewhere.
    enum Kind: Equatable { case null, bool(Bool), number, string, array, object }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let refusesDoubles: Bool
    private var position: Int

    /// Reads from a position on. The bytes must be valid UTF-8.
    init(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int = 0, refusingDoubles: Bool) {
        self.bytes = bytes
        self.position = position
        refusesDoubles = refusingDoubles
    }

    /// Whether a text is JSON.
    static func isValid(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var scanner = JSONScanner(bytes, refusingDoubles: false)
            do throws(JSONFault) {
                _ = try scanner.document()
                return true
            } catch {
                return false
            }
        }
    }

    /// Reads a whole text: one value, with white space around it.
    /// - Returns: what it is and where it stands.
    mutating func document() throws(JSONFault) -> (kind: Kind, range: Range<Int>) {
        skipSpace()
        let start = position
        let kind = try value(depth: 0)
        let end = position
        skipSpace()
        guard position == bytes.count else { throw .malformed }
        return (kind, start..<end)
    }

    /// The members of the object that stands at the position.
    mutating func members() throws(JSONFault) -> [(name: String, kind: Kind, range: Range<Int>)] {
        var found: [(name: String, kind: Kind, range: Range<Int>)] = []
        try object(depth: 0) { found.append(($0, $1, $2)) }
        return found
    }

    /// The elements of the array that stands at the position.
    mutating func elements() throws(JSONFault) -> [(kind: Kind, range: Range<Int>)] {
        var found: [(kind: Kind, range: Range<Int>)] = []
        try array(depth: 0) { found.append(($0, $1)) }
        return found
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONFault) -> Kind {
        guard depth < Self.deepest else { throw .tooDeep }
        switch current {
        case UInt8(ascii: "{"):
            try object(depth: depth) { _, _, _ in }
            return .object
        case UInt8(ascii: "["):
            try array(depth: depth) { _, _ in }
            return .array
        case UInt8(ascii: "\""):
            try string()
            return .string
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default:
            try number()
            return .number
        }
    }

    private mutating func object(
        depth: Int, _ found: (String, Kind, Range<Int>) -> Void
    ) throws(JSONFault) {
        try take("{")
        skipSpace()
        var seen: Set<String> = []
        if skip("}") { return }
        while true {
            let start = position
            try string()
            let name = refusesDoubles || depth == 0 ? JSONScanner.text(bytes, start..<position) : ""
            if refusesDoubles, !seen.insert(name).inserted { throw .doubled(name) }
            skipSpace()
            try take(":")
            skipSpace()
            let begin = position
            let kind = try value(depth: depth + 1)
            found(name, kind, begin..<position)
            skipSpace()
            if skip("}") { return }
            try take(",")
            skipSpace()
        }
    }

    private mutating func array(depth: Int, _ found: (Kind, Range<Int>) -> Void) throws(JSONFault) {
        try take("[")
        skipSpace()
        if skip("]") { return }
        while true {
            let begin = position
            let kind = try value(depth: depth + 1)
            found(kind, begin..<position)
            skipSpace()
            if skip("]") { return }
            try take(",")
            skipSpace()
        }
    }

    private mutating func string() throws(JSONFault) {
        try take("\"")
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw .malformed
            default: break
            }
        }
        throw .malformed
    }

    private mutating func escape() throws(JSONFault) {
        let byte = current
        position += 1
        switch byte {
        case UInt8(ascii: "u"): break
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        default: throw .malformed
        }
        let unit = try hex()
        switch unit {
        case 0xD800..<0xDC00:
            try take("\\")
            try take("u")
            guard try (0xDC00..<0xE000).contains(hex()) else { throw .malformed }
        case 0xDC00..<0xE000: throw .malformed
        default: break
        }
    }

    private mutating func hex() throws(JSONFault) -> Int {
        guard position + 4 <= bytes.count else { throw .malformed }
        var unit = 0
        for _ in 0..<4 {
            guard let digit = JSONScanner.digit(bytes[position]) else { throw .malformed }
            unit = unit * 16 + digit
            position += 1
        }
        return unit
    }

    private mutating func number() throws(JSONFault) {
        let start = position
        var mayBeHuge = false
        _ = skip("-")
        if !skip("0") { try digits() }
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            if !skip("+") { _ = skip("-") }
            try digits()
            mayBeHuge = true
        }
        guard mayBeHuge || position - start > 300 else { return }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else { throw .malformed }
    }

    private mutating func digits() throws(JSONFault) {
        let start = position
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) { position += 1 }
        guard position > start else { throw .malformed }
    }

    // MARK: Bytes

    /// The byte at the position; 0, which no JSON has, at the end.
    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skipSpace() {
        while true {
            switch current {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            default: return
            }
        }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func take(_ character: Unicode.Scalar) throws(JSONFault) {
        guard skip(character) else { throw .malformed }
    }

    private mutating func word(_ word: StaticString) throws(JSONFault) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[offset] else { throw .malformed }
            position += 1
        }
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    /// What a string that was scanned says.
    /// - Parameter range: where it stands, its quotes included.
    static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
        let inside = bytes[range.dropFirst().dropLast()]
        guard inside.contains(UInt8(ascii: "\\")) else { return String(decoding: inside, as: UTF8.self) }
        var units: [UInt16] = []
        var text = ""
        var plain: [UInt8] = []
        func close() {
            text += String(decoding: plain, as: UTF8.self) + String(decoding: units, as: UTF16.self)
            plain = []
            units = []
        }
        var index = inside.startIndex
        while index < inside.endIndex {
            guard inside[index] == UInt8(ascii: "\\") else {
                if !units.isEmpty { close() }
                plain.append(inside[index])
                index += 1
                continue
            }
            let escaped = inside[index + 1]
            index += 2
            if escaped == UInt8(ascii: "u") {
                if !plain.isEmpty { close() }
                units.append(inside[index..<index + 4].reduce(0) { $0 * 16 + UInt16(digit($1) ?? 0) })
                index += 4
                continue
            }
            if !units.isEmpty { close() }
            let meant: UInt8 =
                switch escaped {
                case UInt8(ascii: "b"): 8
                case UInt8(ascii: "f"): 12
                case UInt8(ascii: "n"): 10
                case UInt8(ascii: "r"): 13
                case UInt8(ascii: "t"): 9
                default: escaped
                }
            plain.append(meant)
        }
        close()
        return text
    }
}

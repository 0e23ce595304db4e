import Lockstep

/// Reads one JSON document from bytes.
struct JSONReader {
    private let bytes: [UInt8]
    private let deepest: Int
    private var index = 0

    init(_ bytes: [UInt8], deepest: Int) {
        self.bytes = bytes
        self.deepest = deepest
    }

    mutating func document() throws(JSONFault) -> JSONValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard index == bytes.count else { throw fault("nothing may follow the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        skipBlanks()
        guard index < bytes.count else { throw fault("it ends too early") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("a value is expected")
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSONValue {
        try enter(depth)
        var members: [String: JSONValue] = [:]
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw fault("a name in quotes is expected")
            }
            let name = try string()
            guard take(":") else { throw fault("a colon is expected") }
            members[name] = try value(depth: depth)
        } while take(",")
        guard take("}") else { throw fault("a comma or a closing brace is expected") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONFault) -> JSONValue {
        try enter(depth)
        var elements: [JSONValue] = []
        if take("]") { return .array(elements) }
        repeat { elements.append(try value(depth: depth)) } while take(",")
        guard take("]") else { throw fault("a comma or a closing bracket is expected") }
        return .array(elements)
    }

    private mutating func enter(_ depth: Int) throws(JSONFault) {
        guard depth <= deepest else {
            throw JSONFault(
                message: "the JSON is nested more than \(deepest) levels deep, which is the most that is read"
            )
        }
        index += 1
    }

    private mutating func string() throws(JSONFault) -> String {
        index += 1
        var text: [UInt8] = []
        var start = index
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                text += bytes[start..<index]
                index += 1
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw fault("a text is not UTF-8")
                }
                return string
            }
            guard byte >= 32 else { throw fault("a text has a line end or a control in it") }
            if byte == UInt8(ascii: "\\") {
                text += bytes[start..<index]
                text += try escape().utf8
                start = index
            } else {
                index += 1
            }
        }
        throw fault("a text is not closed")
    }

    private mutating func escape() throws(JSONFault) -> String {
        index += 1
        guard index < bytes.count else { throw fault("a text is not closed") }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(byte))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let first = try unit()
            if let scalar = UnicodeScalar(UInt32(first)) { return String(scalar) }
            // Beyond 16 bits there are two of them.
            if (0xD800..<0xDC00).contains(first), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
                bytes[index + 1] == UInt8(ascii: "u")
            {
                index += 2
                let second = try unit()
                if (0xDC00..<0xE000).contains(second),
                    let scalar = UnicodeScalar(
                        0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
                {
                    return String(scalar)
                }
            }
            throw fault("a text has half a character in it")
        default: throw fault("a backslash stands before a sign that it has no meaning with")
        }
    }

    private mutating func unit() throws(JSONFault) -> UInt16 {
        guard index + 4 <= bytes.count,
            let text = String(validating: bytes[index..<(index + 4)], as: UTF8.self),
            text.allSatisfy(\.isHexDigit), let unit = UInt16(text, radix: 16)
        else { throw fault("four hexadecimal digits are expected") }
        index += 4
        return unit
    }

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[index - whole] != UInt8(ascii: "0") else {
            throw fault("a number is not written as JSON wants it")
        }
        var isWhole = true
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isWhole = false
            index += 1
            guard digits() > 0 else { throw fault("a number is not written as JSON wants it") }
        }
        if index < bytes.count, bytes[index] | 32 == UInt8(ascii: "e") {
            isWhole = false
            index += 1
            if index < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[index]) {
                index += 1
            }
            guard digits() > 0 else { throw fault("a number is not written as JSON wants it") }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw fault("a number is too large") }
        if let integer = Int64(exactly: number), abs(integer) < 1 << 53 { return .integer(integer) }
        return .number(number)
    }

    private mutating func digits() -> Int {
        let start = index
        while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
            index += 1
        }
        return index - start
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        guard bytes[index...].starts(with: text.utf8) else { throw fault("a value is expected") }
        index += text.utf8.count
        return value
    }

    private mutating func take(_ sign: UnicodeScalar) -> Bool {
        skipBlanks()
        guard index < bytes.count, bytes[index] == UInt8(ascii: sign) else { return false }
        index += 1
        return true
    }

    private mutating func skipBlanks() {
        while index < bytes.count, [32, 10, 13, 9].contains(bytes[index]) { index += 1 }
    }

    private func fault(_ problem: String) -> JSONFault {
        let line = 1 + bytes.prefix(index).count { $0 == 10 }
        return JSONFault(message: "this is not valid JSON: in line \(line), \(problem)")
    }
}

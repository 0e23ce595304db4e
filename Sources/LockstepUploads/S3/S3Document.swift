/// An XML answer of an S3 storage: names and text. Attributes are skipped, and a document type, whose entities could
/// grow without end, is refused.
struct S3Document {
    var name: String
    var text = ""
    var children: [S3Document] = []

    /// How deep elements may lie in one another.
    private static let deepest = 16
    /// How many elements there may be. A list of 1,000 parts has about 10,000.
    private static let most = 50_000

    /// The text of a child.
    subscript(_ name: String) -> String? { children.first { $0.name == name }?.text }

    private init(name: String) { self.name = name }

    /// Reads a document.
    /// - Returns: `nil` when it is none, or too large in any way.
    init?(_ bytes: [UInt8]) {
        var open: [S3Document] = []
        var count = 0
        var rest = bytes[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            let between = rest[..<start]
            if open.isEmpty {
                // Nothing but white space, which AWS sends to keep a connection alive.
                guard between.allSatisfy(Self.isSpace) || between.elementsEqual([0xEF, 0xBB, 0xBF]) else {
                    return nil
                }
            } else {
                guard let text = Self.decode(between) else { return nil }
                open[open.count - 1].text += text
            }
            guard let end = rest[start...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
            let tag = rest[(start + 1)..<end]
            rest = rest[(end + 1)...]
            switch tag.first {
            case UInt8(ascii: "?"): continue
            case UInt8(ascii: "/"):
                guard let closed = open.popLast(), tag.dropFirst().elementsEqual(closed.name.utf8) else {
                    return nil
                }
                if open.isEmpty {
                    self = closed
                    return
                }
                open[open.count - 1].children.append(closed)
            case let first? where first != UInt8(ascii: "!"):
                count += 1
                let isEmpty = tag.last == UInt8(ascii: "/")
                let name = tag.prefix { !Self.isSpace($0) && $0 != UInt8(ascii: "/") }
                guard !name.isEmpty, count <= Self.most, open.count < Self.deepest else { return nil }
                let element = S3Document(name: String(decoding: name, as: UTF8.self))
                if !isEmpty {
                    open.append(element)
                } else if open.isEmpty {
                    self = element
                    return
                } else {
                    open[open.count - 1].children.append(element)
                }
            default: return nil
            }
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    /// Text with its entities resolved.
    private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var text = ""
        var rest = bytes
        while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
            text += String(decoding: rest[..<start], as: UTF8.self)
            guard let end = rest[start...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let scalar = entity(String(decoding: rest[(start + 1)..<end], as: UTF8.self))
            else { return nil }
            text.unicodeScalars.append(scalar)
            rest = rest[(end + 1)...]
        }
        return text + String(decoding: rest, as: UTF8.self)
    }

    private static func entity(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        case _ where name.hasPrefix("#x"): UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
        case _ where name.hasPrefix("#"): UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
        default: nil
        }
    }

    /// Text as it stands in a document.
    static func escape(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}

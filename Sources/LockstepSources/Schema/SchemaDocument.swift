/// A document of JSON or YAML, with the line of each value, from which API schemas are read.
///
/// JSON is read here. Whoever can read YAML makes this of it and calls ``SchemaReading/columns(of:path:)``.
public indirect enum SchemaDocument: Sendable, Hashable {
    /// Text.
    case text(String, line: Int)
    /// A number, as written.
    case number(String, line: Int)
    /// A truth value.
    case bool(Bool, line: Int)
    /// Nothing.
    case null(line: Int)
    /// A list.
    case list([SchemaDocument], line: Int)
    /// An object, in the order in which it is written.
    case object([Entry], line: Int)

    /// A key and what it stands for.
    public struct Entry: Sendable, Hashable {
        /// The key.
        public let key: String
        /// What it stands for.
        public let value: SchemaDocument
        /// The line of the key, counted from 1.
        public let line: Int

        /// Makes an entry.
        public init(key: String, value: SchemaDocument, line: Int) {
            self.key = key
            self.value = value
            self.line = line
        }
    }

    /// The line in which it begins, counted from 1.
    public var line: Int {
        switch self {
        case .text(_, let line), .number(_, let line), .bool(_, let line), .null(let line),
            .list(_, let line),
            .object(_, let line):
            line
        }
    }

    var text: String? { if case .text(let text, _) = self { text } else { nil } }
    var items: [SchemaDocument] { if case .list(let items, _) = self { items } else { [] } }
    var entries: [Entry] { if case .object(let entries, _) = self { entries } else { [] } }
    var isNull: Bool { if case .null = self { true } else { false } }

    subscript(_ key: String) -> SchemaDocument? { entries.last { $0.key == key }?.value }
}

/// Reads JSON with the lines of its values; comments and commas too many are let pass.
struct SchemaDocumentReader {
    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var depth = 0

    /// The document; nil when the text is no JSON.
    static func read(_ text: String) -> SchemaDocument? {
        var reader = SchemaDocumentReader(bytes: Array(text.utf8))
        guard let value = reader.value() else { return nil }
        reader.skip()
        return reader.at == reader.bytes.count ? value : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func skip() {
        while at < bytes.count {
            switch bytes[at] {
            case .newline:
                line += 1
                at += 1
            case 32, 9, 13, 0xEF, 0xBB, 0xBF: at += 1
            case .slash where at + 1 < bytes.count && bytes[at + 1] == .slash:
                while at < bytes.count, bytes[at] != .newline { at += 1 }
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skip()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func value() -> SchemaDocument? {
        depth += 1
        defer { depth -= 1 }
        skip()
        guard depth < 100, at < bytes.count else { return nil }
        let line = line
        switch bytes[at] {
        case .openBrace: return object(line)
        case .openSquare:
            at += 1
            var items: [SchemaDocument] = []
            while !take(.closeSquare) {
                guard let item = value() else { return nil }
                items.append(item)
                if !take(UInt8(ascii: ",")) {
                    guard take(.closeSquare) else { return nil }
                    break
                }
            }
            return .list(items, line: line)
        case .double: return string().map { .text($0, line: line) }
        default: return word(line)
        }
    }

    private mutating func object(_ line: Int) -> SchemaDocument? {
        at += 1
        var entries: [SchemaDocument.Entry] = []
        while !take(.closeBrace) {
            skip()
            let line = self.line
            guard let key = string(), take(.colon), let value = value() else { return nil }
            entries.append(SchemaDocument.Entry(key: key, value: value, line: line))
            if !take(UInt8(ascii: ",")) {
                guard take(.closeBrace) else { return nil }
                break
            }
        }
        return .object(entries, line: line)
    }

    private mutating func word(_ line: Int) -> SchemaDocument? {
        let start = at
        while at < bytes.count, !",]}\n\r\t :".utf8.contains(bytes[at]) { at += 1 }
        switch String(decoding: bytes[start..<at], as: UTF8.self) {
        case "true": return .bool(true, line: line)
        case "false": return .bool(false, line: line)
        case "null": return .null(line: line)
        case let number where Double(number) != nil: return .number(number, line: line)
        default: return nil
        }
    }

    private mutating func string() -> String? {
        guard at < bytes.count, bytes[at] == .double else { return nil }
        at += 1
        var content: [UInt8] = []
        while at < bytes.count, bytes[at] != .double {
            if bytes[at] == .newline { return nil }
            guard bytes[at] == .backslash, at + 1 < bytes.count else {
                content.append(bytes[at])
                at += 1
                continue
            }
            at += 2
            switch bytes[at - 1] {
            case UInt8(ascii: "n"): content.append(.newline)
            case UInt8(ascii: "t"): content.append(9)
            case UInt8(ascii: "u"): content += unicode()
            case let byte: content.append(byte)
            }
        }
        guard at < bytes.count else { return nil }
        at += 1
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func unicode() -> [UInt8] {
        guard let first = hexadecimal() else { return [] }
        if first >= 0xD800, first < 0xDC00, at + 1 < bytes.count, bytes[at] == .backslash,
            bytes[at + 1] == UInt8(ascii: "u")
        {
            at += 2
            guard let second = hexadecimal() else { return [] }
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) * 0x400 + (second &- 0xDC00) & 0x3FF)
            return scalar.map { Array(String(Character($0)).utf8) } ?? []
        }
        return Unicode.Scalar(first).map { Array(String(Character($0)).utf8) } ?? []
    }

    private mutating func hexadecimal() -> UInt32? {
        guard at + 4 <= bytes.count else { return nil }
        defer { at += 4 }
        return UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    }
}

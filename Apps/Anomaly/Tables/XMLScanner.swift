/// A small streaming reader of XML 1.0, enough for the parts of a workbook.
///
/// It knows no document types and no entities but the five predefined ones and numeric ones, and refuses a
/// part that declares any. Memory is one buffer, whatever the part's size.
final class XMLScanner {
    /// What was met.
    enum Event {
        /// An element opens; `name` and `attribute` speak of it.
        case start
        /// An element closes; `name` speaks of it.
        case end
        /// Characters; they are in `text`.
        case text
        case finished
    }

    private static let capacity = 1 << 20

    private let part: String
    private let fileName: String
    private let source: (UnsafeMutableBufferPointer<UInt8>) throws -> Int
    private let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: XMLScanner.capacity)
    private var position = 0
    private var limit = 0
    private var isAtEnd = false
    private var depth = 0
    private var owesEnd = false
    private var hasSeenElement = false
    private var nameRange = 0..<0
    private var attributes = 0..<0
    /// The characters of the last `text` event, in UTF-8.
    private(set) var text: [UInt8] = []

    /// - Parameters:
    ///   - part: the part's name, for messages.
    ///   - fileName: the workbook's name, for messages.
    ///   - source: fills a buffer and returns the number of bytes; 0 at the end.
    init(
        part: String, fileName: String, source: @escaping (UnsafeMutableBufferPointer<UInt8>) throws -> Int
    ) {
        self.part = part
        self.fileName = fileName
        self.source = source
    }

    deinit {
        buffer.deallocate()
    }

    /// Goes on to the next event.
    func next() throws -> Event {
        if owesEnd {
            owesEnd = false
            return .end
        }
        while true {
            if position == limit, try !fill() {
                guard depth == 0, hasSeenElement else { throw malformed("ends in the middle") }
                return .finished
            }
            if buffer[position] != UInt8(ascii: "<") {
                try readText()
                if depth > 0 { return .text }
            } else if let event = try readMarkup() {
                return event
            }
        }
    }

    // MARK: The current element

    /// Whether the element has this name, whatever its prefix.
    func isNamed(_ wanted: StaticString) -> Bool {
        matches(nameRange, wanted)
    }

    /// The raw value of an attribute, which must not have been asked for after the next event.
    ///
    /// - Parameter wanted: its name, with a prefix where it has one.
    func attribute(_ wanted: StaticString) -> UnsafeBufferPointer<UInt8>? {
        var index = attributes.lowerBound
        while index < attributes.upperBound {
            while index < attributes.upperBound, XMLScanner.isSpace(buffer[index]) { index += 1 }
            let start = index
            while index < attributes.upperBound, buffer[index] != UInt8(ascii: "=") { index += 1 }
            var nameEnd = index
            while nameEnd > start, XMLScanner.isSpace(buffer[nameEnd - 1]) { nameEnd -= 1 }
            index += 1
            while index < attributes.upperBound, XMLScanner.isSpace(buffer[index]) { index += 1 }
            guard index < attributes.upperBound else { return nil }
            let quote = buffer[index]
            guard quote == 34 || quote == 39 else { return nil }
            let valueStart = index + 1
            index = valueStart
            while index < attributes.upperBound, buffer[index] != quote { index += 1 }
            guard index < attributes.upperBound else { return nil }
            if matches(start..<nameEnd, wanted) {
                return UnsafeBufferPointer(rebasing: buffer[valueStart..<index])
            }
            index += 1
        }
        return nil
    }

    /// An attribute's value with entities resolved; `nil` as well for one longer than any that has a meaning.
    func string(_ wanted: StaticString) throws -> String? {
        guard let raw = attribute(wanted), raw.count <= 1024 else { return nil }
        var decoded: [UInt8] = []
        try decode(raw, into: &decoded)
        return String(decoding: decoded, as: UTF8.self)
    }

    /// An attribute that is a number without sign.
    func number(_ wanted: StaticString) -> Int? {
        guard let raw = attribute(wanted), !raw.isEmpty, raw.count <= 10 else { return nil }
        var value = 0
        for byte in raw {
            guard byte &- 48 < 10 else { return nil }
            value = value * 10 + Int(byte) - 48
        }
        return value
    }

    private func matches(_ range: Range<Int>, _ wanted: StaticString) -> Bool {
        guard range.count == wanted.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where buffer[range.lowerBound + offset] != wanted.utf8Start[offset] {
            return false
        }
        return true
    }

    // MARK: Reading

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 32 || byte == 10 || byte == 13 || byte == 9
    }

    /// Makes more of the part available behind `limit`, moving what is left to the front.
    private func fill() throws -> Bool {
        guard !isAtEnd else { return false }
        if position > 0, let base = buffer.baseAddress {
            base.update(from: base + position, count: limit - position)
            limit -= position
            position = 0
        }
        guard limit < buffer.count else {
            throw malformed("has a tag or text of more than \(buffer.count) bytes")
        }
        let count = try source(UnsafeMutableBufferPointer(rebasing: buffer[limit...]))
        limit += count
        isAtEnd = count == 0
        return count > 0
    }

    private func readText() throws {
        var end = position
        while true {
            while end < limit, buffer[end] != UInt8(ascii: "<") { end += 1 }
            if end < limit { break }
            end -= position
            if try !fill() {
                end += position
                break
            }
            end += position
        }
        text.removeAll(keepingCapacity: true)
        if depth > 0 { try decode(UnsafeBufferPointer(rebasing: buffer[position..<end]), into: &text) }
        position = end
    }

    /// Finds `wanted` from `position` + `skip` on; returns the place behind it.
    private func end(of wanted: StaticString, skip: Int) throws -> Int {
        var offset = skip
        let length = wanted.utf8CodeUnitCount
        while true {
            while position + offset + length <= limit {
                let start = position + offset
                if matches(start..<(start + length), wanted) { return start + length }
                offset += 1
            }
            if try !fill() { throw malformed("ends in the middle") }
        }
    }

    /// Reads what starts with "<"; `nil` when it is of no interest.
    private func readMarkup() throws -> Event? {
        while limit - position < 9, try fill() {}
        guard limit - position >= 2 else { throw malformed("ends in the middle") }
        switch buffer[position + 1] {
        case UInt8(ascii: "?"):
            position = try end(of: "?>", skip: 2)
            return nil
        case UInt8(ascii: "!"):
            if limit - position >= 4, matches((position + 2)..<(position + 4), "--") {
                position = try end(of: "-->", skip: 4)
                return nil
            }
            guard limit - position >= 9, matches((position + 2)..<(position + 9), "[CDATA[") else {
                throw TableError(
                    .forbiddenEntity,
                    "The part \(part) of the workbook \(fileName) declares a document type or entities, which no "
                        + "workbook needs; save it anew with a spreadsheet program.")
            }
            let stop = try end(of: "]]>", skip: 9)
            text.removeAll(keepingCapacity: true)
            text.append(contentsOf: buffer[(position + 9)..<(stop - 3)])
            position = stop
            return depth > 0 ? .text : nil
        default:
            return try readTag()
        }
    }

    private func readTag() throws -> Event {
        var offset = 1
        var quote: UInt8 = 0
        while true {
            if position + offset >= limit, try !fill() { throw malformed("ends in the middle") }
            let byte = buffer[position + offset]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: ">") {
                break
            } else if byte == 34 || byte == 39 {
                quote = byte
            } else if byte == UInt8(ascii: "<") {
                throw malformed("has a tag that is not closed")
            }
            offset += 1
        }
        let isClosing = buffer[position + 1] == UInt8(ascii: "/")
        var last = position + offset
        let isEmpty = !isClosing && buffer[last - 1] == UInt8(ascii: "/")
        if isEmpty { last -= 1 }
        var start = position + (isClosing ? 2 : 1)
        var nameEnd = start
        while nameEnd < last, !XMLScanner.isSpace(buffer[nameEnd]) {
            if buffer[nameEnd] == UInt8(ascii: ":") { start = nameEnd + 1 }
            nameEnd += 1
        }
        guard nameEnd > start else { throw malformed("has a tag without a name") }
        nameRange = start..<nameEnd
        attributes = isClosing ? 0..<0 : nameEnd..<last
        position += offset + 1
        if isClosing {
            depth -= 1
            if depth < 0 { throw malformed("closes more than it opens") }
            return .end
        }
        hasSeenElement = true
        owesEnd = isEmpty
        if !isEmpty { depth += 1 }
        return .start
    }

    private func malformed(_ what: String) -> TableError {
        TableError(
            .malformed, "The part \(part) of the workbook \(fileName) \(what); save it again and upload that."
        )
    }

    // MARK: Entities

    private func decode(_ raw: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) throws {
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "&") else {
                let start = index
                while index < raw.count, raw[index] != UInt8(ascii: "&") { index += 1 }
                result.append(contentsOf: raw[start..<index])
                continue
            }
            guard let end = raw[index...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let scalar = XMLScanner.entity(raw[(index + 1)..<end])
            else {
                throw TableError(
                    .forbiddenEntity,
                    "The part \(part) of the workbook \(fileName) uses an entity that XML does not predefine; save "
                        + "it anew with a spreadsheet program.")
            }
            result.append(contentsOf: String(Character(scalar)).utf8)
            index = end + 1
        }
    }

    private static func entity(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Unicode.Scalar? {
        switch String(decoding: name, as: UTF8.self) {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        case let text where text.hasPrefix("#x"):
            return UInt32(text.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
        case let text where text.hasPrefix("#"):
            return UInt32(text.dropFirst(), radix: 10).flatMap(Unicode.Scalar.init)
        default: return nil
        }
    }
}

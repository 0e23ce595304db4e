import Foundation

/// JSON text with line breaks, for people to read. Names, numbers and texts stay exactly as they were written.
enum PrettyJSON {
    /// What is longer is cut.
    static let longest = 64 << 10

    /// The text, broken and indented; as it is when it is no JSON.
    /// - Returns: what to show, and how many bytes of the original were left out.
    static func text(_ json: String) -> (text: String, left: Int) {
        guard isJSON(json) else { return cut(json, of: json.utf8.count) }
        var result: [UInt8] = []
        var depth = 0
        var isText = false
        var isEscaped = false
        let bytes = Array(json.utf8)
        func breakLine() { result.append(contentsOf: [10] + Array(repeating: 32, count: 2 * min(depth, 60))) }
        for (index, byte) in bytes.enumerated() {
            if result.count > 2 * longest { break }
            if isText {
                result.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                isText = true
                result.append(byte)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                result.append(byte)
                depth += 1
                if !closes(bytes, after: index) { breakLine() }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if let last = result.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") {
                    breakLine()
                }
                result.append(byte)
            case UInt8(ascii: ","):
                result.append(byte)
                breakLine()
            case UInt8(ascii: ":"): result.append(contentsOf: [byte, 32])
            case 9, 10, 13, 32: break
            default: result.append(byte)
            }
        }
        return cut(String(decoding: result, as: UTF8.self), of: json.utf8.count)
    }

    /// Whether nothing stands between this bracket and the one that closes it.
    private static func closes(_ bytes: [UInt8], after index: Int) -> Bool {
        let next = bytes[(index + 1)...].first { ![9, 10, 13, 32].contains($0) }
        return next == UInt8(ascii: "}") || next == UInt8(ascii: "]")
    }

    private static func isJSON(_ text: String) -> Bool {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            return true
        } catch {
            return false
        }
    }

    private static func cut(_ text: String, of whole: Int) -> (text: String, left: Int) {
        guard text.utf8.count > longest else { return (text, 0) }
        let shown = String(decoding: text.utf8.prefix(longest), as: UTF8.self)
        return (shown + "…", max(1, whole - longest))
    }
}

import Foundation

/// The value of a header that holds free text, which can then hold nothing else: neither a second header nor the body.
enum MailHeader {
    /// The longest text that is kept, in characters.
    private static let longest = 120

    /// A text on one line: as it is where it is plain ASCII, else in encoded words (RFC 2047).
    static func text(_ raw: String) -> String {
        let line = raw.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        let text = line.count > longest ? line.prefix(longest - 1) + "…" : line
        let isPlain = text.utf8.allSatisfy { (32...126).contains($0) } && text.utf8.count <= 60
        return isPlain && !text.contains("=?") ? text : encoded(text)
    }

    /// A name in front of an address: as text, and quoted where it is plain.
    static func name(_ raw: String) -> String {
        let value = text(raw)
        if value.hasPrefix("=?") { return value }
        return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Words of whole characters, each short enough for a line with the header's name before it.
    private static func encoded(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > 39 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}

/// Looks for words in long texts, byte by byte.
enum TextSearch {
    /// Whether a text holds one of the words, in any case. White space in a word stands for any white space.
    /// - Parameter words: in lower-case ASCII.
    static func contains(_ text: String, anyOf words: [StaticString]) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            words.contains { word in
                word.withUTF8Buffer { contains(bytes, $0) }
            }
        }
    }

    private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ word: UnsafeBufferPointer<UInt8>)
        -> Bool
    {
        guard let first = word.first, bytes.count >= word.count else { return false }
        let upper = first >= UInt8(ascii: "a") && first <= UInt8(ascii: "z") ? first - 32 : first
        var at = 0
        while at <= bytes.count - word.count {
            if bytes[at] == first || bytes[at] == upper, matches(bytes, at, word) { return true }
            at += 1
        }
        return false
    }

    private static func matches(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ word: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var at = start
        for letter in word {
            guard at < bytes.count else { return false }
            let byte = bytes[at]
            if letter == UInt8(ascii: " ") {
                guard byte == letter || byte == 9 || byte == 10 || byte == 13 else { return false }
                while at < bytes.count, [9, 10, 13, 32].contains(bytes[at]) { at += 1 }
                continue
            }
            let lower = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
            guard lower == letter else { return false }
            at += 1
        }
        return true
    }
}

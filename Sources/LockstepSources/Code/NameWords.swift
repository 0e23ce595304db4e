/// A name as the words it is made of: `ORDER_STATUSES`, `orderStatus` and `order-status` are the same two words.
struct NameWords: Sendable, Hashable {
    let words: [String]

    init(_ name: String) { words = Self.split(name).map(Self.singular) }
    init(words: [String]) { self.words = words }

    /// The words as they are, plural or not.
    static func parts(of name: String) -> [String] { split(name) }

    var isEmpty: Bool { words.isEmpty }

    /// All words in one, to compare names that differ only in how they are written.
    static func folded(_ name: String) -> String {
        String(decoding: name.utf8.lazy.filter(Lexer.isPart).filter { $0 != 0x5F }.map(lower), as: UTF8.self)
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte }

    private static func split(_ name: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        let bytes = Array(name.utf8)
        func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
        func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
        func end() {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        for (index, byte) in bytes.enumerated() {
            guard Lexer.isPart(byte), byte != 0x5F else {
                end()
                continue
            }
            if isUpper(byte), let last = word.last {
                // `orderStatus` parts before S; `HTTPStatus` parts before the S that a small letter follows.
                let follows = index + 1 < bytes.count && isLower(bytes[index + 1])
                let before = index > 0 ? bytes[index - 1] : 0
                if isLower(before) || Lexer.isDigit(last) || (isUpper(before) && follows) { end() }
            }
            word.append(lower(byte))
        }
        end()
        return words
    }

    /// The singular of an English plural, roughly: both sides of a comparison go through it.
    static func singular(_ word: String) -> String {
        let count = word.utf8.count
        if count > 4, word.hasSuffix("ies") { return word.dropLast(3) + "y" }
        if count > 5, word.hasSuffix("uses") || word.hasSuffix("sses") || word.hasSuffix("xes") {
            return String(word.dropLast(2))
        }
        if word.hasSuffix("ss") || word.hasSuffix("us") || word.hasSuffix("is") { return word }
        if count > 3, word.hasSuffix("s") { return String(word.dropLast()) }
        return word
    }
}

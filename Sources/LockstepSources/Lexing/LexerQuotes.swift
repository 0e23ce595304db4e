/// How strings begin, by language.
extension Lexer {
    mutating func readPythonString() -> Bool {
        var length = 0
        var isRaw = false
        var isFormatted = false
        prefix: while length < 2 {
            switch byte(length) {
            case UInt8(ascii: "r"), UInt8(ascii: "R"): isRaw = true
            case UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "t"): isFormatted = true
            case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "u"), UInt8(ascii: "U"): break
            default: break prefix
            }
            length += 1
        }
        let quote = byte(length)
        guard quote == .single || quote == .double else { return false }
        let isLong = byte(length + 1) == quote && byte(length + 2) == quote
        let count = isLong ? 3 : 1
        var style = StringStyle(
            close: [UInt8](repeating: quote, count: count),
            quote: String(repeating: quote == .single ? "'" : "\"", count: count))
        style.isLong = isLong
        // A backslash of a raw string stays, and still keeps the quote behind it; names hold neither.
        style.escapes = !isRaw
        if isFormatted { style.hole = .brace }
        readBody(style, opening: length + count)
        return true
    }

    mutating func readScriptString() -> Bool {
        switch byte() {
        case .single: readBody(StringStyle(close: [.single], quote: "'"), opening: 1)
        case .double: readBody(StringStyle(close: [.double], quote: "\""), opening: 1)
        case .back:
            readBody(
                StringStyle(close: [.back], quote: "`", isLong: true, hole: .dollarBrace), opening: 1)
        case .slash where mayBeginPattern: return readPattern()
        default: return false
        }
        return true
    }

    mutating func readGoString() -> Bool {
        switch byte() {
        case .single: readBody(StringStyle(close: [.single], quote: "'"), opening: 1)
        case .double: readBody(StringStyle(close: [.double], quote: "\""), opening: 1)
        case .back:
            readBody(StringStyle(close: [.back], quote: "`", escapes: false, isLong: true), opening: 1)
        default: return false
        }
        return true
    }

    /// Java's and Kotlin's; Kotlin's hold `$name` and `${…}`, and its names may stand in back quotes.
    mutating func readJavaString() -> Bool {
        let hole: Hole = language == .kotlin ? .dollarName : .none
        switch byte() {
        case .double where starts("\"\"\""):
            readBody(
                StringStyle(
                    close: [.double, .double, .double], quote: "\"\"\"", escapes: language == .java,
                    isLong: true, hole: hole), opening: 3)
        case .double: readBody(StringStyle(close: [.double], quote: "\"", hole: hole), opening: 1)
        case .single: readBody(StringStyle(close: [.single], quote: "'"), opening: 1)
        case .back where language == .kotlin: return readQuotedName()
        default: return false
        }
        return true
    }

    mutating func readSwiftString() -> Bool {
        if byte() == .back { return readQuotedName() }
        var hashes = 0
        while byte(hashes) == .hash, hashes < 16 { hashes += 1 }
        if hashes > 0, byte(hashes) == .slash {
            let close = [.slash] + [UInt8](repeating: .hash, count: hashes)
            readBody(
                StringStyle(close: close, quote: "/", escapes: false, isLong: true), opening: hashes + 1,
                kind: .pattern)
            return true
        }
        guard byte(hashes) == .double else { return false }
        let isLong = byte(hashes + 1) == .double && byte(hashes + 2) == .double
        let count = isLong ? 3 : 1
        let close = [UInt8](repeating: .double, count: count) + [UInt8](repeating: .hash, count: hashes)
        readBody(
            StringStyle(
                close: close, quote: isLong ? "\"\"\"" : "\"", isLong: isLong, hole: .backslashRound,
                hashes: hashes), opening: hashes + count)
        return true
    }

    /// Rust's; `'a` without a closing quote is a lifetime, not a character.
    mutating func readRustString() -> Bool {
        var length = 0
        if byte() == UInt8(ascii: "b") || byte() == UInt8(ascii: "c") { length = 1 }
        if byte(length) == UInt8(ascii: "r") {
            var hashes = 0
            while byte(length + 1 + hashes) == .hash, hashes < 16 { hashes += 1 }
            if byte(length + 1 + hashes) == .double {
                let close = [.double] + [UInt8](repeating: .hash, count: hashes)
                readBody(
                    StringStyle(close: close, quote: "\"", escapes: false, isLong: true),
                    opening: length + hashes + 2)
                return true
            }
        }
        if byte(length) == .double {
            readBody(StringStyle(close: [.double], quote: "\"", isLong: true), opening: length + 1)
            return true
        }
        guard byte(length) == .single else { return false }
        let isCharacter =
            byte(length + 1) == .backslash || byte(length + 2) == .single || byte(length + 1) >= 0x80
        if isCharacter {
            readBody(StringStyle(close: [.single], quote: "'"), opening: length + 1)
            return true
        }
        return false
    }

    /// SQL's strings, PostgreSQL's `E'…'` and `$tag$…$tag$`, and quoted names, which are words.
    mutating func readSQLString() -> Bool {
        switch byte() {
        case .single:
            readBody(
                StringStyle(close: [.single], quote: "'", escapes: false, doubles: true, isLong: true),
                opening: 1)
        case UInt8(ascii: "E"), UInt8(ascii: "e"):
            guard byte(1) == .single else { return false }
            readBody(
                StringStyle(close: [.single], quote: "'", doubles: true, isLong: true), opening: 2)
        case UInt8(ascii: "N"), UInt8(ascii: "n"):
            guard byte(1) == .single else { return false }
            readBody(
                StringStyle(close: [.single], quote: "'", escapes: false, doubles: true, isLong: true),
                opening: 2)
        case .double:
            readBody(
                StringStyle(close: [.double], quote: "\"", escapes: false, doubles: true), opening: 1,
                kind: .word)
        case .back: return readQuotedName()
        case .dollar: return readDollarString()
        default: return false
        }
        return true
    }

    private mutating func readDollarString() -> Bool {
        var length = 1
        while Self.isPart(byte(length)), length < 64 { length += 1 }
        guard byte(length) == .dollar, !Self.isDigit(byte(1)) else { return false }
        let tag = Array(source[place...(place + length)])
        readBody(
            StringStyle(close: tag, quote: "$$", escapes: false, isLong: true), opening: tag.count)
        return true
    }

    /// A name in back quotes.
    private mutating func readQuotedName() -> Bool {
        readBody(
            StringStyle(close: [.back], quote: "`", escapes: false), opening: 1, kind: .word)
        return true
    }

    /// A slash divides behind a value and begins a regular expression anywhere else.
    var mayBeginPattern: Bool {
        guard byte(1) != .slash, byte(1) != .star, let last = tokens.last else {
            return tokens.isEmpty && byte(1) != .slash && byte(1) != .star
        }
        switch last.kind {
        case .number, .string, .symbol, .pattern: return false
        case .word:
            if language == .ruby {
                // `puts /x/` against `a / b`: a space before and none behind.
                let isSpaced = place > 0 && source[place - 1] == 0x20
                return Self.wordsBeforePattern.contains(last.text)
                    || (isSpaced && byte(1) != 0x20 && byte(1) != .equals)
            }
            return Self.wordsBeforePattern.contains(last.text)
        case .mark: return ![")", "]", "}", ">"].contains(last.text) && !(last.text == "<" && isMarkupClose)
        }
    }

    /// `</div>` in a script's markup.
    private var isMarkupClose: Bool { place > 0 && source[place - 1] == .less }

    private static let wordsBeforePattern: Set<String> = [
        "return", "case", "typeof", "in", "of", "when", "if", "unless", "and", "or", "not", "while",
    ]

    /// A regular expression ends on its line, else it is none.
    mutating func readPattern() -> Bool {
        var ahead = 1
        var isInClass = false
        while place + ahead < end, byte(ahead) != .newline {
            let next = byte(ahead)
            if next == .backslash {
                ahead += 2
                continue
            }
            if next == .openSquare { isInClass = true }
            if next == .closeSquare { isInClass = false }
            if next == .slash, !isInClass {
                let start = place + 1
                let close = place + ahead
                add(
                    Token(
                        kind: .pattern, text: text(start, close), line: line, column: place - lineStart,
                        isFirst: isFirst, quote: "/"))
                place = close + 1
                while place < end, Self.isPart(byte()) { place += 1 }
                return true
            }
            ahead += 1
        }
        return false
    }
}

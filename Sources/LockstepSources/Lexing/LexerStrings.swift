extension Lexer {
    /// How a string is read.
    struct StringStyle {
        /// What ends it.
        var close: [UInt8]
        /// What it was opened with, for the token.
        var quote: String
        /// Whether a backslash begins an escape.
        var escapes = true
        /// Whether the closing quote, doubled, stands for itself (SQL).
        var doubles = false
        /// Whether it may hold more than one line. One that may not ends with its line: a stray quote, an apostrophe
        /// in the text of a page, hides no more than that.
        var isLong = false
        var hole = Hole.none
        /// Swift's `#"…"#`: how many `#` an escape needs.
        var hashes = 0
        /// A bracket that nests inside (`%q(a (b))`).
        var nests: UInt8?
    }

    /// How an expression begins inside a string.
    enum Hole { case none, dollarBrace, hashBrace, brace, backslashRound, dollarName }

    /// Reads a string if one begins here.
    mutating func readString() -> Bool {
        switch language {
        case .python: return readPythonString()
        case .typescript, .javascript: return readScriptString()
        case .go: return readGoString()
        case .ruby: return readRubyString()
        case .java, .kotlin: return readJavaString()
        case .swift: return readSwiftString()
        case .rust: return readRustString()
        case .sql: return readSQLString()
        case .prisma, .json, .changelog:
            guard byte() == .double else { return false }
            readBody(StringStyle(close: [.double], quote: "\""), opening: 1)
            return true
        }
    }

    /// Reads the body of a string whose opening is `opening` bytes long, and adds its token.
    mutating func readBody(_ style: StringStyle, opening: Int, kind: Token.Kind = .string) {
        var token = StringBuilder(line: line, column: place - lineStart, isFirst: isFirst)
        place += opening
        var depth = 0
        while place < end {
            let next = byte()
            if next == style.close[0], closes(style) {
                if depth > 0 {
                    depth -= 1
                } else if style.doubles, byte(style.close.count) == style.close[0] {
                    place += 1
                } else {
                    place += style.close.count
                    break
                }
            }
            if let opening = style.nests, next == opening { depth += 1 }
            if next == .newline {
                if !style.isLong { break }
                token.bytes.append(next)
                stepLine()
                token.breaks.append(token.bytes.count)
            } else if next == .backslash, style.escapes, hashes(at: 1) >= style.hashes {
                if style.hole == .backslashRound, byte(1 + style.hashes) == .openRound {
                    readHole(into: &token, opening: 2 + style.hashes, close: .closeRound, open: .openRound)
                } else {
                    place += style.hashes
                    readEscape(into: &token)
                }
            } else if let length = holeLength(style) {
                readHole(into: &token, opening: length, close: .closeBrace, open: .openBrace)
            } else if style.hole == .dollarName, next == .dollar, Self.beginsWord(byte(1)) {
                readNamedHole(into: &token)
            } else if style.hole == .brace, next == .openBrace || next == .closeBrace {
                // Doubled braces of an f-string stand for one.
                token.bytes.append(next)
                place += byte(1) == next ? 2 : 1
            } else {
                token.bytes.append(next)
                place += 1
            }
        }
        add(token.token(kind: kind, quote: style.quote))
    }

    private func closes(_ style: StringStyle) -> Bool {
        guard place + style.close.count <= end else { return false }
        for index in style.close.indices where source[place + index] != style.close[index] { return false }
        return true
    }

    private func hashes(at ahead: Int) -> Int {
        var count = 0
        while byte(ahead + count) == .hash { count += 1 }
        return count
    }

    private func holeLength(_ style: StringStyle) -> Int? {
        switch style.hole {
        case .dollarBrace, .dollarName: starts("${") ? 2 : nil
        case .hashBrace: starts("#{") ? 2 : nil
        case .brace: byte() == .openBrace && byte(1) != .openBrace ? 1 : nil
        case .none, .backslashRound: nil
        }
    }

    /// Steps over an expression. Brackets in it are counted and its strings stepped over; it is read no deeper than
    /// that, so nesting costs nothing.
    private mutating func readHole(
        into token: inout StringBuilder, opening: Int, close: UInt8, open: UInt8
    ) {
        let start = place + opening
        let startLine = line
        place = min(start, end)
        var depth = 1
        // The quotes of strings inside, innermost last.
        var quotes: [UInt8] = []
        while place < end {
            let next = byte()
            if next == .newline {
                stepLine()
                token.breaks.append(token.bytes.count)
                // Only a template holds more than one line.
                while let last = quotes.last, last != .back { quotes.removeLast() }
                continue
            }
            if let quote = quotes.last {
                if next == .backslash, close != .closeRound || byte(1) != .openRound {
                    place += byte(1) == .newline ? 1 : 2
                    continue
                }
                if next == quote {
                    quotes.removeLast()
                } else if quote == .back, starts("${") {
                    // Read on as text: what closes it is counted, what stands in it cannot end the outer one.
                    place += skipNested()
                    continue
                }
                place += 1
                continue
            }
            if next == .double || (next == .single && language != .swift)
                || (next == .back && language.isScript)
            {
                quotes.append(next)
            } else if next == open {
                depth += 1
            } else if next == close {
                depth -= 1
                if depth == 0 { break }
            }
            place += 1
        }
        token.addHole(text(start, min(place, end)), line: startLine)
        place = min(place + 1, end)
        isFirst = false
    }

    /// How long `${…}` of a template inside an expression is, on this line; two if it does not end there.
    private func skipNested() -> Int {
        var depth = 0
        var ahead = 0
        while place + ahead < end, ahead < 400 {
            switch byte(ahead) {
            case .newline: return 2
            case .openBrace: depth += 1
            case .closeBrace:
                depth -= 1
                if depth == 0 { return ahead + 1 }
            default: break
            }
            ahead += 1
        }
        return 2
    }

    private mutating func readNamedHole(into token: inout StringBuilder) {
        let start = place + 1
        place = start
        while place < end, Self.isPart(byte()) { place += 1 }
        token.addHole(text(start, place), line: line)
    }

    /// An escape: the ones that names may hold are resolved, an unknown one stands for its character.
    private mutating func readEscape(into token: inout StringBuilder) {
        place += 1
        let next = byte()
        switch next {
        case .newline:
            stepLine()
            token.breaks.append(token.bytes.count)
            return
        case UInt8(ascii: "n"): token.bytes.append(.newline)
        case UInt8(ascii: "t"): token.bytes.append(0x09)
        case UInt8(ascii: "r"): token.bytes.append(0x0D)
        case UInt8(ascii: "0"): token.bytes.append(0x20)
        case UInt8(ascii: "u"), UInt8(ascii: "x"):
            readCode(into: &token, digits: next == UInt8(ascii: "x") ? 2 : 4)
            return
        case 0: break
        default: token.bytes.append(next)
        }
        place = min(place + 1, end)
    }

    /// `\u00e1`, `\u{e1}`, `\xe1`.
    private mutating func readCode(into token: inout StringBuilder, digits: Int) {
        place += 1
        let isBraced = byte() == .openBrace
        if isBraced { place += 1 }
        var value: UInt32 = 0
        var count = 0
        while place < end, count < (isBraced ? 8 : digits), let digit = Self.hexadecimal(byte()) {
            value = value << 4 | digit
            count += 1
            place += 1
        }
        if isBraced, byte() == .closeBrace { place += 1 }
        guard count > 0, let scalar = Unicode.Scalar(value) else { return }
        token.bytes.append(contentsOf: String(Character(scalar)).utf8)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }
}

/// A string token while it is read.
struct StringBuilder {
    let line: Int
    let column: Int
    let isFirst: Bool
    var bytes: [UInt8] = []
    var holes: [Token.Hole] = []
    var breaks: [Int] = []

    init(line: Int, column: Int, isFirst: Bool) {
        self.line = line
        self.column = column
        self.isFirst = isFirst
    }

    mutating func addHole(_ source: String, line: Int) {
        holes.append(Token.Hole(offset: bytes.count, source: source, line: line))
        bytes.append(contentsOf: Token.placeholder.utf8)
    }

    func token(kind: Token.Kind, quote: String) -> Token {
        Token(
            kind: kind, text: String(decoding: bytes, as: UTF8.self), line: line, column: column,
            isFirst: isFirst, quote: quote, holes: holes, breaks: breaks)
    }
}

/// Takes a source file apart. It reads every byte once, never fails, and what it does not understand is a mark: the
/// worst that a strange file does is to hide what stands in it.
struct Lexer {
    let source: [UInt8]
    let language: SourceLanguage
    var place = 0
    /// Where reading ends: the end of the file, or of a part of it.
    var end: Int
    var line = 1
    var lineStart = 0
    var isFirst = true
    var tokens: [Token] = []
    var comments: [TokenList.Comment] = []
    /// Ruby's here-documents that were announced on this line: their bodies follow it.
    var documents: [HereDocument] = []

    init(_ source: [UInt8], language: SourceLanguage) {
        self.source = source
        self.language = language
        end = source.count
    }

    /// The tokens of a file; of `.vue` and `.svelte` files only what stands in `<script>`.
    static func tokens(of text: String, language: SourceLanguage, isMarkup: Bool = false) -> TokenList {
        tokens(of: Array(text.utf8), language: language, isMarkup: isMarkup)
    }

    static func tokens(of source: [UInt8], language: SourceLanguage, isMarkup: Bool = false) -> TokenList {
        var lexer = Lexer(source, language: language)
        lexer.tokens.reserveCapacity(source.count / 6)
        if isMarkup { lexer.readScripts() } else { lexer.read() }
        return TokenList(language: language, tokens: lexer.tokens, comments: lexer.comments)
    }

    func byte(_ ahead: Int = 0) -> UInt8 { place + ahead < end ? source[place + ahead] : 0 }

    func starts(_ text: StaticString, ahead: Int = 0) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place + ahead + count <= end else { return false }
        for index in 0..<count where source[place + ahead + index] != text.utf8Start[index] { return false }
        return true
    }

    func text(_ from: Int, _ to: Int) -> String {
        from < to ? String(decoding: source[from..<to], as: UTF8.self) : ""
    }

    /// Notes that the byte at `place` ends a line, and steps over it.
    mutating func stepLine() {
        place += 1
        line += 1
        lineStart = place
        isFirst = true
    }

    /// Steps on to `target`, counting lines.
    mutating func step(to target: Int) {
        let target = min(target, end)
        while place < target {
            if source[place] == .newline { stepLine() } else { place += 1 }
        }
    }

    mutating func add(_ token: Token) {
        tokens.append(token)
        isFirst = false
    }

    mutating func read() {
        while place < end {
            let next = byte()
            switch next {
            case .newline:
                stepLine()
                if !documents.isEmpty { readDocuments() }
            case 0x20, 0x09, 0x0D, 0x0B, 0x0C: place += 1
            default:
                if readComment() { continue }
                if readString() { continue }
                if Self.beginsWord(next) || (next == .at && language == .ruby) || next == .dollar {
                    readWord()
                } else if Self.isDigit(next) {
                    readNumber()
                } else {
                    readMark()
                }
            }
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func beginsWord(_ byte: UInt8) -> Bool {
        (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A) || byte == 0x5F || byte >= 0x80
    }
    static func isPart(_ byte: UInt8) -> Bool { beginsWord(byte) || isDigit(byte) }

    /// Reads a name. `$` belongs to it (scripts, Kotlin's and Java's made names, SQL's parameters), Ruby's `@` and
    /// its `?` or `!` at the end likewise.
    mutating func readWord() {
        let start = place
        while place < end, byte() == .at || byte() == .dollar { place += 1 }
        while place < end, Self.isPart(byte()) || (byte() == .dollar && language != .rust) { place += 1 }
        if language == .ruby, byte() == .question || byte() == .bang, byte(1) != .equals, byte(1) != .tilde {
            place += 1
        }
        if place == start { place += 1 }
        add(
            Token(
                kind: .word, text: text(start, place), line: line, column: start - lineStart, isFirst: isFirst
            ))
    }

    mutating func readNumber() {
        let start = place
        while place < end {
            if Self.isPart(byte()) || (byte() == .dot && Self.isDigit(byte(1))) {
                place += 1
            } else {
                break
            }
        }
        add(
            Token(
                kind: .number, text: text(start, place), line: line, column: start - lineStart,
                isFirst: isFirst))
    }

    /// The longest first. `|` and `||`, `=` and `==` must be told apart; most others are read for completeness.
    private static let marks: [[UInt8]] = [
        "===", "!==", "...", "..<", "**=", "<=>", "??=", "||=", "&&=", "->>", "#>>",
        "==", "!=", "<=", ">=", "=>", "->", "::", ":=", "??", "?.", "?:", "||", "&&", "+=", "-=", "*=", "/=",
        "..", "<>", "<-", "=~", "!~", "|>", "**", "!!", "@>",
    ].map { Array($0.utf8) }

    private static func beginsLonger(_ byte: UInt8) -> Bool {
        switch byte {
        case .openRound, .closeRound, .openBrace, .closeBrace, .openSquare, .closeSquare: false
        case UInt8(ascii: ","), UInt8(ascii: ";"), .backslash: false
        default: true
        }
    }

    mutating func readMark() {
        let start = place
        let first = byte()
        var length = 1
        if Self.beginsLonger(first) {
            length =
                Self.marks.first { mark in
                    mark[0] == first && place + mark.count <= end
                        && source[place..<place + mark.count].elementsEqual(mark)
                }?.count ?? 1
        }
        place += length
        let mark = first < 0x80 ? text(start, place) : "?"
        add(Token(kind: .mark, text: mark, line: line, column: start - lineStart, isFirst: isFirst))
    }
}

extension UInt8 {
    static let newline = UInt8(ascii: "\n")
    static let single = UInt8(ascii: "'")
    static let double = UInt8(ascii: "\"")
    static let back = UInt8(ascii: "`")
    static let slash = UInt8(ascii: "/")
    static let backslash = UInt8(ascii: "\\")
    static let star = UInt8(ascii: "*")
    static let hash = UInt8(ascii: "#")
    static let dash = UInt8(ascii: "-")
    static let dollar = UInt8(ascii: "$")
    static let at = UInt8(ascii: "@")
    static let question = UInt8(ascii: "?")
    static let bang = UInt8(ascii: "!")
    static let equals = UInt8(ascii: "=")
    static let tilde = UInt8(ascii: "~")
    static let dot = UInt8(ascii: ".")
    static let colon = UInt8(ascii: ":")
    static let percent = UInt8(ascii: "%")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openRound = UInt8(ascii: "(")
    static let closeRound = UInt8(ascii: ")")
    static let openSquare = UInt8(ascii: "[")
    static let closeSquare = UInt8(ascii: "]")
    static let less = UInt8(ascii: "<")
    static let greater = UInt8(ascii: ">")
}

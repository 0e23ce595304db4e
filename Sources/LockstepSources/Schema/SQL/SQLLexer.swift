/// Cuts SQL of any dialect into tokens, in one pass and in time that grows with the text's length.
///
/// It knows the strings and comments of PostgreSQL (nested comments, `E''`, `U&''`, dollar quotes), SQLite (`[name]`)
/// and MySQL (`` `name` ``, `#`, backslashes). It never fails: what is no SQL becomes signs, and a string
/// without an end ends with the text.
struct SQLLexer {
    let bytes: [UInt8]
    private let escapesWithBackslash: Bool
    var at = 0
    var line: Int
    private var tokens: [SQLToken] = []
    private var end = -1

    /// Where the lines begin, when the text was put together from pieces.
    private let lines: [LineStart]

    /// A byte of a text from which on it stands in another line of the file.
    struct LineStart: Sendable {
        let offset: Int
        let line: Int
    }

    private init(_ text: String, firstLine: Int, lines: [LineStart], escapesWithBackslash: Bool) {
        bytes = Array(text.utf8)
        line = firstLine
        self.lines = lines
        self.escapesWithBackslash = escapesWithBackslash
    }

    /// The tokens of a text.
    /// - Parameters:
    ///   - firstLine: the line in which the text begins.
    ///   - lines: where the lines begin, when the text was put together from pieces.
    ///   - dialect: MySQL's strings may hold backslashes.
    static func tokens(
        of text: String, firstLine: Int = 1, lines: [LineStart] = [], dialect: SchemaColumn.Dialect = .unknown
    ) -> [SQLToken] {
        var lexer = SQLLexer(
            text, firstLine: firstLine, lines: lines, escapesWithBackslash: dialect == .mysql)
        lexer.run()
        return lexer.tokens
    }

    private mutating func run() {
        tokens.reserveCapacity(bytes.count / 6)
        while at < bytes.count { step() }
    }

    func peek(_ offset: Int = 0) -> UInt8 {
        at + offset < bytes.count ? bytes[at + offset] : 0
    }

    private var isPlaceholder: Bool { bytes[at] == 0xEF && peek(1) == 0xBF && peek(2) == 0xBC }

    mutating func add(_ kind: SQLToken.Kind, _ text: String, line: Int, from start: Int) {
        let line = lines.isEmpty ? line : self.line(at: start)
        tokens.append(SQLToken(kind: kind, text: text, line: line, isTight: start == end))
        end = at
    }

    private func line(at offset: Int) -> Int {
        var low = 0
        var high = lines.count
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].offset <= offset { low = middle + 1 } else { high = middle }
        }
        return lines[max(0, low - 1)].line
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private mutating func step() {
        let byte = bytes[at]
        switch byte {
        case .newline:
            line += 1
            at += 1
        case .space, .tab, .carriageReturn, 0x0C, 0xA0: at += 1
        case UInt8(ascii: "-") where peek(1) == byte: skipLine()
        case UInt8(ascii: "#") where isCommentSign: skipLine()
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): skipComment()
        case UInt8(ascii: "'"): string(from: at, backslash: escapesWithBackslash)
        case UInt8(ascii: "\""), UInt8(ascii: "`"): name(until: byte)
        case UInt8(ascii: "["): bracket()
        case UInt8(ascii: "$"): dollar()
        case UInt8(ascii: "{"): brace()
        case UInt8(ascii: ":"): colon()
        case UInt8(ascii: "?"):
            at += 1
            add(.hole, "?", line: line, from: at - 1)
        case UInt8(ascii: "%") where peek(1) == UInt8(ascii: "s") || peek(1) == UInt8(ascii: "("): percent()
        case 0xEF where peek(1) == 0xBF && peek(2) == 0xBC:
            // What stands for a hole in a program's string.
            at += 3
            add(.hole, Token.placeholder, line: line, from: at - 3)
        case _ where byte.isDigit || (byte == UInt8(ascii: ".") && peek(1).isDigit): number()
        case _ where byte.isNameStart: word()
        default: sign()
        }
    }

    /// `#` begins a comment in MySQL and at the start of a line; elsewhere it is an operator.
    private var isCommentSign: Bool {
        guard peek(1) != UInt8(ascii: ">"), peek(1) != UInt8(ascii: "-") else { return false }
        if escapesWithBackslash { return true }
        var back = at - 1
        while back >= 0, bytes[back] == .space || bytes[back] == .tab { back -= 1 }
        return back < 0 || bytes[back] == .newline
    }

    private mutating func skipLine() { while at < bytes.count, bytes[at] != .newline { at += 1 } }

    private mutating func skipComment() {
        var depth = 0
        while at < bytes.count {
            if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                depth += 1
                at += 2
            } else if peek() == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                depth -= 1
                at += 2
                if depth == 0 { return }
            } else {
                if bytes[at] == .newline { line += 1 }
                at += 1
            }
        }
    }

    private mutating func string(from start: Int, backslash: Bool) {
        let first = line
        var content: [UInt8] = []
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "'") {
                guard peek(1) == byte else { break }
                content.append(byte)
                at += 2
                continue
            }
            if byte == UInt8(ascii: "\\"), backslash, at + 1 < bytes.count {
                content.append(Self.escaped(bytes[at + 1]))
                if bytes[at + 1] == .newline { line += 1 }
                at += 2
                continue
            }
            if byte == .newline { line += 1 }
            content.append(byte)
            at += 1
        }
        at = min(at + 1, bytes.count)
        add(.string, String(decoding: content, as: UTF8.self), line: first, from: start)
    }

    private static func escaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): .newline
        case UInt8(ascii: "t"): .tab
        case UInt8(ascii: "r"): .carriageReturn
        default: byte
        }
    }

    private mutating func name(until quote: UInt8) {
        let start = at
        let first = line
        var content: [UInt8] = []
        at += 1
        while at < bytes.count {
            if bytes[at] == quote {
                guard peek(1) == quote else { break }
                at += 1
            }
            if bytes[at] == .newline { line += 1 }
            content.append(bytes[at])
            at += 1
        }
        at = min(at + 1, bytes.count)
        add(.quoted, String(decoding: content, as: UTF8.self), line: first, from: start)
    }

    /// `[name]` is a name, `ARRAY['a']` and `text[]` are not.
    private mutating func bracket() {
        let start = at
        let before = tokens.last
        let isIndex =
            start == end
            && (before?.isName == true || before?.isSign("]") == true || before?.isSign(")") == true)
        if !isIndex, peek(1).isNameStart {
            var stop = at + 1
            while stop < bytes.count, bytes[stop].isNamePart || bytes[stop] == .space { stop += 1 }
            if stop < bytes.count, bytes[stop] == UInt8(ascii: "]"), tokens.last?.isWord("array") != true {
                let name = text(at + 1..<stop)
                at = stop + 1
                return add(.quoted, name, line: line, from: start)
            }
        }
        at += 1
        add(.sign, "[", line: line, from: start)
    }

    private mutating func number() {
        let start = at
        while at < bytes.count, bytes[at].isNamePart || bytes[at] == UInt8(ascii: ".") { at += 1 }
        add(.number, text(start..<at), line: line, from: start)
    }

    private mutating func word() {
        let start = at
        while at < bytes.count, bytes[at].isNamePart, !isPlaceholder { at += 1 }
        let word = text(start..<at).lowercased()
        if peek() == UInt8(ascii: "'"), ["e", "n", "b", "x"].contains(word) {
            return string(from: start, backslash: word == "e" || escapesWithBackslash)
        }
        if word == "u", peek() == UInt8(ascii: "&"), peek(1) == UInt8(ascii: "'") {
            at += 1
            return string(from: start, backslash: false)
        }
        add(.word, word, line: line, from: start)
    }

    private static let pairs: Set<String> = [
        "<=", ">=", "<>", "!=", "==", "||", "!~", "~*", "->", "=>", "&&", "<<", ">>", "@>", "<@", ":=",
    ]

    private mutating func sign() {
        let start = at
        if bytes[at] == UInt8(ascii: "!"), peek(1) == UInt8(ascii: "~"), peek(2) == UInt8(ascii: "*") {
            at += 3
        } else if at + 1 < bytes.count, Self.pairs.contains(text(at..<at + 2)) {
            at += 2
        } else {
            at += 1
        }
        add(.sign, text(start..<at), line: line, from: start)
    }
}

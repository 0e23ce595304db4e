/// A here-document that a line announced and whose body follows it.
struct HereDocument {
    /// The index of the token that stands for it.
    let token: Int
    let tag: [UInt8]
    /// Whether the closing tag may be indented (`<<-`, `<<~`).
    let mayIndent: Bool
    let isRaw: Bool
}

extension Lexer {
    mutating func readRubyString() -> Bool {
        switch byte() {
        case .single:
            readBody(StringStyle(close: [.single], quote: "'", isLong: true), opening: 1)
        case .double:
            readBody(StringStyle(close: [.double], quote: "\"", isLong: true, hole: .hashBrace), opening: 1)
        case .back:
            readBody(StringStyle(close: [.back], quote: "`", isLong: true, hole: .hashBrace), opening: 1)
        case .colon: return readSymbol()
        case .percent: return readPercent()
        case .less: return readHereDocumentStart()
        case .slash where mayBeginPattern: return readPattern()
        case .question:
            // `?a` is a string of one character where a value may stand.
            guard Self.isPart(byte(1)), !Self.isPart(byte(2)), let last = tokens.last, last.kind == .mark,
                ![")", "]", "}"].contains(last.text)
            else { return false }
            add(
                Token(
                    kind: .string, text: text(place + 1, place + 2), line: line, column: place - lineStart,
                    isFirst: isFirst, quote: "?"))
            place += 2
        default: return false
        }
        return true
    }

    private mutating func readSymbol() -> Bool {
        if byte(1) == .colon { return false }
        if byte(1) == .double || byte(1) == .single {
            // `a ? "x" :"y"` is rare and comes to the same.
            let quote = byte(1)
            var style = StringStyle(close: [quote], quote: quote == .double ? "\"" : "'")
            if quote == .double { style.hole = .hashBrace }
            readBody(style, opening: 2, kind: .symbol)
            return true
        }
        guard Self.beginsWord(byte(1)), place == 0 || !Self.isPart(source[place - 1]) else { return false }
        let start = place + 1
        let column = place - lineStart
        place = start
        while place < end, Self.isPart(byte()) { place += 1 }
        if byte() == .question || byte() == .bang { place += 1 }
        add(
            Token(kind: .symbol, text: text(start, place), line: line, column: column, isFirst: isFirst))
        return true
    }

    /// `%w[a b]` becomes a bracket, its strings and a bracket, without commas; `%i[…]` likewise, of symbols.
    private mutating func readPercent() -> Bool {
        let letter = byte(1)
        let isLettered = Self.beginsWord(letter)
        let opening = byte(isLettered ? 2 : 1)
        guard let close = Self.closing(opening) else { return false }
        switch letter {
        case UInt8(ascii: "w"), UInt8(ascii: "W"), UInt8(ascii: "i"), UInt8(ascii: "I"):
            readWords(
                close: close,
                kind: letter == UInt8(ascii: "w") || letter == UInt8(ascii: "W") ? .string : .symbol)
        case UInt8(ascii: "q"), UInt8(ascii: "Q"), UInt8(ascii: "s"):
            var style = StringStyle(close: [close], quote: "%", isLong: true)
            style.nests = close == opening ? nil : opening
            if letter == UInt8(ascii: "Q") { style.hole = .hashBrace }
            readBody(style, opening: 3)
        case UInt8(ascii: "r"):
            var style = StringStyle(close: [close], quote: "/", isLong: true)
            style.nests = close == opening ? nil : opening
            readBody(style, opening: 3, kind: .pattern)
        default:
            // `%(…)` where a value may stand; elsewhere it is a remainder.
            guard !isLettered, opening == .openRound || opening == .openSquare || opening == .openBrace,
                tokens.last.map({ $0.kind == .mark && ![")", "]", "}"].contains($0.text) }) ?? true
            else { return false }
            readBody(
                StringStyle(close: [close], quote: "%", isLong: true, hole: .hashBrace, nests: opening),
                opening: 2)
        }
        return true
    }

    private static func closing(_ opening: UInt8) -> UInt8? {
        switch opening {
        case .openRound: .closeRound
        case .openSquare: .closeSquare
        case .openBrace: .closeBrace
        case .less: .greater
        case UInt8(ascii: "|"), .bang, .slash: opening
        default: nil
        }
    }

    private mutating func readWords(close: UInt8, kind: Token.Kind) {
        add(
            Token(
                kind: .mark, text: "[", line: line, column: place - lineStart, isFirst: isFirst, quote: "%w"))
        place += 3
        while place < end, byte() != close {
            if byte() == .newline {
                stepLine()
            } else if byte() == 0x20 || byte() == 0x09 || byte() == 0x0D {
                place += 1
            } else {
                let start = place
                while place < end, byte() != close, byte() != .newline, byte() != 0x20, byte() != 0x09 {
                    place += 1
                }
                add(
                    Token(
                        kind: kind, text: text(start, place), line: line, column: start - lineStart,
                        isFirst: isFirst, quote: "%w"))
            }
        }
        add(
            Token(
                kind: .mark, text: "]", line: line, column: place - lineStart, isFirst: false, quote: "%w"))
        place = min(place + 1, end)
    }

    /// `<<~SQL`, `<<-'SQL'`, `<<SQL`. The body is read when the line ends.
    private mutating func readHereDocumentStart() -> Bool {
        guard starts("<<") else { return false }
        var ahead = 2
        let mayIndent = byte(2) == .tilde || byte(2) == .dash
        if mayIndent { ahead += 1 }
        let quote = byte(ahead)
        let isQuoted = quote == .single || quote == .double || quote == .back
        if isQuoted { ahead += 1 }
        // `a << B` appends; a here-document without a sign begins with a capital and follows no space.
        let first = byte(ahead)
        let isCapital = first >= 0x41 && first <= 0x5A
        guard isQuoted || mayIndent ? Self.beginsWord(first) : isCapital else { return false }
        if !mayIndent, !isQuoted, let last = tokens.last, last.kind != .mark, place > 0,
            source[place - 1] != 0x20
        {
            return false
        }
        let start = place + ahead
        var stop = start
        while stop < end, Self.isPart(source[stop]) { stop += 1 }
        if isQuoted, stop >= end || source[stop] != quote { return false }
        documents.append(
            HereDocument(
                token: tokens.count, tag: Array(source[start..<stop]), mayIndent: mayIndent,
                isRaw: quote == .single))
        add(
            Token(
                kind: .string, text: "", line: line, column: place - lineStart, isFirst: isFirst, quote: "<<")
        )
        place = isQuoted ? stop + 1 : stop
        return true
    }

    /// Reads the bodies of the here-documents of the line that just ended.
    mutating func readDocuments() {
        let announced = documents
        documents = []
        for document in announced {
            let old = tokens[document.token]
            // Lines of the body begin one below the token's line, or further where several were announced.
            var builder = StringBuilder(line: old.line, column: old.column, isFirst: old.isFirst)
            for _ in old.line..<line { builder.breaks.append(0) }
            while place < end {
                let start = place
                var stop = place
                while stop < end, source[stop] != .newline { stop += 1 }
                var first = start
                if document.mayIndent {
                    while first < stop, source[first] == 0x20 || source[first] == 0x09 { first += 1 }
                }
                var last = stop
                if last > first, source[last - 1] == 0x0D { last -= 1 }
                if source[first..<last].elementsEqual(document.tag) {
                    place = stop
                    if place < end { stepLine() }
                    break
                }
                if document.isRaw {
                    builder.bytes.append(contentsOf: source[start..<stop])
                } else {
                    addLine(start..<stop, to: &builder)
                }
                builder.bytes.append(.newline)
                place = stop
                if place < end { stepLine() }
                builder.breaks.append(builder.bytes.count)
            }
            tokens[document.token] = builder.token(kind: .string, quote: "<<")
        }
    }

    private func addLine(_ range: Range<Int>, to builder: inout StringBuilder) {
        var index = range.lowerBound
        while index < range.upperBound {
            guard source[index] == .hash, index + 1 < range.upperBound, source[index + 1] == .openBrace else {
                builder.bytes.append(source[index])
                index += 1
                continue
            }
            var depth = 0
            var stop = index + 1
            while stop < range.upperBound {
                if source[stop] == .openBrace { depth += 1 }
                if source[stop] == .closeBrace {
                    depth -= 1
                    if depth == 0 { break }
                }
                stop += 1
            }
            builder.addHole(text(index + 2, stop), line: line)
            index = stop + 1
        }
    }
}

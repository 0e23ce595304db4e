/// A piece of SQL as its tokens, each with its place in the text, so that a part of it can be taken out word for word.
///
/// It knows what both databases allow: `'…'` and `E'…'`, dollar quotes, `"…"`, `` `…` ``, `[…]`, both kinds of
/// comments (PostgreSQL's nest).
struct SQLTokens {
    /// One token.
    struct Token: Hashable {
        enum Kind: Hashable {
            /// A text; ``Token/text`` is its content.
            case literal
            /// A name or a key word; lower case unless it was quoted.
            case word
            /// A quoted name. SQLite takes `"…"` for a text where there is no such column.
            case quotedName
            case number
            case sign
        }
        let kind: Kind
        let text: String
        /// Where it stands, in scalars.
        let range: Range<Int>

        func isWord(_ word: String) -> Bool { kind == .word && text == word }
        func isSign(_ sign: String) -> Bool { kind == .sign && text == sign }
        /// A name, quoted or not.
        var isName: Bool { kind == .word || kind == .quotedName }
    }

    let scalars: [Unicode.Scalar]
    private(set) var tokens: [Token] = []

    /// Takes SQL apart.
    init(_ sql: String) {
        scalars = Array(sql.unicodeScalars)
        var index = 0
        while index < scalars.count { read(&index) }
    }

    /// The text of a range, word for word.
    func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range.clamped(to: 0..<scalars.count)])
        return String(view)
    }

    /// The text from a token to another one, both included.
    func text(from first: Int, through last: Int) -> String {
        guard tokens.indices.contains(first), tokens.indices.contains(last), first <= last else { return "" }
        return text(tokens[first].range.lowerBound..<tokens[last].range.upperBound)
    }

    /// The token that closes the parenthesis that `open` opens.
    func closing(_ open: Int) -> Int? {
        var depth = 0
        for index in tokens.indices where index >= open {
            if tokens[index].isSign("(") { depth += 1 }
            if tokens[index].isSign(")") {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    private func scalar(_ index: Int) -> Unicode.Scalar? {
        index < scalars.count ? scalars[index] : nil
    }

    private mutating func add(_ kind: Token.Kind, _ text: String, _ range: Range<Int>) {
        tokens.append(Token(kind: kind, text: text, range: range))
    }

    private mutating func read(_ index: inout Int) {
        let start = index
        let first = scalars[index]
        if first.properties.isWhitespace {
            index += 1
        } else if first == "-", scalar(index + 1) == "-" {
            while let next = scalar(index), next != "\n" { index += 1 }
        } else if first == "/", scalar(index + 1) == "*" {
            skipComment(&index)
        } else if first == "'" {
            add(.literal, quoted(&index, end: "'"), start..<index)
        } else if first == "e" || first == "E", scalar(index + 1) == "'" {
            index += 1
            add(.literal, quoted(&index, end: "'", escapes: true), start..<index)
        } else if first == "\"" || first == "`" {
            add(.quotedName, quoted(&index, end: first), start..<index)
        } else if first == "[", let end = bracketed(index) {
            add(.quotedName, text((index + 1)..<end), start..<(end + 1))
            index = end + 1
        } else if first == "$", let tag = dollarTag(index) {
            readDollar(&index, tag)
        } else if isBeginning(first) {
            while let next = scalar(index), isBeginning(next) || isDigit(next) || next == "$" { index += 1 }
            add(.word, text(start..<index).lowercased(), start..<index)
        } else if isDigit(first) {
            while let next = scalar(index), isDigit(next) || next == "." { index += 1 }
            add(.number, text(start..<index), start..<index)
        } else {
            let pair = text(index..<min(index + 2, scalars.count))
            index += ["<>", "::", ">=", "<=", "||", "!=", ":=", "=="].contains(pair) ? 2 : 1
            add(.sign, text(start..<index), start..<index)
        }
    }

    private func isBeginning(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private func skipComment(_ index: inout Int) {
        var depth = 0
        while let next = scalar(index) {
            if next == "/", scalar(index + 1) == "*" {
                depth += 1
                index += 2
            } else if next == "*", scalar(index + 1) == "/" {
                depth -= 1
                index += 2
                if depth == 0 { return }
            } else {
                index += 1
            }
        }
    }

    private func quoted(_ index: inout Int, end: Unicode.Scalar, escapes: Bool = false) -> String {
        var content = String.UnicodeScalarView()
        index += 1
        while let next = scalar(index) {
            index += 1
            if next == end {
                guard scalar(index) == end else { break }
                index += 1
            } else if escapes, next == "\\", let escaped = scalar(index) {
                index += 1
                content.append(escaped == "n" ? "\n" : escaped == "t" ? "\t" : escaped)
                continue
            }
            content.append(next)
        }
        return String(content)
    }

    /// The end of `[name]`, SQLite's; an array's index is no name.
    private func bracketed(_ index: Int) -> Int? {
        if let last = tokens.last, last.isName || last.isSign("]") || last.isSign(")") {
            if last.range.upperBound == index || last.isWord("array") { return nil }
        }
        var end = index + 1
        while let next = scalar(end), isBeginning(next) || isDigit(next) || next == " " { end += 1 }
        guard scalar(end) == "]", let first = scalar(index + 1), isBeginning(first) else { return nil }
        return end
    }

    private func dollarTag(_ index: Int) -> String? {
        var end = index + 1
        while let next = scalar(end), isBeginning(next) || isDigit(next) { end += 1 }
        guard scalar(end) == "$", end == index + 1 || scalar(index + 1).map(isDigit) == false else {
            return nil
        }
        return text(index..<(end + 1))
    }

    private mutating func readDollar(_ index: inout Int, _ tag: String) {
        let start = index
        let mark = Array(tag.unicodeScalars)
        index += mark.count
        let content = index
        while index < scalars.count, !scalars[index...].starts(with: mark) { index += 1 }
        let end = index
        index = min(index + mark.count, scalars.count)
        add(.literal, text(content..<end), start..<index)
    }
}

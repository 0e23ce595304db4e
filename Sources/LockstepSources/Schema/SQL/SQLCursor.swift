/// Reads the tokens of a statement from the front.
struct SQLCursor {
    private(set) var tokens: ArraySlice<SQLToken>
    private let lastLine: Int

    init(_ tokens: ArraySlice<SQLToken>) {
        self.tokens = tokens
        lastLine = tokens.last?.line ?? 1
    }

    init(_ tokens: [SQLToken]) { self.init(tokens[...]) }

    var isAtEnd: Bool { tokens.isEmpty }
    var first: SQLToken? { tokens.first }
    var line: Int { tokens.first?.line ?? lastLine }

    /// The token after so many others.
    func peek(_ offset: Int) -> SQLToken? {
        let index = tokens.startIndex + offset
        return index < tokens.endIndex ? tokens[index] : nil
    }

    @discardableResult
    mutating func next() -> SQLToken? { tokens.popFirst() }

    func isWord(_ word: String, at offset: Int = 0) -> Bool { peek(offset)?.isWord(word) == true }

    func isSign(_ sign: String, at offset: Int = 0) -> Bool { peek(offset)?.isSign(sign) == true }

    /// Takes these words when they come next, all of them or none.
    mutating func take(_ words: String...) -> Bool {
        for (offset, word) in words.enumerated() where !isWord(word, at: offset) { return false }
        tokens.removeFirst(words.count)
        return true
    }

    mutating func takeSign(_ sign: String) -> Bool {
        guard isSign(sign) else { return false }
        tokens.removeFirst()
        return true
    }

    mutating func takeString() -> String? {
        guard let token = first, token.kind == .string else { return nil }
        tokens.removeFirst()
        return token.text
    }

    /// Takes a name, with its database schema where one is written. A place to be filled in before a name is passed over.
    mutating func takeName() -> SQLName? {
        var parts: [String] = []
        while let token = first {
            if token.kind == .hole {
                guard let after = peek(1), after.isName && after.isTight || after.isSign(".") else {
                    if parts.isEmpty, !token.text.hasPrefix("$"), token.text != "?" {
                        tokens.removeFirst()
                        return SQLName(namespace: nil, name: "{\(token.text)}")
                    }
                    break
                }
                tokens.removeFirst()
                if isSign(".") { tokens.removeFirst() }
                continue
            }
            guard token.isName || (token.kind == .string && parts.isEmpty) else { break }
            tokens.removeFirst()
            parts.append(token.text)
            // What is glued to a name by a template belongs to it no more than the template does.
            if let hole = first, hole.kind == .hole, hole.isTight, !isSign(".", at: 1) {
                tokens.removeFirst()
            }
            guard isSign("."), let after = peek(1), after.isName || after.kind == .hole else { break }
            tokens.removeFirst()
        }
        guard let name = parts.last else { return nil }
        return SQLName(namespace: parts.count > 1 ? parts[parts.count - 2] : nil, name: name)
    }

    /// Takes what stands between the brackets that open here, without the brackets; nil when none opens.
    mutating func takeGroup() -> ArraySlice<SQLToken>? {
        guard isSign("(") else { return nil }
        var depth = 0
        let start = tokens.startIndex
        for index in tokens.indices {
            if tokens[index].isSign("(") { depth += 1 }
            if tokens[index].isSign(")") { depth -= 1 }
            guard depth == 0 else { continue }
            let group = tokens[start + 1..<index]
            tokens = tokens[(index + 1)...]
            return group
        }
        // A bracket without an end: what is there is taken.
        let group = tokens[(start + 1)...]
        tokens = tokens[tokens.endIndex...]
        return group
    }

    /// The parts of a list, cut at the commas outside of brackets.
    static func parts(of list: ArraySlice<SQLToken>) -> [ArraySlice<SQLToken>] {
        var parts: [ArraySlice<SQLToken>] = []
        var depth = 0
        var start = list.startIndex
        for index in list.indices {
            let token = list[index]
            guard token.kind == .sign else { continue }
            switch token.text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "," where depth == 0:
                parts.append(list[start..<index])
                start = index + 1
            default: break
            }
        }
        if start < list.endIndex { parts.append(list[start...]) }
        return parts
    }
}

/// The name of a table or a type.
struct SQLName: Sendable, Hashable {
    /// The database schema; nil where none is written.
    let namespace: String?
    let name: String
}

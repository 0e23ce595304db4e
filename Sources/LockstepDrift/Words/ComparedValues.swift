/// The texts that a piece of SQL compares a column with, gives it, or tries it against: where a copy of its names can
/// go stale.
struct ComparedValues {
    /// In the order in which they stand.
    private(set) var values: [String] = []
    /// Whether the column is compared by order: `<`, `>`, `BETWEEN`, `ORDER BY`, `min` or `max`.
    private(set) var isOrdered = false

    private var tokens: [SQLTokens.Token] = []
    private let column: String

    /// - Parameter sql: an expression, a query, or the text of a function.
    init(_ sql: String, column: String) {
        self.column = column.lowercased()
        tokens = Self.plain(SQLTokens(Self.body(of: sql)).tokens)
        for index in tokens.indices where isColumn(index) {
            readRight(of: index)
            readLeft(of: index)
            readCase(around: index)
            readOrder(around: index)
        }
    }

    /// A whole `CREATE FUNCTION` keeps its statements in a literal.
    private static func body(of sql: String) -> String {
        let tokens = SQLTokens(sql).tokens
        guard tokens.first?.isWord("create") == true,
            let place = tokens.firstIndex(where: { $0.isWord("as") }), place + 1 < tokens.count,
            tokens[place + 1].kind == .literal, tokens.contains(where: { $0.isWord("function") })
        else { return sql }
        return tokens[place + 1].text
    }

    /// Without parentheses and casts: `((status)::text = ANY ((ARRAY['a'::text])::text[]))` and `status IN ('a')` come to
    /// the same.
    private static func plain(_ all: [SQLTokens.Token]) -> [SQLTokens.Token] {
        let words = ["character", "varying", "double", "precision"]
        var plain: [SQLTokens.Token] = []
        var index = 0
        while index < all.count {
            let token = all[index]
            if token.isSign("(") || token.isSign(")") {
                index += 1
            } else if token.isSign("::") {
                index += 2
                while index < all.count {
                    if index + 1 < all.count, all[index].isSign("."), all[index + 1].isName {
                        index += 2
                    } else if all[index].isWord("varying") || all[index].isWord("precision") {
                        index += 1
                    } else if index + 1 < all.count, all[index].isSign("["), all[index + 1].isSign("]") {
                        index += 2
                    } else if index + 2 < all.count, all[index].isSign("("), all[index + 1].kind == .number {
                        index += 3
                    } else {
                        break
                    }
                }
            } else if token.isWord("cast") || words.contains(token.text) && token.kind == .word {
                index += 1
            } else {
                plain.append(token)
                index += 1
            }
        }
        return plain
    }

    private func token(_ index: Int) -> SQLTokens.Token? {
        tokens.indices.contains(index) ? tokens[index] : nil
    }

    private func isColumn(_ index: Int) -> Bool {
        guard tokens[index].isName, tokens[index].text.lowercased() == column else { return false }
        // `status.x` is a table or a type of that name.
        return token(index + 1)?.isSign(".") != true
    }

    private mutating func take(_ index: Int) -> Bool {
        guard let token = token(index), token.kind == .literal else { return false }
        if token.text.hasPrefix("{"), token.text.hasSuffix("}") {
            values += token.text.dropFirst().dropLast().split(separator: ",")
                .map { String($0).replacing("\"", with: "") }
        } else {
            values.append(token.text)
        }
        return true
    }

    private mutating func readRight(of index: Int) {
        var next = index + 1
        guard let sign = token(next) else { return }
        if ["=", "==", "<>", "!=", ":="].contains(sign.text), sign.kind == .sign {
            next += 1
        } else if ["<", ">", "<=", ">="].contains(sign.text), sign.kind == .sign {
            isOrdered = true
            next += 1
        } else if sign.isWord("is") {
            next += 1
            if token(next)?.isWord("not") == true { next += 1 }
            if token(next)?.isWord("distinct") == true { next += 2 }
        } else if sign.isWord("between") {
            isOrdered = true
            next += 1
            if take(next) { _ = take(next + 2) }
            return
        } else {
            if sign.isWord("not") { next += 1 }
            guard token(next)?.isWord("in") == true else { return }
            return readList(from: next + 1)
        }
        if let word = token(next), word.isWord("any") || word.isWord("all") || word.isWord("some") {
            return readList(from: next + 1)
        }
        _ = take(next)
    }

    private mutating func readList(from start: Int) {
        var index = start
        while let token = token(index) {
            if token.isWord("array") || token.isSign("[") || token.isSign(",") || token.isWord("null") {
                index += 1
            } else if take(index) {
                index += 1
            } else {
                return
            }
        }
    }

    /// `'a' = status`, `'a' = old.status`
    private mutating func readLeft(of index: Int) {
        var place = index
        while place >= 2, tokens[place - 1].isSign("."), tokens[place - 2].isName { place -= 2 }
        guard place >= 2, let sign = token(place - 1), sign.kind == .sign else { return }
        if ["=", "<>", "!="].contains(sign.text) { _ = take(place - 2) }
        if ["<", ">", "<=", ">="].contains(sign.text) {
            isOrdered = true
            _ = take(place - 2)
        }
    }

    /// `CASE status WHEN 'a' THEN …`
    private mutating func readCase(around index: Int) {
        var place = index
        while place >= 2, tokens[place - 1].isSign("."), tokens[place - 2].isName { place -= 2 }
        guard place >= 1, tokens[place - 1].isWord("case") else { return }
        var depth = 1
        var next = index + 1
        while let token = token(next), depth > 0 {
            if token.isWord("case") { depth += 1 }
            if token.isWord("end") { depth -= 1 }
            if depth == 1, token.isWord("when") {
                var value = next + 1
                while take(value) { value += self.token(value + 1)?.isSign(",") == true ? 2 : 1 }
            }
            next += 1
        }
    }

    private mutating func readOrder(around index: Int) {
        var place = index
        while place >= 2, tokens[place - 1].isSign("."), tokens[place - 2].isName { place -= 2 }
        guard place >= 1 else { return }
        let before = tokens[place - 1]
        if ["min", "max", "greatest", "least"].contains(before.text), before.kind == .word {
            isOrdered = true
        }
        if before.isWord("by"), place >= 2, tokens[place - 2].isWord("order") { isOrdered = true }
    }
}

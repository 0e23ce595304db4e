/// The texts that a piece of SQL compares a column with, gives it, or tries it against: where a copy of its names can
/// go stale.
struct ComparedValues {
    /// In the order in which they stand.
    private(set) var values: [String] = []
    /// Whether the column is compared by order: `<`, `>`, `BETWEEN`, `ORDER BY`, `min` or `max`.
    private(set) var isOrdered = false

    private var tokens: [SQLTokens.Token] = []
    private let column: String
    /// What the table is called where its columns are qualified; empty where it is not named.
    private let tables: Set<String>

    /// - Parameters:
    ///   - sql: an expression, a query, or the text of a function.
    ///   - table: whose column it is: another table's of the same name does not count where the text tells them apart.
    init(_ sql: String, column: String, of table: String = "") {
        self.column = column.lowercased()
        let raw = SQLTokens(Self.body(of: sql)).tokens
        tables = Self.aliases(of: table.lowercased(), in: raw)
        readInserts(raw, into: table.lowercased())
        tokens = Self.plain(raw)
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
        guard token(index + 1)?.isSign(".") != true else { return false }
        guard index >= 2, tokens[index - 1].isSign("."), !tables.isEmpty else { return true }
        return tables.contains(tokens[index - 2].text.lowercased())
    }

    /// What follows the table's name and is no key word: `orders o`, `orders AS o`.
    private static func aliases(of table: String, in tokens: [SQLTokens.Token]) -> Set<String> {
        var found: Set<String> = []
        for index in tokens.indices
        where tokens[index].isName && tokens[index].text.lowercased() == table && !table.isEmpty {
            found.formUnion([table, "old", "new", "excluded"])
            var next = index + 1
            if next < tokens.count, tokens[next].isWord("as") { next += 1 }
            if next < tokens.count, tokens[next].isName { found.insert(tokens[next].text.lowercased()) }
        }
        return found
    }

    /// `INSERT INTO orders (id, status) VALUES (1, 'a')`
    private mutating func readInserts(_ tokens: [SQLTokens.Token], into table: String) {
        /// The items between a parenthesis and the one that closes it, and the place behind it.
        func list(_ open: Int) -> (items: [ArraySlice<SQLTokens.Token>], end: Int)? {
            guard open < tokens.count, tokens[open].isSign("(") else { return nil }
            var items: [ArraySlice<SQLTokens.Token>] = []
            var (depth, start) = (0, open + 1)
            for index in tokens.indices where index >= open {
                if tokens[index].isSign("(") { depth += 1 }
                if tokens[index].isSign(")") { depth -= 1 }
                if depth == 1, tokens[index].isSign(",") {
                    items.append(tokens[start..<index])
                    start = index + 1
                } else if depth == 0 {
                    items.append(tokens[start..<index])
                    return (items, index + 1)
                }
            }
            return nil
        }
        for index in tokens.indices.dropLast(2)
        where tokens[index].isWord("insert") && tokens[index + 1].isWord("into") {
            guard let open = (index..<tokens.count).first(where: { tokens[$0].isSign("(") }),
                tokens[open - 1].text.lowercased() == table, let columns = list(open),
                let place = columns.items.firstIndex(where: { $0.first?.text.lowercased() == column }),
                columns.end < tokens.count, tokens[columns.end].isWord("values")
            else { continue }
            var next = columns.end + 1
            while let row = list(next) {
                if row.items.indices.contains(place), let value = row.items[place].first,
                    value.kind == .literal
                {
                    values.append(value.text)
                }
                guard row.end < tokens.count, tokens[row.end].isSign(",") else { break }
                next = row.end + 1
            }
        }
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

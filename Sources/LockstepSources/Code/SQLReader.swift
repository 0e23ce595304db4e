/// SQL in files and in strings: which literal is written to, or compared with, which column of which table.
extension CodeReader {
    /// A file of queries. Files that make schemas are migrations or dumps: what they insert is not looked at.
    mutating func readSQLFile() {
        guard file.role == .code else { return }
        readStatements(list) { $0 }
    }

    private static let starts: Set<String> = [
        "select", "insert", "update", "delete", "with", "merge", "replace",
    ]

    static func looksLikeSQL(_ text: String) -> Bool {
        let words = text.utf8.prefix(4_000).split { !Lexer.isPart($0) }.prefix(400)
        guard let first = words.first else { return false }
        func word(_ bytes: Substring.UTF8View.SubSequence) -> String {
            String(decoding: bytes, as: UTF8.self).lowercased()
        }
        let start = word(first)
        guard
            starts.contains(start) || ["and", "where", "or", "set", "from", "join"].contains(start)
                || text.utf8.contains(UInt8(ascii: "'"))
        else { return false }
        var has = Set<String>()
        for bytes in words { has.insert(word(bytes)) }
        if starts.contains(start) {
            return has.contains("from") || has.contains("set") || has.contains("into")
                || has.contains("where")
        }
        return has.contains("where") || (["and", "or", "where", "set"].contains(start) && text.contains("="))
    }

    private static let stops: Set<String> = [
        "where", "set", "on", "using", "values", "select", "left", "right", "inner", "outer", "full", "cross",
        "join",
        "group", "order", "limit", "returning", "as", "union", "from", "for", "having", "when", "then",
        "default", "do",
        "lateral", "and", "or", "with", "not", "in", "is", "natural", "window", "offset", "if", "only",
    ]

    mutating func readStatements(_ sql: TokenList, line: (Int) -> Int) {
        var start = 0
        for index in 0...sql.count where index == sql.count || sql.isMark(";", at: index) {
            if start < index { readStatement(sql, start..<index, line: line) }
            start = index + 1
        }
    }

    private mutating func readStatement(_ sql: TokenList, _ range: Range<Int>, line: (Int) -> Int) {
        let first = sql[range.lowerBound].text.lowercased()
        // What makes a schema is read elsewhere.
        guard !["create", "alter", "drop", "comment", "grant", "do"].contains(first) else { return }
        let before = facts.uses.count
        var tables: [String: String] = [:]
        var order: [String] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let word = sql[index].text.lowercased()
            if sql[index].kind == .word, ["from", "join", "update", "into"].contains(word) {
                addTable(sql, index + 1, range, &tables, &order)
                if word == "into" { readInsert(sql, index + 1, range, line: line) }
            }
            index += 1
        }
        for index in range
        where sql[index].kind == .word && columns.contains(NameWords.folded(sql[index].text)) {
            readComparison(sql, index, range, tables: tables, order: order, line: line)
        }
        if first == "update" || first == "with" { addMoves(of: facts.uses[before...]) }
    }

    private func addTable(
        _ sql: TokenList, _ start: Int, _ range: Range<Int>, _ tables: inout [String: String],
        _ order: inout [String]
    ) {
        var place = start
        while let word = sql.at(place), ["only", "ignore", "table"].contains(word.text.lowercased()) {
            place += 1
        }
        guard place < range.upperBound, let first = sql.at(place), first.kind == .word,
            !Self.stops.contains(first.text.lowercased())
        else { return }
        var table = first.text
        while sql.isMark(".", at: place + 1), let next = sql.at(place + 2), next.kind == .word {
            table = next.text
            place += 2
        }
        if table == Token.placeholder { return }
        if !order.contains(table) { order.append(table) }
        tables[table.lowercased()] = table
        place += 1
        if sql.at(place)?.text.lowercased() == "as" { place += 1 }
        if place < range.upperBound, let alias = sql.at(place), alias.kind == .word,
            !Self.stops.contains(alias.text.lowercased())
        {
            tables[alias.text.lowercased()] = table
        }
    }

    /// `INSERT INTO t (a, b) VALUES ('x', …), (…)`: by position.
    private mutating func readInsert(_ sql: TokenList, _ start: Int, _ range: Range<Int>, line: (Int) -> Int)
    {
        var place = start
        guard var table = sql.at(place)?.text else { return }
        while sql.isMark(".", at: place + 1), let next = sql.at(place + 2) {
            table = next.text
            place += 2
        }
        guard sql.isMark("(", at: place + 1), sql.isClosed(place + 1),
            sql.close(of: place + 1) < range.upperBound
        else { return }
        let names = sql.parts(in: place + 1).map { sql[$0.lowerBound].text }
        var open = sql.close(of: place + 1) + 1
        guard sql.at(open)?.text.lowercased() == "values" else { return }
        open += 1
        while sql.isMark("(", at: open), open < range.upperBound {
            for (name, part) in zip(names, sql.parts(in: open)) where columns.contains(NameWords.folded(name))
            {
                let value = sql[part.lowerBound]
                if let text = value.plainString, isWhole(sql, part) {
                    addSQL(name, table, text, .write, line: line(value.line))
                } else if let given = sqlParameters.given(sql, part.lowerBound) {
                    addSQL(name, table, given.value, .write, line: given.line)
                }
            }
            open = sql.close(of: open) + 1
            guard sql.isMark(",", at: open) else { break }
            open += 1
        }
    }

    /// A literal alone, or with a cast.
    private func isWhole(_ sql: TokenList, _ part: Range<Int>) -> Bool {
        part.count == 1 || sql.isMark("::", at: part.lowerBound + 1)
    }

    private mutating func readComparison(
        _ sql: TokenList, _ index: Int, _ range: Range<Int>, tables: [String: String], order: [String],
        line: (Int) -> Int
    ) {
        var table: String?
        if sql.isMark(".", at: index - 1), let alias = sql.at(index - 2) {
            table = tables[alias.text.lowercased()]
            if table == nil, alias.text.lowercased() == "excluded" { table = order.first }
            // `o.status` of a statement in pieces: the alias may still be the table's own name.
            if table == nil { table = alias.text }
        } else if order.count == 1 {
            table = order[0]
        }
        let name = sql[index].text
        var place = index + 1
        while sql.isMark("::", at: place) { place += 2 }
        guard place < range.upperBound, let sign = sql.at(place) else { return }
        let word = sign.text.lowercased()
        var form = ValueUse.Form.comparison
        var values: [(String, Int)] = []
        let isNegated = ["<>", "!=", "not"].contains(word)
        if sign.kind == .mark, ["=", "<>", "!="].contains(word) {
            if word == "=", isAssignment(sql, index, range.lowerBound) { form = .write }
            if let given = sqlParameters.given(sql, place + 1), !continues(sql, place + 2) {
                addSQL(
                    name, table ?? "", given.value, form, line: given.line, isNegated: isNegated)
                return
            }
            if let value = sql.at(place + 1), let text = value.plainString, !continues(sql, place + 2) {
                values.append((text, value.line))
            } else if ["any", "all"].contains(sql.at(place + 1)?.text.lowercased() ?? ""),
                sql.isMark("(", at: place + 2)
            {
                values = anyValues(sql, place + 2)
            } else if form == .write, sql.at(place + 1)?.text.lowercased() == "case" {
                values = caseValues(sql, place + 2, range)
            }
        } else if word == "in" || (word == "not" && sql.at(place + 1)?.text.lowercased() == "in") {
            let open = word == "in" ? place + 1 : place + 2
            if sql.isMark("(", at: open), sql.isClosed(open) {
                values = sql.parts(in: open).compactMap { part in
                    guard let text = sql[part.lowerBound].plainString, isWhole(sql, part) else { return nil }
                    return (text, sql[part.lowerBound].line)
                }
            }
        }
        for (text, at) in values {
            addSQL(name, table ?? "", text, form, line: line(at), isNegated: isNegated)
        }
    }

    /// `'a' || x` is not the whole value.
    private func continues(_ sql: TokenList, _ place: Int) -> Bool {
        sql.isMark("||", at: place) || sql.isMark("->", at: place)
    }

    private func anyValues(_ sql: TokenList, _ open: Int) -> [(String, Int)] {
        (open..<min(sql.close(of: open), sql.count)).flatMap { index -> [(String, Int)] in
            // What a function is given is the name of a parameter as often as not.
            guard let text = sql[index].plainString,
                sql.isMark("(", at: index - 1) ? index - 1 == open : !sql.isMark(".", at: index - 1),
                sql.isMark("(", at: index - 1) || sql.isMark("[", at: index - 1)
                    || sql.isMark(",", at: index - 1)
            else { return [] }
            if text.hasPrefix("{"), text.hasSuffix("}") {
                return text.dropFirst().dropLast().split(separator: ",").map { part in
                    (
                        String(
                            part.drop { $0 == " " || $0 == "\"" }.reversed().drop { $0 == " " || $0 == "\"" }
                                .reversed()), sql[index].line
                    )
                }
            }
            return [(text, sql[index].line)]
        }
    }

    private func caseValues(_ sql: TokenList, _ start: Int, _ range: Range<Int>) -> [(String, Int)] {
        var values: [(String, Int)] = []
        var place = start
        var depth = 1
        while place < range.upperBound, depth > 0, place - start < 400 {
            switch sql[place].text.lowercased() {
            case "case" where sql[place].kind == .word: depth += 1
            case "end" where sql[place].kind == .word: depth -= 1
            case "then", "else":
                if depth == 1, sql[place].kind == .word, let value = sql.at(place + 1),
                    let text = value.plainString
                {
                    values.append((text, value.line))
                }
            default: break
            }
            place += 1
        }
        return values
    }

    /// Whether `status = 'x'` stands behind SET rather than behind WHERE or ON.
    private func isAssignment(_ sql: TokenList, _ index: Int, _ start: Int) -> Bool {
        var place = index - 1
        while place >= start {
            let token = sql[place]
            if token.kind == .mark, sql.partners[place] >= 0 {
                if sql.partners[place] > place { return false }
                place = sql.partners[place]
            } else if token.kind == .word {
                switch token.text.lowercased() {
                case "set": return true
                case "where", "on", "when", "and", "or", "case", "having", "select", "then": return false
                default: break
                }
            }
            place -= 1
        }
        return false
    }

    private mutating func addSQL(
        _ name: String, _ table: String, _ value: String, _ form: ValueUse.Form, line: Int,
        isNegated: Bool = false
    ) {
        // What a format fills in later is no value yet.
        guard !value.isEmpty, value.utf8.count <= 80, !value.contains(Token.placeholder),
            !value.contains(where: { "{}%$<".contains($0) })
        else { return }
        addSQL(name, table, .literal(value), form, line: line, isNegated: isNegated)
    }

    private mutating func addSQL(
        _ name: String, _ table: String, _ value: ValueUse.Value, _ form: ValueUse.Form, line: Int,
        isNegated: Bool = false
    ) {
        if case .literal(let text) = value, text.isEmpty || text.utf8.count > 80 { return }
        facts.uses.append(
            ValueUse(
                name: name, receiver: nil, table: table, context: [], value: value, form: form,
                place: place(line), language: file.language, role: file.role, isNegated: isNegated))
    }
}

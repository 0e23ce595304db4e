/// The moves that triggers let through: `OLD.status = 'new' AND NEW.status IN ('paid', 'lost')`, or refuse all but:
/// `IF OLD.status = 'new' AND NEW.status NOT IN ('paid', 'lost') THEN RAISE …`.
enum TriggerMoves {
    static func read(_ file: SourceFile, columns: Set<String>) -> [CodeMoves] {
        guard file.language == .sql, TextSearch.contains(file.text, anyOf: ["old."]) else { return [] }
        return read(file.tokens, file: file.path, firstLine: 1, columns: columns, isBody: false)
    }

    private static func read(
        _ list: TokenList, file: String, firstLine: Int, columns: Set<String>, isBody: Bool
    ) -> [CodeMoves] {
        var found: [CodeMoves] = []
        for index in list.tokens.indices {
            let token = list[index]
            if !isBody, token.isString, token.quote.hasPrefix("$"),
                TextSearch.contains(token.text, anyOf: ["old."])
            {
                let body = Lexer.tokens(of: token.text, language: .sql)
                found += read(body, file: file, firstLine: token.line, columns: columns, isBody: true)
            }
            guard token.kind == .word, token.text.lowercased() == "old", list.isMark(".", at: index + 1),
                let column = list.at(index + 2), columns.contains(NameWords.folded(column.text)),
                let (from, next) = values(list, index + 3), list.at(next)?.text.lowercased() == "and",
                list.at(next + 1)?.text.lowercased() == "new", list.isMark(".", at: next + 2),
                list.at(next + 3)?.text.lowercased() == column.text.lowercased(),
                let (to, _) = values(list, next + 4)
            else { continue }
            let line = firstLine + token.line - 1
            found.append(
                CodeMoves(
                    column: column.text, table: nil, name: "trigger",
                    moves: from.map { value in
                        CodeMoves.Move(from: .literal(value), to: to.map(ValueUse.Value.literal), line: line)
                    }, place: SourcePlace(file: file, line: line)))
        }
        return found
    }

    /// The literals behind `=`, `<>`, `IN` or `NOT IN`, and what comes after them.
    private static func values(_ list: TokenList, _ start: Int) -> ([String], Int)? {
        var place = start
        if list.at(place)?.text.lowercased() == "not" { place += 1 }
        guard let sign = list.at(place) else { return nil }
        if sign.kind == .mark, ["=", "<>", "!="].contains(sign.text) {
            guard let text = list.at(place + 1)?.plainString else { return nil }
            return ([text], after(list, place + 2))
        }
        guard sign.text.lowercased() == "in", list.isMark("(", at: place + 1), list.isClosed(place + 1) else {
            return nil
        }
        let close = list.close(of: place + 1)
        return (
            list.parts(in: place + 1).compactMap { list[$0.lowerBound].plainString }, after(list, close + 1)
        )
    }

    /// Steps over a cast and over brackets that close.
    private static func after(_ list: TokenList, _ start: Int) -> Int {
        var place = start
        while list.isMark("::", at: place) { place += 2 }
        while list.isMark(")", at: place) { place += 1 }
        return place
    }
}

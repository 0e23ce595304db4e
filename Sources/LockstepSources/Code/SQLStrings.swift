/// SQL in the strings of a program.
extension CodeReader {
    /// Every string that reads like SQL, those that stand in pieces put together.
    mutating func readSQLStrings() {
        var index = 0
        while index < list.count {
            let token = list[index]
            guard token.kind == .string, !token.isDocument else {
                index += 1
                continue
            }
            let start = index
            let (joined, end) = joinedString(at: index)
            index = end
            guard joined.text.utf8.count >= 14, joined.text.utf8.count <= 200_000,
                Self.looksLikeSQL(joined.text)
            else { continue }
            let sql = Lexer.tokens(of: joined.text, language: .sql)
            sqlParameters = sqlParameters(start, until: end)
            if !sqlParameters.isEmpty { sqlParameters.count(sql) }
            readStatements(sql, line: joined.line)
            sqlParameters = SQLParameters()
        }
    }

    /// A text made of several strings, with the line of the file that each of its own lines came from.
    private struct JoinedString {
        var text = ""
        private var lines: [Int] = []
        /// Whether what was added so far ends within a literal of SQL.
        private var isQuoted = false

        mutating func add(_ token: Token) {
            // Within a literal a break would become a part of it.
            if !text.isEmpty, !isQuoted { text += "\n" }
            if text.isEmpty || !isQuoted { lines.append(token.line) }
            text += token.text
            var further = 0
            for byte in token.text.utf8 {
                if byte == UInt8(ascii: "'") { isQuoted.toggle() }
                if byte == .newline {
                    further += 1
                    // A string of one line holds what `\n` made of it; one of several counts its own.
                    lines.append(token.breaks.isEmpty ? token.line : token.line + further)
                }
            }
        }

        /// What only the running program knows.
        mutating func addHole() { text += Token.placeholder }

        /// The line of the file, for a line of the text counted from 1.
        func line(_ line: Int) -> Int {
            lines.isEmpty ? line : lines[min(max(0, line - 1), lines.count - 1)]
        }
    }

    /// The string at a token with what is added to it: `"UPDATE t " + "SET a = " + x + "…"`, and the token behind.
    private func joinedString(at start: Int) -> (JoinedString, end: Int) {
        var joined = JoinedString()
        joined.add(list[start])
        var place = start + 1
        while place < list.count, joined.text.utf8.count < 200_000 {
            if list.isMark("+", at: place) {
                if let next = list.at(place + 1), next.kind == .string {
                    joined.add(next)
                    place += 2
                } else if let after = operand(place + 1), list.isMark("+", at: after),
                    list.at(after + 1)?.kind == .string
                {
                    joined.addHole()
                    place = after
                } else {
                    break
                }
            } else if file.language == .python, list[place].kind == .string,
                !list[place].isFirst || openBracket(before: place) != nil
            {
                joined.add(list[place])
                place += 1
            } else {
                break
            }
        }
        return (joined, place)
    }

    /// The token behind a name or a call that is added to a string.
    private func operand(_ start: Int) -> Int? {
        var place = start
        while let token = list.at(place), place - start < 20 {
            guard token.kind == .word || token.kind == .number else { return nil }
            place += 1
            if list.isMark("(", at: place) || list.isMark("[", at: place) {
                place = list.close(of: place) + 1
            }
            guard list.isMark(".", at: place) else { return place }
            place += 1
        }
        return nil
    }
}

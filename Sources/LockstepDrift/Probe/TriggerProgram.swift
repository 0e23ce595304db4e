/// What a trigger's PL/pgSQL refuses, as an SQL expression over `old` and `new`: as far as it only looks at them.
///
/// The statements are read as PostgreSQL's manual says ("PL/pgSQL: Control Structures"). Conditions are never
/// understood, only handed to the database; what is more than conditions makes the whole program unknown.
struct TriggerProgram {
    /// True for what is refused.
    let refusal: String

    private indirect enum Statement {
        case refuse
        case end
        case choice([(condition: String, then: [Statement])], otherwise: [Statement])
        /// Has no say in what is refused.
        case other
    }

    private struct Unknown: Error {}

    /// - Parameters:
    ///   - column: what a program that assigns to it cannot be judged by.
    ///   - skipsByNull: whether `RETURN NULL` leaves the row as it was, as it does before a change.
    /// - Returns: `nil` for a program that does more than look.
    init?(_ body: String, column: String, skipsByNull: Bool) {
        var reader = Reader(SQLTokens(body), column: column, skipsByNull: skipsByNull)
        do {
            var size = 0
            refusal = try Self.expression(try reader.program()[...], &size)
        } catch {
            return nil
        }
    }

    /// - Parameter size: grows with every condition; a program of many branches in a row would fill pages.
    private static func expression(_ statements: ArraySlice<Statement>, _ size: inout Int) throws -> String {
        size += 1
        guard size < 2000 else { throw Unknown() }
        guard let first = statements.first else { return "false" }
        let rest = statements.dropFirst()
        switch first {
        case .refuse: return "true"
        case .end: return "false"
        case .other: return try expression(rest, &size)
        case .choice(let cases, let otherwise):
            var text = "CASE"
            for (condition, then) in cases {
                text += " WHEN (\(condition)) THEN \(try expression((then + rest)[...], &size))"
            }
            return text + " ELSE \(try expression((otherwise + rest)[...], &size)) END"
        }
    }

    // MARK: Reading

    private struct Reader {
        let tokens: SQLTokens
        let column: String
        let skipsByNull: Bool
        var index = 0
        /// What a variable stands for; an empty text where nobody knows.
        var variables: [String: String] = [:]
        var depth = 0

        init(_ tokens: SQLTokens, column: String, skipsByNull: Bool) {
            self.tokens = tokens
            self.column = column.lowercased()
            self.skipsByNull = skipsByNull
        }

        private func isAt(_ words: String..., ahead: Int = 0) -> Bool {
            guard tokens.tokens.indices.contains(index + ahead) else { return false }
            return words.contains { tokens.tokens[index + ahead].isWord($0) }
        }

        mutating func program() throws -> [Statement] {
            if isAt("declare") {
                index += 1
                while !isAt("begin") { try declaration() }
            }
            guard isAt("begin") else { throw Unknown() }
            index += 1
            let found = try statements()
            guard isAt("end") else { throw Unknown() }
            return found
        }

        /// `name [CONSTANT] type [:= value];`
        private mutating func declaration() throws {
            guard index < tokens.tokens.count else { throw Unknown() }
            let name = tokens.tokens[index].text
            let start = index
            let end = try untilSemicolon()
            let assignment = (start..<end).first {
                tokens.tokens[$0].isSign(":=") || tokens.tokens[$0].isWord("default")
            }
            variables[name] =
                try assignment.map { $0 + 1 < end ? "(\(try expression($0 + 1, end)))" : "" } ?? "NULL"
        }

        /// - Returns: the place of the semicolon; the next token is behind it.
        private mutating func untilSemicolon() throws -> Int {
            while index < tokens.tokens.count, !tokens.tokens[index].isSign(";") { index += 1 }
            guard index < tokens.tokens.count else { throw Unknown() }
            index += 1
            return index - 1
        }

        /// - Returns: the place of the word; the next token is behind it.
        private mutating func until(_ word: String) throws -> Int {
            var depth = 0
            while index < tokens.tokens.count {
                let token = tokens.tokens[index]
                // `CASE … WHEN … THEN … END` may stand in a condition.
                if token.isWord("case") { depth += 1 }
                if depth == 0, token.isWord(word) {
                    index += 1
                    return index - 1
                }
                if token.isWord("end") { depth -= 1 }
                if token.isSign(";") { break }
                index += 1
            }
            throw Unknown()
        }

        /// A piece of the text, its variables replaced by what they stand for.
        private func expression(_ first: Int, _ end: Int) throws -> String {
            guard first < end else { throw Unknown() }
            var text = ""
            var place = tokens.tokens[first].range.lowerBound
            for index in first..<end {
                let token = tokens.tokens[index]
                guard token.isName, index == first || !tokens.tokens[index - 1].isSign("."),
                    let value = variables[token.text]
                else { continue }
                guard !value.isEmpty else { throw Unknown() }
                text += tokens.text(place..<token.range.lowerBound) + value
                place = token.range.upperBound
            }
            return text + tokens.text(place..<tokens.tokens[end - 1].range.upperBound)
        }

        private mutating func statements() throws -> [Statement] {
            var found: [Statement] = []
            while index < tokens.tokens.count {
                if isAt("end", "else", "elsif", "elseif", "when") { return found }
                if isAt("exception") { throw Unknown() }
                found.append(try statement())
            }
            return found
        }

        private mutating func statement() throws -> Statement {
            let start = index
            if isAt("if") { return try ifStatement() }
            if isAt("case") { return try caseStatement() }
            if isAt("raise") {
                let isRefusal = !isAt("debug", "log", "info", "notice", "warning", ahead: 1)
                _ = try untilSemicolon()
                return isRefusal ? .refuse : .other
            }
            if isAt("return") {
                let isNull = isAt("null", ahead: 1)
                _ = try untilSemicolon()
                return isNull && skipsByNull ? .refuse : .end
            }
            if isAt("for", "while", "loop", "foreach") { return try loop() }
            if isAt("begin", "declare", "execute", "exit", "continue") { throw Unknown() }
            let end = try untilSemicolon()
            if isAt("perform", "insert", "update", "delete", "null", ahead: start - index) { return .other }
            try assignment(start, end)
            return .other
        }

        /// `name := value`, or `SELECT … INTO name`.
        private mutating func assignment(_ start: Int, _ end: Int) throws {
            let all = tokens.tokens
            if all[start].isWord("select") {
                guard let into = (start..<end).first(where: { all[$0].isWord("into") }) else { return }
                for name in all[(into + 1)..<end].prefix(while: { $0.isName || $0.isSign(",") }) {
                    variables[name.text] = ""
                }
                return
            }
            guard let sign = (start..<end).first(where: { all[$0].isSign(":=") || all[$0].isSign("=") }),
                all[start].isName
            else { throw Unknown() }
            if all[start + 1].isSign(".") {
                // Other columns may change; the status itself would no longer be what was asked for.
                if all[start + 2].text.lowercased() == column { throw Unknown() }
                return
            }
            // What is assigned in a branch holds in that branch alone.
            variables[all[start].text] = depth == 0 ? "(\(try expression(sign + 1, end)))" : ""
        }

        private mutating func ifStatement() throws -> Statement {
            var cases: [(String, [Statement])] = []
            var otherwise: [Statement] = []
            depth += 1
            repeat {
                index += 1
                let start = index
                let then = try until("then")
                let condition = try expression(start, then)
                cases.append((condition, try statements()))
            } while isAt("elsif", "elseif")
            if isAt("else") {
                index += 1
                otherwise = try statements()
            }
            depth -= 1
            try close("if")
            return .choice(cases, otherwise: otherwise)
        }

        /// `CASE value WHEN a, b THEN …` and `CASE WHEN condition THEN …`.
        private mutating func caseStatement() throws -> Statement {
            index += 1
            let start = index
            var subject: String?
            if !isAt("when") {
                while index < tokens.tokens.count, !isAt("when") { index += 1 }
                subject = try expression(start, index)
            }
            var cases: [(String, [Statement])] = []
            // Without an ELSE, what fits no case is an error.
            var otherwise: [Statement] = [.refuse]
            depth += 1
            while isAt("when") {
                index += 1
                let first = index
                let then = try until("then")
                let values = try expression(first, then)
                cases.append((subject.map { "(\($0)) IN (\(values))" } ?? values, try statements()))
            }
            if isAt("else") {
                index += 1
                otherwise = try statements()
            }
            depth -= 1
            try close("case")
            return .choice(cases, otherwise: otherwise)
        }

        private mutating func close(_ word: String) throws {
            guard isAt("end"), isAt(word, ahead: 1) else { throw Unknown() }
            _ = try untilSemicolon()
        }

        /// A loop that only gathers words, or does something elsewhere, has no say.
        private mutating func loop() throws -> Statement {
            var open = 0
            while index < tokens.tokens.count {
                let token = tokens.tokens[index]
                if token.isWord("raise") || token.isWord("return") { throw Unknown() }
                if token.isSign(":="), let name = tokens.tokens[..<index].last(where: \.isName) {
                    variables[name.text] = ""
                }
                if token.isWord("loop") {
                    if index > 0, tokens.tokens[index - 1].isWord("end") {
                        open -= 1
                        if open == 0 { break }
                    } else {
                        open += 1
                    }
                }
                index += 1
            }
            _ = try untilSemicolon()
            return .other
        }
    }
}

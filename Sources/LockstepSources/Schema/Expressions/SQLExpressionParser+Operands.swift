extension SQLExpressionParser {
    mutating func primary() -> SQLExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { return .unknown(rest()) }
        guard let token = cursor.first else { return .unknown([]) }
        switch token.kind {
        case .string, .dollarString:
            cursor.next()
            var text = token.text
            // Strings with only a line break between them are one.
            while let more = cursor.first, more.kind == .string, more.line > token.line {
                text += more.text
                cursor.next()
            }
            // What a program fills in is not known.
            return text.contains(Token.placeholder) ? .unknown([]) : .text(text)
        case .number:
            cursor.next()
            return Double(token.text).map(SQLExpression.number) ?? .unknown([])
        case .hole:
            cursor.next()
            return .unknown([])
        case .sign: return signed(token)
        case .quoted: return named()
        case .word: return keyword(token) ?? named()
        }
    }

    private mutating func signed(_ token: SQLToken) -> SQLExpression {
        switch token.text {
        case "(":
            let group = cursor.takeGroup() ?? []
            if group.first?.isWord("select") == true { return .unknown([]) }
            var within = SQLExpressionParser(group, depth: depth)
            var parts = [within.disjunction()]
            while within.cursor.takeSign(",") { parts.append(within.disjunction()) }
            if !within.cursor.isAtEnd { return .unknown(parts + within.rest()) }
            return parts.count == 1 ? parts[0] : .array(parts)
        case "-", "+":
            cursor.next()
            let value = operand()
            if case .number(let number) = value { return .number(token.text == "-" ? -number : number) }
            return .unknown([value])
        case "!":
            cursor.next()
            return .not(operand())
        default:
            cursor.next()
            return .unknown([])
        }
    }

    private mutating func keyword(_ token: SQLToken) -> SQLExpression? {
        switch token.text {
        case "null":
            cursor.next()
            return .null
        case "true", "false":
            cursor.next()
            return .bool(token.text == "true")
        case "case":
            cursor.next()
            return choice()
        case "cast" where cursor.isSign("(", at: 1):
            cursor.next()
            return cast()
        case "array" where cursor.isSign("[", at: 1):
            cursor.next()
            cursor.next()
            return array()
        case "exists" where cursor.isSign("(", at: 1):
            cursor.next()
            _ = cursor.takeGroup()
            return .unknown([])
        // A type before a string: `date '2026-01-01'`, `status 'new'`.
        case "date", "timestamp", "time", "interval", "text", "varchar":
            guard cursor.peek(1)?.kind == .string else { return nil }
            cursor.next()
            return primary()
        default: return nil
        }
    }

    private mutating func array() -> SQLExpression {
        var depth = 1
        let tokens = cursor.tokens
        var stop = tokens.startIndex
        while stop < tokens.endIndex {
            if tokens[stop].isSign("[") { depth += 1 }
            if tokens[stop].isSign("]") { depth -= 1 }
            if depth == 0 { break }
            stop += 1
        }
        let items = SQLCursor.parts(of: tokens[tokens.startIndex..<stop]).map(inner)
        cursor = SQLCursor(stop < tokens.endIndex ? tokens[(stop + 1)...] : [])
        return .array(items)
    }

    private mutating func cast() -> SQLExpression {
        let group = cursor.takeGroup() ?? []
        guard let cut = group.lastIndex(where: { $0.isWord("as") }) else { return .unknown([inner(group)]) }
        var type = SQLExpressionParser(group[(cut + 1)...])
        return .cast(inner(group[..<cut]), type.typeName())
    }

    private mutating func choice() -> SQLExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { return .unknown(rest()) }
        let operand = cursor.isWord("when") ? nil : disjunction()
        var branches: [SQLExpression.Branch] = []
        while cursor.take("when") {
            let condition = disjunction()
            _ = cursor.take("then")
            branches.append(SQLExpression.Branch(condition: condition, result: disjunction()))
        }
        let otherwise = cursor.take("else") ? disjunction() : nil
        _ = cursor.take("end")
        return .choice(operand, branches, otherwise: otherwise)
    }

    private mutating func named() -> SQLExpression {
        let isQuoted = cursor.first?.kind == .quoted
        guard let name = cursor.takeName() else {
            cursor.next()
            return .unknown([])
        }
        guard cursor.isSign("(") else {
            return .column(name.name, isQuoted: isQuoted && name.namespace == nil)
        }
        let group = cursor.takeGroup() ?? []
        if group.first?.isWord("select") == true { return .unknown([]) }
        return .call(name.name.lowercased(), SQLCursor.parts(of: group).map(inner))
    }
}

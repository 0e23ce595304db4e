/// Reads a condition from tokens.
///
/// What it does not know becomes ``SQLExpression/unknown(_:)``; it never fails, and its depth is bounded.
struct SQLExpressionParser {
    var cursor: SQLCursor
    var depth = 0
    static let deepest = 120

    init(_ tokens: ArraySlice<SQLToken>, depth: Int = 0) {
        cursor = SQLCursor(tokens)
        self.depth = depth
    }

    /// The condition that all the tokens say.
    static func expression(of tokens: ArraySlice<SQLToken>) -> SQLExpression {
        expression(of: tokens, depth: 0)
    }

    func inner(_ tokens: ArraySlice<SQLToken>) -> SQLExpression {
        Self.expression(of: tokens, depth: depth)
    }

    private static func expression(of tokens: ArraySlice<SQLToken>, depth: Int) -> SQLExpression {
        var parser = SQLExpressionParser(tokens, depth: depth)
        let expression = parser.disjunction()
        guard !parser.cursor.isAtEnd else { return expression }
        return .unknown([expression] + parser.rest())
    }

    /// The expression at the front of the tokens, and what stands behind it.
    static func prefix(of tokens: ArraySlice<SQLToken>) -> (SQLExpression, ArraySlice<SQLToken>) {
        var parser = SQLExpressionParser(tokens)
        return (parser.sum(), parser.cursor.tokens)
    }

    /// The columns in what was not understood, so that nobody takes it for a condition on one column alone.
    mutating func rest() -> [SQLExpression] {
        var parts: [SQLExpression] = []
        while let token = cursor.next() {
            switch token.kind {
            case .word, .quoted: parts.append(.column(token.text, isQuoted: token.kind == .quoted))
            case .string: parts.append(.text(token.text))
            default: break
            }
        }
        return parts
    }

    mutating func disjunction() -> SQLExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { return .unknown(rest()) }
        var parts = [conjunction()]
        while cursor.take("or") { parts.append(conjunction()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction() -> SQLExpression {
        var parts = [negation()]
        while cursor.take("and") || cursor.takeSign("&&") { parts.append(negation()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func negation() -> SQLExpression {
        var isNegated = false
        while cursor.take("not") { isNegated.toggle() }
        let condition = comparison()
        return isNegated ? .not(condition) : condition
    }

    private static let comparisons: [String: SQLExpression.Comparison] = [
        "=": .equal, "==": .equal, "<>": .different, "!=": .different, "<": .less, "<=": .lessOrEqual,
        ">": .greater, ">=": .greaterOrEqual,
    ]

    private mutating func comparison() -> SQLExpression {
        var left = sum()
        while let token = cursor.first {
            if token.kind == .sign, let sign = Self.comparisons[token.text] {
                cursor.next()
                left = compared(left, sign)
            } else if token.kind == .sign, ["~", "~*", "!~", "!~*"].contains(token.text) {
                cursor.next()
                let match = SQLExpression.matches(
                    left, sum(), .regex, ignoringCase: token.text.hasSuffix("*"))
                left = token.text.hasPrefix("!") ? .not(match) : match
            } else if token.isWord("is") {
                cursor.next()
                left = tested(left)
            } else if token.isWord("isnull") || token.isWord("notnull") {
                cursor.next()
                left = token.isWord("isnull") ? .test(left, .null) : .not(.test(left, .null))
            } else if let word = wordOperator(left) {
                left = word
            } else {
                break
            }
        }
        return left
    }

    private mutating func compared(_ left: SQLExpression, _ sign: SQLExpression.Comparison) -> SQLExpression {
        if cursor.isWord("any") || cursor.isWord("some") || cursor.isWord("all"), cursor.isSign("(", at: 1) {
            let all = cursor.isWord("all")
            cursor.next()
            let group = cursor.takeGroup() ?? []
            return .quantified(left, sign, inner(group), all: all)
        }
        return .compare(left, sign, sum())
    }

    private mutating func tested(_ left: SQLExpression) -> SQLExpression {
        let isNegated = cursor.take("not")
        let test: SQLExpression
        if cursor.take("null") || cursor.take("unknown") {
            test = .test(left, .null)
        } else if cursor.take("true") {
            test = .test(left, .isTrue)
        } else if cursor.take("false") {
            test = .test(left, .isFalse)
        } else if cursor.take("distinct", "from") {
            test = .distinct(left, sum())
        } else {
            // SQLite: `x IS 'a'`.
            test = .not(.distinct(left, sum()))
        }
        return isNegated ? .not(test) : test
    }

    private mutating func wordOperator(_ left: SQLExpression) -> SQLExpression? {
        let isNegated = cursor.isWord("not")
        guard let word = cursor.peek(isNegated ? 1 : 0), word.kind == .word else { return nil }
        let condition: SQLExpression
        switch word.text {
        case "in":
            drop(isNegated)
            guard let group = cursor.takeGroup() else { return .unknown([left] + rest()) }
            if group.first?.isWord("select") == true { return .unknown([left]) }
            condition = .isIn(left, SQLCursor.parts(of: group).map(inner))
        case "like", "ilike":
            drop(isNegated)
            if cursor.isWord("any") || cursor.isWord("all") { return .unknown([left] + rest()) }
            condition = .matches(left, sum(), .like, ignoringCase: word.text == "ilike")
            if cursor.take("escape") { _ = sum() }
        case "glob":
            drop(isNegated)
            condition = .matches(left, sum(), .glob, ignoringCase: false)
        case "regexp", "rlike":
            drop(isNegated)
            condition = .matches(left, sum(), .regex, ignoringCase: false)
        case "similar":
            drop(isNegated)
            _ = cursor.take("to")
            condition = .matches(left, sum(), .similar, ignoringCase: false)
        case "between":
            drop(isNegated)
            let low = sum()
            _ = cursor.take("and")
            condition = .between(left, low, sum())
        case "collate":
            cursor.next()
            return .collate(left, cursor.takeName()?.name.lowercased() ?? "")
        default: return nil
        }
        return isNegated ? .not(condition) : condition
    }

    private mutating func drop(_ isNegated: Bool) {
        if isNegated { cursor.next() }
        cursor.next()
    }

    /// Signs that are read but not computed.
    private static let arithmetic: Set<String> = [
        "+", "-", "*", "/", "%", "->", ">", "&", "|", "#", "<<", ">>", "@>", "<@", "?", "@", "^", "&&",
    ]

    mutating func sum() -> SQLExpression {
        var left = operand()
        var joined: [SQLExpression] = []
        while let token = cursor.first, token.kind == .sign || token.kind == .hole {
            if token.isSign("||") {
                cursor.next()
                if joined.isEmpty { joined.append(left) }
                joined.append(operand())
            } else if Self.arithmetic.contains(token.text), Self.comparisons[token.text] == nil {
                cursor.next()
                if cursor.isSign(">") { cursor.next() }
                left = .unknown([joined.isEmpty ? left : .join(joined), operand()])
                joined = []
            } else {
                break
            }
        }
        return joined.isEmpty ? left : .join(joined)
    }

    mutating func operand() -> SQLExpression {
        var value = primary()
        while true {
            if cursor.takeSign("::") {
                value = .cast(value, typeName())
            } else if cursor.isSign("[") {
                skipIndex()
                value = .unknown([value])
            } else if cursor.isWord("collate") {
                cursor.next()
                value = .collate(value, cursor.takeName()?.name.lowercased() ?? "")
            } else {
                return value
            }
        }
    }

    private mutating func skipIndex() {
        while let token = cursor.next(), !token.isSign("]") {}
    }

    mutating func typeName() -> String {
        var name = cursor.takeName()?.name.lowercased() ?? ""
        if name == "character", cursor.take("varying") { name = "varchar" }
        if name == "double" { _ = cursor.take("precision") }
        if let size = cursor.takeGroup()?.first?.text { name += "(\(size))" }
        if name.hasPrefix("time"), cursor.isWord("with") || cursor.isWord("without") {
            cursor.next()
            _ = cursor.take("time", "zone")
        }
        while cursor.isSign("["), cursor.isSign("]", at: 1) {
            cursor.next()
            cursor.next()
            name += "[]"
        }
        return name
    }
}

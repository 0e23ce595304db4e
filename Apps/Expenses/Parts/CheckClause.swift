/// A named CHECK of one column's values, as it is written in the text of a table or of a constraint.
struct CheckClause: Hashable, Sendable {
    /// Where it is in the text: from its name to its last parenthesis.
    let range: Range<String.Index>
    /// The texts that it allows, in order.
    let values: [String]

    /// Finds the CHECK of a name in the text of a table.
    /// - Parameter name: a plain name: letters, digits and `_`.
    /// - Returns: `nil` when there is none.
    init?(named name: String, in table: String) throws {
        let head = try Regex("(?i)CONSTRAINT\\s+\"?\(name)\"?\\s+CHECK\\s*\\(")
        guard let found = table.firstMatch(of: head)?.range,
            let end = Self.closing(table, from: table.index(before: found.upperBound))
        else { return nil }
        range = found.lowerBound..<table.index(after: end)
        values = Self.literals(table[range])
    }

    /// The text of a CHECK that allows these values of a column.
    ///
    /// A chain of `=` in place of a list: SQLite builds a temporary index for a list whenever it evaluates it.
    static func text(named name: String, _ column: String, _ values: [String]) -> String {
        "CONSTRAINT \(name) CHECK (\(condition(column, values)))"
    }

    /// The condition of such a CHECK.
    static func condition(_ column: String, _ values: [String]) -> String {
        values.map { "\(column) = \(literal($0))" }.joined(separator: " OR ")
    }

    /// A text as SQL writes it.
    static func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// The parenthesis that closes the one at a place, literals aside.
    private static func closing(_ text: String, from start: String.Index) -> String.Index? {
        var depth = 0
        var isQuoted = false
        for index in text[start...].indices {
            switch text[index] {
            case "'": isQuoted.toggle()
            case "(" where !isQuoted: depth += 1
            case ")" where !isQuoted:
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
        }
        return nil
    }

    /// The literals of a text, in order. A quote within a literal is written twice.
    static func literals(_ text: some StringProtocol) -> [String] {
        var values: [String] = []
        var current: String?
        var isAfterQuote = false
        for character in text {
            if character == "'" {
                if current == nil {
                    // A literal right behind another one was one literal with a quote in it.
                    current = isAfterQuote ? (values.popLast() ?? "") + "'" : ""
                } else {
                    values.append(current ?? "")
                    current = nil
                }
                isAfterQuote = current == nil
            } else {
                current?.append(character)
                isAfterQuote = false
            }
        }
        return values
    }
}

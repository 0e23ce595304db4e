import LockstepSQL

/// What a guard took away, as its CHECK remembers it for the way back: PostgreSQL in a comment on the constraint, SQLite
/// in a comment in the table's text.
enum GuardMemory {
    private static let mark = "made by lockstep guard; before: "
    private static let separator = "\n---\n"
    /// What begins the comment in the text of an SQLite table.
    private static let opening = "/* lockstep guard "
    private static let closing = " */"

    /// `CONSTRAINT "name" CHECK (…)`
    static func clause(_ check: LiveColumn.Check) -> String {
        (check.isNamed ? "CONSTRAINT \(SQLText.name(check.name)) " : "") + "CHECK (\(check.expression))"
    }

    static func text(_ clauses: [String]) -> String {
        mark + (clauses.isEmpty ? "nothing" : clauses.joined(separator: separator))
    }

    static func clauses(_ text: String) -> [String] {
        guard text.hasPrefix(mark) else { return [] }
        let rest = String(text.dropFirst(mark.count))
        return rest == "nothing" ? [] : rest.split(separator: separator).map(String.init)
    }

    /// A comment that nothing in the clauses can end: their bytes in hexadecimal.
    static func comment(_ clauses: [String]) -> String {
        let digits = text(clauses).utf8.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return opening + digits.joined() + closing
    }

    /// Takes the comment out of a table's text.
    static func take(from statement: inout String) -> [String] {
        guard let start = statement.firstRange(of: opening),
            let end = statement[start.upperBound...].firstRange(of: closing)
        else { return [] }
        let digits = Array(statement[start.upperBound..<end.lowerBound].utf8)
        statement.removeSubrange(start.lowerBound..<end.upperBound)
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count - 1, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16)
            else {
                return []
            }
            bytes.append(byte)
        }
        return clauses(String(decoding: bytes, as: UTF8.self))
    }
}

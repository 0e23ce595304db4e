/// A condition of SQL, as far as it is understood.
indirect enum SQLExpression: Sendable, Hashable {
    enum Comparison: String, Sendable, Hashable {
        case equal = "="
        case different = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    enum Pattern: Sendable, Hashable { case like, glob, similar, regex }

    enum Test: Sendable, Hashable { case null, isTrue, isFalse }

    case null
    case text(String)
    case number(Double)
    case bool(Bool)
    /// A column of the row, or VALUE of a domain, or in SQLite and MySQL a string in double quotes.
    case column(String, isQuoted: Bool)
    case not(SQLExpression)
    case and([SQLExpression])
    case or([SQLExpression])
    case test(SQLExpression, Test)
    case compare(SQLExpression, Comparison, SQLExpression)
    case distinct(SQLExpression, SQLExpression)
    case isIn(SQLExpression, [SQLExpression])
    /// `= ANY (ARRAY[…])` and its like; `all` for ALL.
    case quantified(SQLExpression, Comparison, SQLExpression, all: Bool)
    case matches(SQLExpression, SQLExpression, Pattern, ignoringCase: Bool)
    case between(SQLExpression, SQLExpression, SQLExpression)
    case call(String, [SQLExpression])
    case cast(SQLExpression, String)
    case collate(SQLExpression, String)
    case join([SQLExpression])
    case choice(SQLExpression?, [Branch], otherwise: SQLExpression?)
    case array([SQLExpression])
    /// What is not understood; what it speaks of may hold or not.
    case unknown([SQLExpression])

    struct Branch: Sendable, Hashable {
        let condition: SQLExpression
        let result: SQLExpression
    }

    /// The parts directly in it.
    var parts: [SQLExpression] {
        switch self {
        case .null, .text, .number, .bool, .column: []
        case .not(let part), .test(let part, _), .cast(let part, _), .collate(let part, _): [part]
        case .and(let parts), .or(let parts), .call(_, let parts), .array(let parts), .unknown(let parts),
            .join(let parts):
            parts
        case .compare(let left, _, let right), .distinct(let left, let right),
            .quantified(let left, _, let right, _), .matches(let left, let right, _, _):
            [left, right]
        case .isIn(let part, let list): [part] + list
        case .between(let part, let low, let high): [part, low, high]
        case .choice(let operand, let branches, let otherwise):
            (operand.map { [$0] } ?? []) + branches.flatMap { [$0.condition, $0.result] }
                + (otherwise.map { [$0] } ?? [])
        }
    }

    /// Every part at any depth, itself first.
    func walk(_ visit: (SQLExpression) -> Void) {
        visit(self)
        for part in parts { part.walk(visit) }
    }

    /// The conditions that must hold each by itself: `a AND b` is refused exactly when one of the two is.
    var conjuncts: [SQLExpression] {
        if case .and(let parts) = self { return parts.flatMap(\.conjuncts) }
        return [self]
    }

    /// The texts of a plain list: `status IN ('a', 'b')` or a chain of `status = 'a' OR …`; nil for any other form.
    func plainList(of column: String) -> Set<String>? {
        var texts: Set<String> = []
        for part in alternatives {
            switch part {
            case .compare(.column(let name, _), .equal, .text(let text)) where name.lowercased() == column:
                texts.insert(text)
            case .isIn(.column(let name, _), let items) where name.lowercased() == column:
                for item in items {
                    guard case .text(let text) = item else { return nil }
                    texts.insert(text)
                }
            default: return nil
            }
        }
        return texts
    }

    private var alternatives: [SQLExpression] {
        if case .or(let parts) = self { return parts }
        return [self]
    }

    /// The names of the columns it speaks of, in lower case. A name in double quotes may be a string in SQLite.
    var columns: Set<String> {
        var names: Set<String> = []
        walk { if case .column(let name, _) = $0 { names.insert(name.lowercased()) } }
        return names
    }
}

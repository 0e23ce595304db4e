/// Computes a condition for one value of one column, as the database would: with NULL as a third truth.
///
/// Every other column may hold anything, NULL too, each time it is named. So what comes out as refused is refused by
/// the database in every row; what may pass may still depend on the row.
struct SQLEvaluator {
    /// The column in lower case.
    let column: String
    let value: SQLScalar
    let dialect: SchemaColumn.Dialect
    /// The table's columns in lower case. In SQLite and MySQL a name in double quotes that is none of them is a string.
    let names: Set<String>

    /// What the condition may come out as.
    func truth(_ condition: SQLExpression) -> SQLTruth {
        switch condition {
        case .and(let parts): return parts.reduce(.yes) { $0 && truth($1) }
        case .or(let parts): return parts.reduce(.no) { $0 || truth($1) }
        case .not(let part): return !truth(part)
        case .test(let part, let test): return tested(part, test)
        case .compare(let left, let sign, let right):
            return both(left, right) { compare($0, sign, $1, ignoringCase: ignoresCase(left, right)) }
        case .distinct(let left, let right): return distinct(left, right)
        case .isIn(let part, let list):
            return list.reduce(.no) { truth, item in
                truth || both(part, item) { compare($0, .equal, $1, ignoringCase: ignoresCase(part, item)) }
            }
        case .quantified(let part, let sign, let list, let all): return quantified(part, sign, list, all: all)
        case .between(let part, let low, let high):
            return both(low, part) { compare($0, .lessOrEqual, $1, ignoringCase: false) }
                && both(part, high) { compare($0, .lessOrEqual, $1, ignoringCase: false) }
        case .matches(let part, let pattern, let kind, let ignoringCase):
            return matched(part, pattern, kind, ignoringCase: ignoringCase)
        default: return truth(ofValue: compute(condition))
        }
    }

    private func truth(ofValue value: SQLScalar?) -> SQLTruth {
        switch value {
        case .bool(let bool): SQLTruth(bool)
        case .number(let number): SQLTruth(number != 0)
        case .null: .null
        case .text, .array, nil: .any
        }
    }

    private func tested(_ part: SQLExpression, _ test: SQLExpression.Test) -> SQLTruth {
        switch test {
        case .null:
            if let value = compute(part) { return SQLTruth(value == .null) }
            let truth = truth(part)
            guard isCondition(part), truth != .any else { return [.yes, .no] }
            return SQLTruth(
                rawValue: (truth.contains(.null) ? 1 : 0) | (truth.subtracting(.null).isEmpty ? 0 : 2))
        case .isTrue, .isFalse:
            let wanted: SQLTruth = test == .isTrue ? .yes : .no
            let truth = truth(part)
            return SQLTruth(
                rawValue: (truth.contains(wanted) ? 1 : 0) | (truth.subtracting(wanted).isEmpty ? 0 : 2))
        }
    }

    private func isCondition(_ part: SQLExpression) -> Bool {
        switch part {
        case .and, .or, .not, .test, .compare, .distinct, .isIn, .quantified, .matches, .between: true
        default: false
        }
    }

    private func both(
        _ left: SQLExpression, _ right: SQLExpression, _ decide: (SQLScalar, SQLScalar) -> Bool?
    ) -> SQLTruth {
        let first = compute(left)
        let second = compute(right)
        if first == .null || second == .null { return .null }
        guard let first, let second else { return .any }
        guard let result = decide(first, second) else { return .any }
        return SQLTruth(result)
    }

    private func distinct(_ left: SQLExpression, _ right: SQLExpression) -> SQLTruth {
        guard let first = compute(left), let second = compute(right) else { return [.yes, .no] }
        if first == .null || second == .null { return SQLTruth(first != second) }
        return compare(first, .different, second, ignoringCase: false).map(SQLTruth.init) ?? [.yes, .no]
    }

    private func quantified(
        _ part: SQLExpression, _ sign: SQLExpression.Comparison, _ list: SQLExpression, all: Bool
    ) -> SQLTruth {
        guard let items = items(of: list) else { return compute(part) == .null ? .null : .any }
        let truths = items.map { item in both(part, item) { compare($0, sign, $1, ignoringCase: false) } }
        return all ? truths.reduce(.yes) { $0 && $1 } : truths.reduce(.no) { $0 || $1 }
    }

    /// The items of `ARRAY[…]` and of `'{a,b}'`.
    private func items(of list: SQLExpression) -> [SQLExpression]? {
        switch list {
        case .array(let items): items
        case .cast(let inner, _): self.items(of: inner)
        case .text(let text): SQLArrayText.items(of: text)?.map { $0.map(SQLExpression.text) ?? .null }
        default: nil
        }
    }

    private func matched(
        _ part: SQLExpression, _ pattern: SQLExpression, _ kind: SQLExpression.Pattern, ignoringCase: Bool
    ) -> SQLTruth {
        both(part, pattern) { value, pattern in
            guard case .text(let text) = value, case .text(let pattern) = pattern else { return nil }
            // LIKE looks at no case in SQLite (for ASCII) and MySQL.
            let ignoring = ignoringCase || (kind == .like && (dialect == .sqlite || dialect == .mysql))
            return SQLPattern(pattern, kind: kind, ignoringCase: ignoring)?.matches(text)
        }
    }

    private func ignoresCase(_ left: SQLExpression, _ right: SQLExpression) -> Bool {
        if dialect == .mysql { return true }
        for side in [left, right] {
            if case .collate(_, let name) = side, name == "nocase" || name.contains("_ci") { return true }
        }
        return false
    }

    private func compare(
        _ left: SQLScalar, _ sign: SQLExpression.Comparison, _ right: SQLScalar, ignoringCase: Bool
    ) -> Bool? {
        switch (left, right) {
        case (.text(let first), .text(let second)):
            if ignoringCase { return ordered(first.lowercased(), sign, second.lowercased()) }
            // Equality is of code points; order depends on the collation.
            if sign == .equal { return first.unicodeScalars.elementsEqual(second.unicodeScalars) }
            if sign == .different { return !first.unicodeScalars.elementsEqual(second.unicodeScalars) }
            return dialect == .sqlite ? ordered(first, sign, second) : nil
        case (.number(let first), .number(let second)): return ordered(first, sign, second)
        case (.bool(let first), .bool(let second)): return ordered(first ? 1 : 0, sign, second ? 1 : 0)
        default: return nil
        }
    }

    private func ordered<Value: Comparable>(
        _ left: Value, _ sign: SQLExpression.Comparison, _ right: Value
    ) -> Bool {
        switch sign {
        case .equal: left == right
        case .different: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

/// One of the CHECKs that refuse a value.
struct RefusingCheck: Hashable {
    let name: String?
    /// False where the name is the one that PostgreSQL would give it.
    let isNamed: Bool
    let place: SourcePlace
    /// What it lists, where it is a list of this column's values and nothing else.
    let accepted: [String]?
    /// The other columns it looks at, in lower case.
    let others: [String]
}

extension SchemaColumn {
    /// The CHECKs that refuse a value whatever else the row holds, in the order in which the database tries them.
    func refusing(_ value: String) -> [RefusingCheck] {
        guard let rules else { return [] }
        let key = column.lowercased()
        let evaluator = SQLEvaluator(column: key, value: .text(value), dialect: dialect, names: rules.names)
        let found = rules.rules.filter { evaluator.truth($0.condition).isRefused }.map { rule in
            let others = rule.condition.columns.subtracting([key]).intersection(rules.names)
            let list = SQLValueList(of: [rule.condition], column: key, dialect: dialect, names: rules.names)
            return RefusingCheck(
                name: rule.name, isNamed: rule.isNamed, place: rule.place,
                accepted: others.isEmpty && !list.isConditional ? list.accepted : nil, others: others.sorted()
            )
        }
        // PostgreSQL tries CHECKs by the order of their names (release notes of 9.5), others as they were written.
        guard dialect == .postgres || dialect == .unknown else { return found }
        return found.sorted { ($0.name ?? "").utf8.lexicographicallyPrecedes(($1.name ?? "").utf8) }
    }
}

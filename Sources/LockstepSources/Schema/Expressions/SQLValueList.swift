/// What conditions let a text column hold, found by trying.
struct SQLValueList {
    /// The values that pass, in the order in which they were written; nil where more pass than can be listed.
    let accepted: [String]?
    /// Whether NULL passes.
    let acceptsNull: Bool
    /// Whether a listed value may be refused in some rows, for what other columns hold or what was not understood.
    let isConditional: Bool
    /// Which of the conditions make the list.
    let deciding: [Int]

    /// Texts that nobody lists. A condition that refuses them all, and looks at the column only by comparing it, has
    /// a list of what it accepts.
    private static let strangers = ["\u{1F6C7}", "zzqx probe", "ZZQX_PROBE", "Q", "", "73"]

    /// - Parameters:
    ///   - conditions: all of them must hold.
    ///   - labels: the labels of a native ENUM, which alone can be tried.
    init(
        of conditions: [SQLExpression], column: String, dialect: SchemaColumn.Dialect, names: Set<String>,
        labels: [String]? = nil
    ) {
        let parts = conditions.enumerated().flatMap { index, condition in
            condition.conjuncts.map { (index: index, condition: $0) }
        }
        // A plain list is looked up; trying each of its values on each of its items would take their square.
        let plain = parts.map { dialect == .mysql ? nil : $0.condition.plainList(of: column) }
        func truth(_ part: Int, _ value: SQLScalar) -> SQLTruth {
            if let list = plain[part], case .text(let text) = value { return SQLTruth(list.contains(text)) }
            return SQLEvaluator(column: column, value: value, dialect: dialect, names: names)
                .truth(parts[part].condition)
        }
        var candidates: [String] = labels ?? []
        var seen = Set(candidates)
        var deciding: [Int] = []
        for (number, part) in parts.enumerated() {
            let closed = Candidates(in: part.condition, column: column, names: names, dialect: dialect)
            let strangers = Self.strangers.filter { !closed.values.contains($0) }
            guard closed.isClosed, strangers.allSatisfy({ truth(number, .text($0)).isRefused }) else {
                continue
            }
            deciding.append(part.index)
            guard labels == nil else { continue }
            for value in closed.values where seen.insert(value).inserted { candidates.append(value) }
        }
        acceptsNull = parts.indices.allSatisfy { truth($0, .null).mayPass }
        guard labels != nil || !deciding.isEmpty else {
            accepted = nil
            isConditional = parts.indices.contains { truth($0, .text(Self.strangers[1])).mayRefuse }
            self.deciding = []
            return
        }
        let passing = candidates.filter { value in
            parts.indices.allSatisfy { truth($0, .text(value)).mayPass }
        }
        accepted = passing
        isConditional = passing.contains { value in
            parts.indices.contains { truth($0, .text(value)).mayRefuse }
        }
        var told: Set<Int> = []
        self.deciding = deciding.filter { told.insert($0).inserted }
    }

    /// The texts a condition names, and whether it looks at the column only in ways that make them all it accepts.
    private struct Candidates {
        var values: [String] = []
        var isClosed = true
        private let column: String

        init(in condition: SQLExpression, column: String, names: Set<String>, dialect: SchemaColumn.Dialect) {
            self.column = column
            condition.walk { part in
                switch part {
                case .text(let text):
                    values.append(text)
                    values += (SQLArrayText.items(of: text) ?? []).compactMap { $0 }
                case .column(let name, true) where dialect != .postgres && !names.contains(name.lowercased()):
                    values.append(name)
                case .matches(let inner, .text(let pattern), let kind, let ignoringCase)
                where inner.columns.contains(column):
                    if let known = SQLPattern.values(of: pattern, kind: kind), !ignoringCase {
                        values += known
                    } else {
                        isClosed = false
                    }
                case .matches(let inner, _, _, _) where inner.columns.contains(column): isClosed = false
                case .compare(let left, let sign, let right) where sign != .equal && sign != .different:
                    if left.columns.union(right.columns).contains(column) { isClosed = false }
                case .between(let inner, _, _) where inner.columns.contains(column): isClosed = false
                case .call(let name, let arguments)
                where !Self.keeping.contains(name)
                    && arguments.contains(where: { $0.columns.contains(column) }):
                    isClosed = false
                case .join(let parts), .unknown(let parts):
                    if parts.contains(where: { $0.columns.contains(column) }) { isClosed = false }
                    let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
                    if texts.count == parts.count { values.append(texts.joined()) }
                default: break
                }
            }
            if !condition.columns.contains(column) { isClosed = false }
        }

        /// Functions whose result names one text or its other spellings.
        private static let keeping: Set<String> = [
            "lower", "lcase", "upper", "ucase", "trim", "btrim", "ltrim", "rtrim", "iif", "if", "typeof",
            "coalesce", "ifnull",
            "nullif",
        ]
    }
}

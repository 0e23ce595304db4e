import Lockstep
import LockstepSQL

/// What a column accepts, found out by having the database evaluate its own rules over values.
struct Acceptance {
    /// What may refuse a value.
    struct Rule: Hashable {
        enum Kind: Hashable {
            /// An ENUM has other labels.
            case labels(type: String)
            case check
            case domain(String)
            case length
            case partitions
        }
        let kind: Kind
        let name: String
        /// True for what is let through; `nil` for what is no expression.
        let expression: String?
        /// What the database calls it, where that is not its name.
        var said: String?

        /// What the first write of a value gets, in the database's words.
        func refusal(_ value: String, _ column: LiveColumn, isPostgres: Bool) -> String {
            let table = column.table.name
            switch kind {
            case .labels(let type):
                // A type that is found without its schema is named without it.
                let type = type.hasPrefix("public.") ? String(type.dropFirst("public.".count)) : type
                return "invalid input value for enum \(type): \"\(value)\" (SQLSTATE 22P02)"
            case .check where isPostgres:
                return
                    "new row for relation \"\(table)\" violates check constraint \"\(name)\" (SQLSTATE 23514)"
            case .check: return "CHECK constraint failed: \(said ?? name)"
            case .domain(let domain):
                return "value for domain \(domain) violates check constraint \"\(name)\" (SQLSTATE 23514)"
            case .length: return "value too long for type \(column.type) (SQLSTATE 22001)"
            case .partitions: return "no partition of relation \"\(table)\" found for row (SQLSTATE 23514)"
            }
        }

        /// For people.
        var title: String {
            switch kind {
            case .labels(let type): "ENUM \(type)"
            case .check: "CHECK \(name)"
            case .domain(let domain): "CHECK \(name) of the domain \(domain)"
            case .length: name
            case .partitions: "the partitions"
            }
        }

        var place: Finding.Place {
            switch kind {
            case .labels(let type): .object(kind: "type", name: type)
            case .check: .object(kind: "constraint", name: name)
            case .domain(let domain): .object(kind: "domain", name: domain)
            case .length: .object(kind: "type", name: name)
            case .partitions: .object(kind: "partitions", name: name)
            }
        }
    }

    let column: LiveColumn
    /// Every rule that looks at the column alone.
    let rules: [Rule]
    /// The rules that refuse a value; none for one that is accepted.
    private(set) var refusals: [String: [Rule]] = [:]
    /// A value that nobody can have declared and that is accepted all the same: no rule lists values.
    private(set) var strangerAccepted = false
    /// The rules that refuse what nobody can have declared: each of them lists values.
    private(set) var listing: [Rule] = []

    /// Every value that was tried and is accepted, sorted.
    var accepted: [String] { refusals.filter(\.value.isEmpty).keys.sorted() }

    /// The same in the order in which the rules name them; what they do not name comes last.
    var acceptedAsWritten: [String] {
        var seen = Set<String>()
        return (Self.texts(of: column) + accepted).filter { accepts($0) && seen.insert($0).inserted }
    }

    /// What one rule lets through, of the values that get as far as it.
    func accepted(by rule: Rule) -> Set<String> {
        var values = Set(refusals.filter { !$0.value.contains(rule) }.keys)
        if case .labels(_, let labels) = column.kind { values.formIntersection(labels) }
        return values
    }

    func accepts(_ value: String) -> Bool { refusals[value].map(\.isEmpty) ?? false }

    /// Whether some rule lists what the column accepts.
    var isConstrained: Bool { !strangerAccepted }

    /// Values that an application does not have: what accepts one of them lists nothing.
    private static let strangers = ["zqxv", "ZQXV", "zqxv-7", "z"]

    /// Tries values, and every text that a rule holds.
    init(_ column: LiveColumn, _ values: [String], _ probe: Probe) throws {
        self.column = column
        rules = Self.rules(of: column, isPostgres: probe.isPostgres)
        var candidates = values
        var seen = Set(values)
        for value in Self.texts(of: column) where seen.insert(value).inserted { candidates.append(value) }
        let strangers = Self.strangers.filter { !seen.contains($0) }
        // PostgreSQL has no text with this character.
        let tried = (candidates + strangers).filter { !$0.unicodeScalars.contains("\0") }
        var answers = try Self.ask(column, rules, tried, probe)
        for stranger in strangers where answers[stranger]?.isEmpty == true { strangerAccepted = true }
        if case .labels(_, let labels) = column.kind {
            // Only labels get as far as the other rules.
            listing = rules.filter { rule in
                rule.expression == nil || labels.contains { answers[$0]?.contains(rule) == true }
            }
        } else {
            listing = rules.filter { rule in
                rule.kind != .length && strangers.allSatisfy { answers[$0]?.contains(rule) == true }
            }
        }
        for stranger in strangers { answers[stranger] = nil }
        refusals = answers
    }

    /// Texts that stand in the rules, and the pieces of patterns and of arrays written as one text.
    static func texts(of column: LiveColumn) -> [String] {
        var texts: [String] = []
        if case .labels(_, let labels) = column.kind { texts = labels }
        let expressions =
            column.checks.map(\.expression)
            + (column.partitions ?? []).flatMap { [$0.expression] + $0.checks.map(\.expression) }
        for expression in expressions {
            for token in SQLTokens(expression).tokens {
                // SQLite takes "…" for a text where there is no such column.
                guard token.kind == .literal || token.kind == .quotedName else { continue }
                texts.append(token.text)
                let pieces = token.text.split {
                    !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == " ")
                }
                if pieces.count > 1 { texts += pieces.map(String.init) }
            }
        }
        return texts
    }

    private static func rules(of column: LiveColumn, isPostgres: Bool) -> [Rule] {
        var rules: [Rule] = []
        if case .labels(let type, _) = column.kind {
            rules.append(Rule(kind: .labels(type: type), name: type, expression: nil))
        }
        if isPostgres, case .text = column.kind, column.domain == nil, column.type != column.plainType {
            rules.append(
                Rule(
                    kind: .length, name: column.type,
                    expression: "\"lockstep value\"::\(column.type)::text = \"lockstep value\""))
        }
        for check in column.ownChecks {
            rules.append(
                Rule(
                    kind: check.domain.map { .domain($0) } ?? .check, name: check.name,
                    expression: "(\(check.expression)) IS NOT FALSE", said: check.said))
        }
        if let partitions = column.partitions {
            let each = partitions.map { partition in
                let own = partition.checks.map { " AND (\($0.expression)) IS NOT FALSE" }.joined()
                return "((\(partition.expression)) IS TRUE\(own))"
            }
            rules.append(
                Rule(
                    kind: .partitions, name: "\(column.table)",
                    expression: each.isEmpty ? "false" : each.joined(separator: " OR ")))
        }
        return rules
    }

    // MARK: Asking

    private static func ask(
        _ column: LiveColumn, _ rules: [Rule], _ values: [String], _ probe: Probe
    ) throws -> [String: [Rule]] {
        var answers: [String: [Rule]] = [:]
        var rest = values
        if case .labels(_, let labels) = column.kind, let rule = rules.first {
            // Other texts cannot even be given to the other rules.
            for value in values where !labels.contains(value) { answers[value] = [rule] }
            rest = values.filter(labels.contains)
        }
        let evaluated = rules.filter { $0.expression != nil }
        for value in rest { answers[value] = [] }
        guard !evaluated.isEmpty else { return answers }
        var index = 0
        while index < rest.count {
            let some = Array(rest[index..<min(index + 400, rest.count)])
            index += some.count
            switch try probe.attempt({ try ask(column, evaluated, some: some, probe) }) {
            case .success(let refused): for (value, rules) in refused { answers[value] = rules }
            case .failure(let error) where error.kind == .busy: throw error
            case .failure:
                // A rule that fails for one value fails for all of them at once.
                for value in some {
                    answers[value] = try evaluated.filter { rule in
                        switch try probe.attempt({ try ask(column, [rule], some: [value], probe) }) {
                        case .success(let refused): !refused.isEmpty
                        case .failure: true
                        }
                    }
                }
            }
        }
        return answers
    }

    /// - Returns: the refused ones.
    private static func ask(
        _ column: LiveColumn, _ rules: [Rule], some values: [String], _ probe: Probe
    ) throws -> [String: [Rule]] {
        let asked = rules.compactMap { $0.expression.map { "(\($0))" } }.joined(separator: ", ")
        let source = ValueSource(column, isPostgres: probe.isPostgres)
        let rows = try probe.query(
            "SELECT \"lockstep value\", \(asked) FROM \(source.text(count: values.count)) AS \(SQLText.name(column.table.name))",
            parameters: source.parameters(values))
        var refused: [String: [Rule]] = [:]
        for row in rows {
            guard let value = row[0].text else { continue }
            let against = rules.indices.filter { row[$0 + 1].integer != 1 }.map { rules[$0] }
            if !against.isEmpty { refused[value] = against }
        }
        return refused
    }
}

/// Values as rows of a table that has the column, and nothing else but `"lockstep value"`, the value as a text.
struct ValueSource {
    private let column: LiveColumn
    private let isPostgres: Bool
    /// Further columns, as `NULL`.
    var others: [LiveColumn.Sibling] = []

    init(_ column: LiveColumn, isPostgres: Bool) {
        self.column = column
        self.isPostgres = isPostgres
    }

    /// - Parameter first: the number of the first parameter.
    func text(count: Int, first: Int = 1) -> String {
        let nulls = others.map { sibling in
            isPostgres
                ? ", NULL::\(sibling.type) AS \(SQLText.name(sibling.name))"
                : ", NULL AS \(SQLText.name(sibling.name))"
        }.joined()
        guard !isPostgres else {
            // The rules of a domain call it VALUE. The base type: a domain's own would refuse at once.
            let value = column.name == "value" ? "" : ", v::\(column.plainType) AS value"
            return
                "(SELECT v AS \"lockstep value\", v::\(column.plainType) AS \(column.quotedName)\(value)\(nulls) "
                + "FROM unnest(?\(first)::text[]) AS v)"
        }
        let collation = column.collation.map { " COLLATE \(SQLText.name($0))" } ?? ""
        let values = (first..<(first + count)).map { "(?\($0))" }.joined(separator: ", ")
        return
            "(SELECT column1 AS \"lockstep value\", CAST(column1 AS TEXT)\(collation) AS \(column.quotedName)"
            + "\(nulls) FROM (VALUES \(values)))"
    }

    func parameters(_ values: [String]) -> [any SQLConvertible] {
        isPostgres ? [Probe.array(values)] : values
    }
}

extension SQLSchemaReader {
    mutating func createTable(_ cursor: inout SQLCursor) {
        let isConditional = takesIfNotExists(&cursor)
        let line = cursor.line
        guard let name = cursor.takeName() else { return }
        var table = CatalogTable(name: name, place: place(line))
        if cursor.take("partition", "of") {
            guard let parent = cursor.takeName() else { return }
            return partition(name, of: parent, &cursor, line: line)
        }
        if cursor.isWord("as") || cursor.isWord("select") { return }
        if cursor.take("like"), let other = cursor.takeName() { copy(other, into: &table, withChecks: true) }
        if let group = cursor.takeGroup() {
            if group.first?.isWord("select") == true { return }
            for part in SQLCursor.parts(of: group) { tablePart(part, &table) }
        }
        if cursor.take("inherits"), let parents = cursor.takeGroup() {
            for parent in SQLCursor.parts(of: parents) {
                var cursor = SQLCursor(parent)
                if let other = cursor.takeName() { copy(other, into: &table, withChecks: true) }
            }
        }
        if cursor.take("partition", "by", "list"), let key = cursor.takeGroup(), key.count == 1,
            let column = key.first
        {
            table.partitionColumn = column.text.lowercased()
        }
        nameChecks(&table)
        catalog.create(table, ifNotExists: isConditional)
    }

    private func nameChecks(_ table: inout CatalogTable) {
        let names = table.columns.map { $0.name.lowercased() }
        for index in table.checks.indices where table.checks[index].name == nil {
            let columns = names.filter(table.checks[index].condition.columns.contains)
            table.checks[index].isNamed = false
            table.checks[index].name = table.nameOfCheck(on: columns.count == 1 ? columns[0] : nil)
        }
    }

    private func copy(_ other: SQLName, into table: inout CatalogTable, withChecks: Bool) {
        guard let index = catalog.table(other), let found = catalog.tables[index] else { return }
        table.columns += found.columns.filter { table.index(of: $0.name) == nil }
        if withChecks { table.checks += found.checks }
    }

    private static let tableRules: Set<String> = [
        "constraint", "check", "primary", "unique", "foreign", "exclude", "key", "index", "fulltext",
        "spatial", "period",
        "like",
    ]

    private func tablePart(_ part: ArraySlice<SQLToken>, _ table: inout CatalogTable) {
        var cursor = SQLCursor(part)
        guard let first = cursor.first else { return }
        if first.kind == .word, Self.tableRules.contains(first.text), !isColumn(cursor) {
            if cursor.take("like"), let other = cursor.takeName() {
                let words = Set(cursor.tokens.map(\.text))
                return copy(
                    other, into: &table,
                    withChecks: words.contains("including")
                        && (words.contains("all") || words.contains("constraints")))
            }
            if let check = takeCheck(&cursor) { table.checks.append(check) }
            return
        }
        guard let (column, checks) = takeColumn(&cursor) else { return }
        table.columns.append(column)
        table.checks += checks
    }

    /// Whether a word that begins a rule is a column's name here: `key text NOT NULL`.
    private func isColumn(_ cursor: SQLCursor) -> Bool {
        guard let first = cursor.first, let second = cursor.peek(1) else { return false }
        switch first.text {
        case "key", "index", "period", "like":
            return second.kind == .word && SQLTypeKind(second.text) != .named && !cursor.isSign("(", at: 1)
        default: return false
        }
    }

    /// A column with its rules: `status text NOT NULL DEFAULT 'new' CHECK (…)`.
    func takeColumn(_ cursor: inout SQLCursor) -> (CatalogColumn, [CatalogCheck])? {
        let line = cursor.line
        guard let name = cursor.takeName() else { return nil }
        let type = takeType(&cursor)
        let rules = columnRules(&cursor, of: name.name)
        var column = CatalogColumn(name.name, type, at: place(line))
        column.isNotNull = rules.isNotNull
        column.defaultValue = rules.defaultValue
        return (column, rules.checks)
    }

    private static let afterType: Set<String> = [
        "not", "null", "default", "check", "constraint", "primary", "unique", "references", "collate",
        "generated", "as",
        "comment", "on", "auto_increment", "autoincrement", "character", "charset", "first", "after", "using",
        "invisible",
        "deferrable", "initially", "storage", "compression", "key", "identity", "stored", "virtual", "encode",
        "codec",
    ]

    /// The type at the front: `character varying(32)`, `ENUM('a', 'b')`, `app.status[]`, or none, as SQLite allows.
    func takeType(_ cursor: inout SQLCursor) -> SQLType {
        guard let first = cursor.first, first.isName || first.kind == .hole,
            first.kind != .word || !Self.afterType.contains(first.text) || first.text == "character"
        else { return SQLType("") }
        guard let name = cursor.takeName() else { return SQLType("") }
        var type = SQLType(name.name, namespace: name.namespace)
        if first.kind == .word || name.namespace == nil {
            switch name.name.lowercased() {
            case "character", "national", "nchar", "char":
                if cursor.take("character") || cursor.take("char") {
                    type.name = SQLName(namespace: nil, name: "char")
                }
                if cursor.take("varying") { type.name = SQLName(namespace: nil, name: "varchar") }
            case "double": _ = cursor.take("precision")
            case "long": type.name = SQLName(namespace: nil, name: cursor.take("varchar") ? "varchar" : "int")
            default:
                // SQLite allows any words: `VARYING CHARACTER`, `UNSIGNED BIG INT`.
                if type.kind == .named, let next = cursor.first, next.kind == .word,
                    !Self.afterType.contains(next.text),
                    SQLTypeKind(next.text) != .named, SQLTypeKind(next.text) != .none
                {
                    cursor.next()
                    type.name = SQLName(namespace: nil, name: next.text)
                }
            }
        }
        if let group = cursor.takeGroup() {
            type.arguments = group.filter { $0.kind != .sign }.map(\.text)
            if type.name.name.lowercased() == "nullable" || type.name.name.lowercased() == "lowcardinality",
                let inner = type.arguments.first
            {
                type = SQLType(inner.lowercased())
            }
        }
        if ["time", "timestamp"].contains(type.name.name), cursor.isWord("with") || cursor.isWord("without") {
            cursor.next()
            _ = cursor.take("time", "zone") || cursor.take("local", "time", "zone")
        }
        _ = cursor.take("unsigned")
        while cursor.isSign("[") {
            while let token = cursor.next(), !token.isSign("]") {}
            type.isArray = true
        }
        if cursor.take("array") { type.isArray = true }
        let known = SQLType(type.name.name.lowercased())
        if known.kind != .named { type.name = SQLName(namespace: type.name.namespace, name: known.name.name) }
        return type
    }

    /// What follows a column's type.
    struct ColumnRules {
        var isNotNull = false
        var defaultValue: String?
        var checks: [CatalogCheck] = []
    }

    func columnRules(_ cursor: inout SQLCursor, of column: String) -> ColumnRules {
        var rules = ColumnRules()
        var name: String?
        while let token = cursor.first {
            if cursor.take("not", "null") {
                rules.isNotNull = true
            } else if cursor.take("constraint") {
                name = cursor.takeName()?.name
                continue
            } else if cursor.isWord("check"), cursor.isSign("(", at: 1) {
                if let check = takeCheck(&cursor, name: name) { rules.checks.append(check) }
            } else if cursor.take("primary", "key") {
                rules.isNotNull = true
            } else if cursor.take("default") {
                let (expression, rest) = SQLExpressionParser.prefix(of: cursor.tokens)
                cursor = SQLCursor(rest)
                rules.defaultValue = Self.text(of: expression)
            } else if token.isSign("(") {
                _ = cursor.takeGroup()
            } else {
                cursor.next()
            }
            name = nil
        }
        return rules
    }

    /// The text that an expression is, whatever it is cast to.
    static func text(of expression: SQLExpression) -> String? {
        switch expression {
        case .text(let text): text
        case .cast(let inner, _), .collate(let inner, _): text(of: inner)
        case .column(let name, true): name
        default: nil
        }
    }

    /// A CHECK with all that follows it; nil when the rule is another one.
    func takeCheck(_ cursor: inout SQLCursor, name: String? = nil) -> CatalogCheck? {
        var name = name
        if cursor.take("constraint") {
            // SQL Server and MySQL allow a constraint without a name.
            if !cursor.isWord("check") || !cursor.isSign("(", at: 1) { name = cursor.takeName()?.name }
        }
        let line = cursor.line
        guard cursor.take("check") else { return nil }
        if cursor.take("not", "for") { cursor.next() }
        guard let group = cursor.takeGroup() else { return nil }
        var check = CatalogCheck(
            name: name, condition: SQLExpressionParser.expression(of: group), place: place(line))
        for token in group where token.kind == .string && !token.text.contains(Token.placeholder) {
            check.words[token.text] = check.words[token.text] ?? place(token.line)
        }
        while true {
            if cursor.take("not", "valid") {
                check.isValidated = false
            } else if cursor.take("not", "enforced") {
                check.isEnforced = false
            } else if !cursor.take("enforced"), !cursor.take("no", "inherit") {
                break
            }
        }
        return check
    }

    // MARK: Partitions

    private mutating func partition(_ name: SQLName, of parent: SQLName, _ cursor: inout SQLCursor, line: Int)
    {
        var table = CatalogTable(name: name, place: place(line))
        table.isPartition = true
        catalog.create(table, ifNotExists: true)
        _ = cursor.takeGroup()
        attach(name, to: parent, &cursor, line: line)
    }

    /// `FOR VALUES IN (…)` or `DEFAULT`.
    mutating func attach(_ name: SQLName, to parent: SQLName, _ cursor: inout SQLCursor, line: Int) {
        var partition = CatalogPartition(name: name, bounds: nil, place: place(line))
        if cursor.take("for", "values", "in"), let group = cursor.takeGroup() {
            partition.bounds = group.filter { $0.kind == .string || $0.isWord("null") }
                .map { $0.kind == .string ? $0.text : nil }
        } else if !cursor.isWord("default") {
            return
        }
        catalog.change(parent) { table in
            table.partitions.removeAll { $0.name == name }
            table.partitions.append(partition)
        }
        catalog.change(name) { $0.isPartition = true }
    }
}

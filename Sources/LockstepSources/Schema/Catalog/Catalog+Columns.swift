extension Catalog {
    /// The tables that are made here, by name in lower case.
    var tablesMade: Set<String> {
        Set(tables.compactMap { $0 }.filter { !$0.isAssumed }.map { $0.name.name.lowercased() })
    }

    /// Every column as the schema leaves it.
    /// - Parameter made: tables that other schemas make; what here only changes them is theirs to say.
    func columns(
        of origin: SchemaOrigin, dialect: SchemaColumn.Dialect, besides made: Set<String> = []
    ) -> [SchemaColumn] {
        let tables = tables.compactMap { $0 }.filter {
            !$0.isPartition && !($0.isAssumed && made.contains($0.name.name.lowercased()))
        }
        return tables.flatMap { table in
            let names = Set(table.columns.map { $0.name.lowercased() })
            return table.columns.map { column in
                ColumnReading(self, table, column, names, dialect).column(origin)
            }
        }
    }
}

/// Finds out what one column accepts.
private struct ColumnReading {
    private let table: CatalogTable
    private let column: CatalogColumn
    private let names: Set<String>
    private let dialect: SchemaColumn.Dialect
    private var checks: [CatalogCheck] = []
    private var labels: [CatalogType.Label]?
    private var typeName: String?
    private var typePlace: SourcePlace?
    private var type: SQLType
    private var domain: String?
    private var domainChecks = 0
    private var isNotNull: Bool
    private var defaultValue: String?
    private var partitionCheck: Int?

    private var key: String { column.name.lowercased() }

    init(
        _ catalog: Catalog, _ table: CatalogTable, _ column: CatalogColumn, _ names: Set<String>,
        _ dialect: SchemaColumn.Dialect
    ) {
        self.table = table
        self.column = column
        self.names = names
        self.dialect = dialect
        type = column.type
        isNotNull = column.isNotNull
        defaultValue = column.defaultValue
        resolve(catalog)
        checks += table.checks.filter { $0.condition.columns.contains(column.name.lowercased()) }
        addPartitions()
    }

    /// Follows a domain to its base, and an ENUM to its labels.
    private mutating func resolve(_ catalog: Catalog) {
        var steps = 0
        while type.kind == .named, steps < 8, let index = catalog.type(type.name),
            let found = catalog.types[index]
        {
            steps += 1
            switch found.kind {
            case .labels(let labels):
                self.labels = labels
                typeName = found.name.name
                typePlace = found.place
                return
            case .domain(let base, let rules, let refusesNull, let value):
                domain = domain ?? found.name.name
                typePlace = typePlace ?? found.place
                isNotNull = isNotNull || refusesNull
                defaultValue = defaultValue ?? value
                for var rule in rules {
                    rule.condition = rule.condition.renaming("value", to: key)
                    checks.append(rule)
                }
                domainChecks = checks.count
                type = SQLType(
                    base.name.name, namespace: base.name.namespace, arguments: base.arguments,
                    isArray: type.isArray)
            }
        }
        if type.name.name == "enum" {
            labels = type.arguments.map { CatalogType.Label(text: $0, place: column.typePlace) }
        }
    }

    private mutating func addPartitions() {
        guard table.partitionColumn == key, let first = table.partitions.first else { return }
        let bounds = table.partitions.compactMap(\.bounds)
        guard bounds.count == table.partitions.count else { return }
        let values = bounds.flatMap { $0 }
        let column = SQLExpression.column(key, isQuoted: false)
        var condition = SQLExpression.isIn(column, values.compactMap { $0 }.map(SQLExpression.text))
        if !values.contains(nil) { condition = .and([condition, .not(.test(column, .null))]) }
        partitionCheck = checks.count
        checks.append(
            CatalogCheck(
                name: table.name.name, condition: condition,
                place: table.partitions.last?.place ?? first.place))
    }

    func column(_ origin: SchemaOrigin) -> SchemaColumn {
        let isText = labels != nil || type.kind != .other
        let list =
            isText
            ? SQLValueList(
                of: checks.map(\.condition), column: key, dialect: dialect, names: names,
                labels: labels?.map(\.text))
            : nil
        let deciding = (list?.deciding ?? []).map { checks[$0] }
        var places: [String: SourcePlace] = [:]
        for check in deciding { places.merge(check.words) { old, _ in old } }
        for label in labels ?? [] { places[label.text] = label.place }
        return SchemaColumn(
            namespace: table.name.namespace, table: table.name.name, column: column.name, kind: kind(list),
            type: typeName ?? column.type.written, accepted: type.isArray ? nil : list?.accepted,
            acceptsNull: !isNotNull && (list?.acceptsNull ?? true), defaultValue: defaultValue,
            isValidated: deciding.allSatisfy(\.isValidated), isEnforced: deciding.allSatisfy(\.isEnforced),
            isConditional: list?.isConditional ?? false, constraint: deciding.last?.name,
            longest: type.longest,
            place: place(deciding), definedAt: column.place, dialect: dialect, origin: origin,
            valuePlaces: places,
            rules: isText
                ? CheckRules(
                    rules: checks.filter(\.isEnforced).map {
                        CheckRules.Rule(
                            name: $0.name, isNamed: $0.isNamed, condition: $0.condition, place: $0.place)
                    }, labels: labels?.map(\.text), names: names) : nil)
    }

    private func kind(_ list: SQLValueList?) -> SchemaColumn.Kind {
        if labels != nil { return type.isArray ? .other : .nativeEnum(type: typeName) }
        guard let list, !type.isArray else { return .other }
        guard list.accepted != nil else { return .text }
        if let domain, list.deciding.allSatisfy({ $0 < domainChecks }) { return .domain(type: domain) }
        if let partitionCheck, list.deciding == [partitionCheck] { return .partitions }
        return .check
    }

    private func place(_ deciding: [CatalogCheck]) -> SourcePlace {
        if let last = deciding.last { return last.place }
        return typePlace ?? column.typePlace
    }
}

/// Django's migrations: `CreateModel`, `AddField`, `AddConstraint`, `RunSQL`, app by app.
///
/// A field's `choices` are no rule of the database: such a column takes any text.
enum Django {
    static func read(_ index: SourceIndex) -> (readings: [OriginReading], files: Set<String>) {
        var files: [SchemaReading.File] = []
        for file in index.files where file.path.hasSuffix(".py") && file.path.contains("migrations/") {
            guard TextSearch.contains(file.text, anyOf: ["migrations.migration"]) else { continue }
            files.append(file)
        }
        // Every app has a folder of its own in one project.
        var projects: [String: [SchemaReading.File]] = [:]
        for file in files {
            let app = Paths.folder(of: Paths.folder(of: file.path))
            projects[Paths.folder(of: app), default: []].append(file)
        }
        let readings = projects.map { root, files in
            var catalog = Catalog()
            var names: [String: SQLName] = [:]
            for file in files.sorted(by: { Paths.comesBefore($0.path, $1.path) }) {
                guard let list = index.tokens(of: file.path) else { continue }
                var reader = DjangoMigration(index, file.path, list, catalog, names)
                reader.read()
                catalog = reader.catalog
                names = reader.names
            }
            return OriginReading(
                origin: SchemaOrigin(
                    kind: .django, path: root, isAside: files.allSatisfy { Paths.isAside($0.path) }),
                catalog: catalog, dialect: .postgres)
        }
        return (readings, Set(files.map(\.path)))
    }
}

private struct DjangoMigration {
    private(set) var catalog: Catalog
    private let path: String
    private let list: TokenList
    private let sql: EmbeddedSQL
    private let app: String
    /// The tables that are called otherwise than Django would, by the name it would give them.
    private(set) var names: [String: SQLName]
    private static let relations: Set<String> = ["ForeignKey", "OneToOneField"]

    init(
        _ index: SourceIndex, _ path: String, _ list: TokenList, _ catalog: Catalog,
        _ names: [String: SQLName]
    ) {
        self.catalog = catalog
        self.names = names
        self.path = path
        self.list = list
        sql = EmbeddedSQL(index, path, list)
        app = Paths.name(of: Paths.folder(of: Paths.folder(of: path)))
    }

    mutating func read() {
        for at in list.tokens.indices where list[at].isWord("operations") && list.isMark("=", at: at + 1) {
            guard list.isMark("[", at: at + 2) else { continue }
            for part in list.parts(in: at + 2) { perform(CodeParser(list).value(in: part)) }
        }
    }

    private func table(_ model: String?) -> SQLName? {
        model.map { SQLName(namespace: nil, name: "\(app)_\($0.lowercased())") }
    }

    private mutating func perform(_ value: CodeValue) {
        guard let call = value.asCall else { return }
        let model = call.argument("model_name", 0)?.plain
        let place = SourcePlace(file: path, line: call.line)
        switch call.verb {
        case "CreateModel": createModel(call, place)
        case "DeleteModel": table(call.argument("name", 0)?.plain).map { catalog.dropTable(named($0)) }
        case "RenameModel":
            if let old = table(call.argument("old_name", 0)?.plain),
                let new = table(call.argument("new_name", 1)?.plain)
            {
                // A table with a name of its own keeps it.
                if let own = names[old.name] {
                    names[new.name] = own
                } else {
                    catalog.renameTable(old, to: new)
                }
            }
        case "AlterModelTable":
            if let old = table(call.argument("name", 0)?.plain), let new = call.argument("table", 1)?.plain {
                rename(old, to: new)
            }
        case "AddField", "AlterField":
            guard let table = table(model), let name = call.argument("name", 1)?.plain,
                let field = call.argument("field", 2)?.asCall, let column = column(name, field)
            else { return }
            if call.verb == "AddField" {
                catalog.addColumn(column, to: named(table), ifNotExists: false)
            } else {
                catalog.changeColumn(column.name, of: named(table), at: place) { known in
                    known.type = column.type
                    known.typePlace = column.place
                    known.isNotNull = column.isNotNull
                }
            }
        case "RemoveField":
            if let table = table(model), let name = call.argument("name", 1)?.plain {
                catalog.dropColumn(name, of: named(table))
            }
        case "RenameField":
            if let table = table(model), let old = call.argument("old_name", 1)?.plain,
                let new = call.argument("new_name", 2)?.plain
            {
                catalog.renameColumn(old, to: new, of: named(table))
            }
        case "AddConstraint":
            if let table = table(model), let constraint = call.argument("constraint", 1)?.asCall {
                addConstraint(constraint, to: named(table))
            }
        case "RemoveConstraint":
            if let table = table(model), let name = call.argument("name", 1)?.plain {
                catalog.dropConstraint(name, of: named(table))
            }
        case "RunSQL": runSQL(call.argument("sql", 0))
        case "SeparateDatabaseAndState":
            if case .list(let operations) = call.argument("database_operations", 0) {
                operations.forEach { perform($0) }
            }
        default: break
        }
    }

    private func named(_ table: SQLName) -> SQLName { names[table.name] ?? table }

    private mutating func rename(_ old: SQLName, to new: String) {
        let name = SQLName(namespace: nil, name: new)
        catalog.renameTable(named(old), to: name)
        names[old.name] = name
    }

    private mutating func runSQL(_ value: CodeValue?) {
        switch value {
        case .text(let text): sql.read(text, into: &catalog)
        case .list(let items): for item in items { runSQL(item) }
        default: break
        }
    }

    private mutating func createModel(_ call: CodeCall, _ place: SourcePlace) {
        guard let plain = table(call.argument("name", 0)?.plain) else { return }
        let options = call.argument("options", 2)
        let name = options?["db_table"]?.plain.map { SQLName(namespace: nil, name: $0) } ?? plain
        if name != plain { names[plain.name] = name }
        if options?["managed"]?.bool == false || options?["proxy"]?.bool == true { return }
        var table = CatalogTable(name: name, place: place)
        if case .list(let fields) = call.argument("fields", 1) {
            for field in fields {
                guard case .list(let pair) = field, pair.count == 2, let name = pair[0].plain,
                    let form = pair[1].asCall,
                    let column = column(name, form)
                else { continue }
                table.columns.append(column)
            }
        }
        catalog.create(table, ifNotExists: false)
        if case .list(let constraints) = options?["constraints"] {
            for constraint in constraints {
                if let call = constraint.asCall { addConstraint(call, to: name) }
            }
        }
    }

    private static let types: [String: String] = [
        "charfield": "varchar", "textfield": "text", "slugfield": "varchar", "emailfield": "varchar",
        "urlfield": "varchar",
        "filefield": "varchar", "imagefield": "varchar", "filepathfield": "varchar", "citextfield": "citext",
    ]

    private func column(_ name: String, _ field: CodeCall) -> CatalogColumn? {
        if field.verb == "ManyToManyField" { return nil }
        let kind = field.verb.lowercased()
        var type = SQLType(Self.types[kind] ?? (kind.hasSuffix("charfield") ? "varchar" : "integer"))
        // A field of the project's own may be anything.
        if Self.types[kind] == nil, !field.name.hasPrefix("models."), !kind.hasSuffix("charfield") {
            type = SQLType("unknown")
        }
        if case .number(let length) = field["max_length"] { type.arguments = [length] }
        let suffix = Self.relations.contains(field.verb) ? "_id" : ""
        var column = CatalogColumn(
            field["db_column"]?.plain ?? name + suffix, type, at: SourcePlace(file: path, line: field.line))
        column.isNotNull = field["null"]?.bool != true
        column.defaultValue = field["db_default"]?.plain
        return column
    }

    private mutating func addConstraint(_ call: CodeCall, to table: SQLName) {
        guard call.verb == "CheckConstraint", let form = call["check"] ?? call["condition"] else { return }
        let place = SourcePlace(file: path, line: call.line)
        var check = CatalogCheck(name: call["name"]?.plain, condition: condition(form), place: place)
        check.condition.walk { if case .text(let text) = $0 { check.words[text] = place } }
        catalog.addCheck(check, to: table)
    }

    /// `Q(status__in=[…])`, `Q(("status__in", […]), _connector="OR")`, and those inside each other.
    private func condition(_ value: CodeValue) -> SQLExpression {
        guard let call = value.asCall, call.verb == "Q" else { return .unknown([]) }
        var parts: [SQLExpression] = []
        for argument in call.arguments {
            if argument.label == "_connector" || argument.label == "_negated" { continue }
            if let label = argument.label {
                parts.append(lookup(label, argument.value))
            } else if case .list(let pair) = argument.value, pair.count == 2, let key = pair[0].plain {
                parts.append(lookup(key, pair[1]))
            } else {
                parts.append(condition(argument.value))
            }
        }
        var condition: SQLExpression = parts.count == 1 ? parts[0] : .and(parts)
        if call["_connector"]?.plain == "OR" { condition = .or(parts) }
        return call["_negated"]?.bool == true ? .not(condition) : condition
    }

    private func lookup(_ key: String, _ value: CodeValue) -> SQLExpression {
        let parts = key.split(separator: "__").map(String.init)
        let column = SQLExpression.column(parts[0], isQuoted: false)
        switch parts.count > 1 ? parts[1] : "exact" {
        case "in":
            guard case .list(let items) = value else { return .unknown([column]) }
            return .isIn(column, items.map(literal))
        case "exact": return .compare(column, .equal, literal(value))
        case "isnull":
            return value.bool == true ? .test(column, .null) : .not(.test(column, .null))
        default: return .unknown([column])
        }
    }

    private func literal(_ value: CodeValue) -> SQLExpression {
        if let text = value.plain { return .text(text) }
        if value.isNull { return .null }
        if let bool = value.bool { return .bool(bool) }
        if case .number(let number) = value {
            return Double(number).map(SQLExpression.number) ?? .unknown([])
        }
        return .unknown([])
    }
}

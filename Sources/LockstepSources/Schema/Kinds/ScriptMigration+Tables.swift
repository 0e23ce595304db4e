// Sequelize, TypeORM and node-pg-migrate.

extension ScriptMigration {
    mutating func createTable(_ call: CodeCall, _ first: CodeValue) -> Bool {
        // TypeORM: `createTable(new Table({name, columns: […]}))`.
        if let table = first.asCall, table.verb == "Table", let form = table[0] {
            return typeORMTable(form, table.line)
        }
        guard let name = name(first) else { return false }
        if case .function(let body) = call[1] {
            catalog.create(
                CatalogTable(name: name, place: place(call.line)), ifNotExists: call.verb != "createTable")
            knex(body, name)
            return true
        }
        guard case .dictionary(let entries) = call[1] else { return false }
        catalog.create(CatalogTable(name: name, place: place(call.line)), ifNotExists: false)
        for entry in entries { if let key = entry.key { column(key, entry.value, name, entry.line) } }
        if let check = call[2]?["constraints"]?["check"]?.plain {
            addCheck(check, name: nil, to: name, call.line)
        }
        return true
    }

    mutating func typeORMTable(_ form: CodeValue, _ line: Int) -> Bool {
        guard let name = name(form["name"]) else { return false }
        catalog.create(CatalogTable(name: name, place: place(line)), ifNotExists: false)
        if case .list(let columns) = form["columns"] {
            for column in columns { typeORMColumn(column, name, line) }
        }
        if case .list(let checks) = form["checks"] {
            for check in checks {
                let form = check.asCall?[0] ?? check
                guard let text = form["expression"]?.plain else { continue }
                addCheck(text, name: form["name"]?.plain, to: name, line)
            }
        }
        return true
    }

    mutating func typeORMColumn(_ value: CodeValue, _ table: SQLName, _ line: Int) {
        let form = value.asCall?[0] ?? value
        guard let name = form["name"]?.plain else { return }
        let line = if case .dictionary(let entries) = form { entries.first?.line ?? line } else { line }
        var type = SQLType(form["type"]?.plain?.lowercased() ?? "unknown")
        if case .text(let size) = form["length"], let plain = size.plain { type.arguments = [plain] }
        if let labels = texts(form["enum"]) {
            type = SQLType(form["enumName"]?.plain ?? "\(table.name)_\(name)_enum")
            catalog.createEnum(type.name, labels, at: place(line), ifNotExists: true)
        }
        var column = CatalogColumn(name, type, at: place(line))
        column.isNotNull = form["isNullable"]?.bool != true
        column.defaultValue = form["default"]?.plain.map { $0.replacing("'", with: "") }
        catalog.addColumn(column, to: table, ifNotExists: false)
    }

    /// TypeORM's `addColumn('t', new TableColumn({…}))`, Sequelize's `addColumn('t', 'c', {…})`.
    mutating func columns(_ call: CodeCall, _ table: SQLName) -> Bool {
        if let form = call[1]?.asCall, form.verb == "TableColumn" {
            typeORMColumn(.call(form), table, call.line)
            return true
        }
        if call.verb == "changeColumn", let form = call[2]?.asCall, form.verb == "TableColumn" {
            typeORMColumn(.call(form), table, call.line)
            return true
        }
        guard let name = call[1]?.plain, let form = call[2] else { return false }
        column(name, form, table, call.line)
        return true
    }

    /// Sequelize's `{type: Sequelize.ENUM('a', 'b'), allowNull: false}` and node-pg-migrate's `{type: 'text', check: '…'}`.
    mutating func column(_ name: String, _ form: CodeValue, _ table: SQLName, _ line: Int) {
        if form["primaryKey"]?.bool == true, form["type"] == nil { return }
        let written = form["type"] ?? form
        var column = CatalogColumn(name, SQLType("unknown"), at: place(line))
        if let path = written.path, let last = path.split(separator: ".").last {
            let type = last.lowercased()
            if type == "enum", let call = written.asCall {
                let labels = texts(call[0]?["values"]) ?? texts(.list(call.positional)) ?? []
                column.type = SQLType("enum_\(table.name)_\(name)")
                catalog.createEnum(column.type.name, labels, at: place(line), ifNotExists: false)
            } else {
                column.type = SQLType(Self.types[type] ?? type)
                if case .number(let size) = written.asCall?[0] { column.type.arguments = [size] }
            }
            if type == "enum", let labels = texts(form["values"]) {
                column.type = SQLType("enum_\(table.name)_\(name)")
                catalog.createEnum(column.type.name, labels, at: place(line), ifNotExists: false)
            }
        } else if let text = written.plain {
            var cursor = SQLCursor(SQLLexer.tokens(of: text))
            var reader = SQLSchemaReader(catalog, file: path)
            column.type = reader.takeType(&cursor)
            reader.isGuarded = false
        }
        column.isNotNull = form["allowNull"]?.bool == false || form["notNull"]?.bool == true
        column.defaultValue = text(form["defaultValue"] ?? form["default"])
        catalog.addColumn(column, to: table, ifNotExists: false)
        if let check = form["check"]?.plain { addCheck(check, name: nil, to: table, line) }
    }

    static let types = [
        "string": "varchar", "text": "text", "citext": "citext", "datetime": "timestamp", "dateonly": "date",
        "int": "integer",
    ]

    mutating func alterColumn(_ name: String, _ form: CodeValue, _ table: SQLName, _ line: Int) {
        let place = place(line)
        let value = form["default"]
        let text = text(value)
        catalog.changeColumn(name, of: table, at: place) { known in
            if let type = form["type"]?.plain {
                known.type = SQLType(type.lowercased())
                known.typePlace = place
            }
            if let notNull = form["notNull"]?.bool { known.isNotNull = notNull }
            if value != nil { known.defaultValue = text }
        }
    }

    func text(_ value: CodeValue?) -> String? {
        if let plain = value?.plain { return plain }
        guard case .name(let name, _) = value else { return nil }
        return HoleFilling(index: index, path: path)(name)
    }

    mutating func addConstraint(_ call: CodeCall, _ first: CodeValue) -> Bool {
        guard let table = name(first) else { return false }
        // Sequelize: `addConstraint('t', {type: 'check', fields: ['c'], where: {c: ['a', 'b']}, name})`.
        if let form = call[1], form["type"]?.plain?.lowercased() == "check" {
            guard case .dictionary(let entries) = form["where"], let entry = entries.first,
                let column = entry.key,
                let values = texts(entry.value) ?? texts(entry.value["in"])
            else { return true }
            var check = CatalogCheck(
                name: form["name"]?.plain,
                condition: .isIn(.column(column, isQuoted: false), values.map(SQLExpression.text)),
                place: place(call.line))
            for value in values { check.words[value] = check.place }
            catalog.addCheck(check, to: table)
            return true
        }
        // node-pg-migrate: `addConstraint('t', 'name', {check: '…'})`, or the SQL itself.
        guard let name = call[1]?.plain else { return false }
        if let check = call[2]?["check"]?.plain {
            addCheck(check, name: name, to: table, call.line)
        } else if case .text(let text) = call[2] {
            let words = EmbeddedText(text, fill: HoleFilling(index: index, path: path).callAsFunction).tokens
            var cursor = SQLCursor(words)
            if var check = SQLSchemaReader(catalog, file: path).takeCheck(&cursor) {
                check.name = name
                catalog.addCheck(check, to: table)
            }
        }
        return true
    }

    mutating func addCheck(_ text: String, name: String?, to table: SQLName, _ line: Int) {
        let tokens = SQLLexer.tokens(of: text, firstLine: line)
        var check = CatalogCheck(
            name: name, condition: SQLExpressionParser.expression(of: tokens[...]), place: place(line))
        for token in tokens where token.kind == .string { check.words[token.text] = place(line) }
        catalog.addCheck(check, to: table)
    }
}

/// Migrations in JavaScript or TypeScript that run SQL or a builder: TypeORM, Knex, Sequelize, Kysely.
enum ScriptMigrations {
    static func read(_ index: SourceIndex) -> (readings: [OriginReading], files: Set<String>) {
        var folders: [String: [SchemaReading.File]] = [:]
        var used: Set<String> = []
        for file in index.files where SourceLanguage(fileName: file.path)?.isScript == true {
            guard
                TextSearch.contains(
                    file.text,
                    anyOf: [
                        "queryrunner", "knex", "queryinterface", "kysely", "schemabuilder", "pgm.",
                        "db.schema",
                    ]),
                TextSearch.contains(file.text, anyOf: ["up(", "exports.up", "up =", "up:", "up ("])
            else { continue }
            used.insert(file.path)
            folders[Paths.folder(of: file.path), default: []].append(file)
        }
        let readings = folders.map { folder, files in
            var catalog = Catalog()
            var words: [SQLToken] = []
            for file in files.sorted(by: { Paths.comesBefore(key($0), key($1)) }) {
                guard let list = index.tokens(of: file.path) else { continue }
                var reader = ScriptMigration(index, file.path, list, catalog)
                reader.read()
                catalog = reader.catalog
                for token in list.tokens where token.isString && SQLFiles.shapes(token.text) {
                    words += SQLLexer.tokens(of: token.text)
                }
            }
            let dialect = SQLDialect.named(in: folder) ?? SQLDialect.guess(words)
            return OriginReading(
                origin: SchemaOrigin(
                    kind: .scriptMigrations, path: folder, isAside: Paths.isAside(files[0].path)),
                catalog: catalog, dialect: dialect)
        }
        return (readings, used)
    }

    /// TypeORM's classes carry the time in their names, for files that do not.
    private static func key(_ file: SchemaReading.File) -> String {
        let name = Paths.name(of: file.path)
        return name.first?.isNumber == true ? name : "~" + name
    }
}

/// What one script does to a catalog.
private struct ScriptMigration {
    private(set) var catalog: Catalog
    private let index: SourceIndex
    private let path: String
    private let list: TokenList
    private let parser: CodeParser
    private let sql: EmbeddedSQL
    private let skipped: [Range<Int>]

    init(_ index: SourceIndex, _ path: String, _ list: TokenList, _ catalog: Catalog) {
        self.catalog = catalog
        self.index = index
        self.path = path
        self.list = list
        parser = CodeParser(list)
        sql = EmbeddedSQL(index, path, list)
        skipped = CodeBlocks.bodies(of: CodeBlocks.backward, in: list)
    }

    private static let verbs: Set<String> = [
        "createTable", "createTableIfNotExists", "alterTable", "table", "dropTable", "dropTableIfExists",
        "renameTable",
        "addColumn", "changeColumn", "removeColumn", "dropColumn", "renameColumn", "addConstraint",
        "removeConstraint",
        "createType", "addTypeValue", "dropType", "addColumns", "alterColumn", "createCheckConstraint",
        "dropConstraint",
    ]

    mutating func read() {
        var at = 0
        while let token = list.at(at) {
            if let body = skipped.first(where: { $0.contains(at) }), body.upperBound > at {
                at = body.upperBound
            } else if token.isString, let (text, end) = sql.text(at: at) {
                sql.read(text, into: &catalog)
                at = end
            } else if token.kind == .word, Self.verbs.contains(token.text), list.isMark("(", at: at + 1),
                let (call, end) = parser.chain(at: at)
            {
                // SQL inside the call is read by what reads the call.
                at = perform(call) ? end : at + 1
            } else {
                at += 1
            }
        }
    }

    private func place(_ line: Int) -> SourcePlace { SourcePlace(file: path, line: line) }

    private func name(_ value: CodeValue?) -> SQLName? {
        switch value {
        case .text(let text):
            let parts = (text.plain ?? "").split(separator: ".").map(String.init)
            return parts.last.map { SQLName(namespace: parts.count > 1 ? parts[0] : nil, name: $0) }
        case .dictionary:
            let table = value?["tableName"] ?? value?["name"]
            return table?.plain.map { SQLName(namespace: value?["schema"]?.plain, name: $0) }
        case .name(let constant, _):
            return HoleFilling(index: index, path: path)(constant).map { SQLName(namespace: nil, name: $0) }
        default: return nil
        }
    }

    private mutating func perform(_ outer: CodeCall) -> Bool {
        let chain = outer.chain
        guard let call = chain.first, let first = call[0] else { return false }
        if call.verb == "createType", chain.count > 1 { return kyselyType(chain) }
        if chain.count > 1,
            chain.contains(where: { ["addColumn", "addCheckConstraint", "execute"].contains($0.verb) })
        {
            return kyselyTable(chain)
        }
        switch call.verb {
        case "createTable", "createTableIfNotExists": return createTable(call, first)
        case "alterTable", "table":
            guard let name = name(first), case .function(let body) = call[1] else { return false }
            knex(body, name)
        case "dropTable", "dropTableIfExists":
            guard let name = name(first) else { return false }
            catalog.dropTable(name)
        case "renameTable":
            guard let old = name(first), let new = name(call[1]) else { return false }
            catalog.renameTable(old, to: new)
        case "addColumn", "changeColumn":
            guard let table = name(first) else { return false }
            return columns(call, table)
        case "addColumns":
            // node-pg-migrate: an object of columns.
            guard let table = name(first), case .dictionary(let entries) = call[1] else { return false }
            for entry in entries { if let key = entry.key { column(key, entry.value, table, entry.line) } }
        case "alterColumn":
            guard let table = name(first), let name = call[1]?.plain, let options = call[2] else {
                return false
            }
            alterColumn(name, options, table, call.line)
        case "removeColumn", "dropColumn":
            guard let table = name(first), let column = call[1]?.plain else { return false }
            catalog.dropColumn(column, of: table)
        case "renameColumn":
            guard let table = name(first), let old = call[1]?.plain, let new = call[2]?.plain else {
                return false
            }
            catalog.renameColumn(old, to: new, of: table)
        case "addConstraint": return addConstraint(call, first)
        case "removeConstraint", "dropConstraint":
            guard let table = name(first), let constraint = call[1]?.plain else { return false }
            catalog.dropConstraint(constraint, of: table)
        case "createType":
            guard let name = name(first), let labels = texts(call[1]) else { return false }
            catalog.createEnum(name, labels, at: place(call.line))
        case "addTypeValue":
            guard let name = name(first), let label = call[1]?.plain else { return false }
            catalog.addLabel(
                label, to: name, before: call[2]?["before"]?.plain, after: call[2]?["after"]?.plain,
                at: place(call.line))
        case "dropType":
            guard let name = name(first) else { return false }
            catalog.dropType(name)
        default: return false
        }
        return true
    }

    private func texts(_ value: CodeValue?) -> [String]? {
        ScriptValues(index: index, path: path).texts(value)
    }

    // MARK: Tables

    private mutating func createTable(_ call: CodeCall, _ first: CodeValue) -> Bool {
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

    private mutating func typeORMTable(_ form: CodeValue, _ line: Int) -> Bool {
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

    private mutating func typeORMColumn(_ value: CodeValue, _ table: SQLName, _ line: Int) {
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
    private mutating func columns(_ call: CodeCall, _ table: SQLName) -> Bool {
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
    private mutating func column(_ name: String, _ form: CodeValue, _ table: SQLName, _ line: Int) {
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

    private static let types = [
        "string": "varchar", "text": "text", "citext": "citext", "datetime": "timestamp", "dateonly": "date",
        "int": "integer",
    ]

    private mutating func alterColumn(_ name: String, _ form: CodeValue, _ table: SQLName, _ line: Int) {
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

    private func text(_ value: CodeValue?) -> String? {
        if let plain = value?.plain { return plain }
        guard case .name(let name, _) = value else { return nil }
        return HoleFilling(index: index, path: path)(name)
    }

    private mutating func addConstraint(_ call: CodeCall, _ first: CodeValue) -> Bool {
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

    private mutating func addCheck(_ text: String, name: String?, to table: SQLName, _ line: Int) {
        let tokens = SQLLexer.tokens(of: text, firstLine: line)
        var check = CatalogCheck(
            name: name, condition: SQLExpressionParser.expression(of: tokens[...]), place: place(line))
        for token in tokens where token.kind == .string { check.words[token.text] = place(line) }
        catalog.addCheck(check, to: table)
    }

    // MARK: Knex

    /// `t.enu('status', ['a', 'b']).notNullable().defaultTo('a')`.
    private mutating func knex(_ body: Range<Int>, _ table: SQLName) {
        var at = body.lowerBound
        while at < min(body.upperBound, list.count) {
            guard list[at].kind == .word, list.isMark(".", at: at + 1), list.at(at + 2)?.kind == .word,
                list.isMark("(", at: at + 3), let (outer, end) = parser.chain(at: at)
            else {
                at += 1
                continue
            }
            at = max(end, at + 1)
            let chain = outer.chain
            guard let call = chain.first, let name = call[0]?.plain else { continue }
            knexColumn(name, call, chain, table)
        }
    }

    private static let knexTypes: [String: String] = [
        "string": "varchar", "text": "text", "integer": "integer", "bigInteger": "bigint",
        "boolean": "boolean", "json": "json",
        "jsonb": "jsonb", "uuid": "uuid", "timestamp": "timestamp", "datetime": "timestamp", "date": "date",
        "float": "float",
        "decimal": "numeric", "increments": "integer", "bigIncrements": "bigint", "binary": "bytea",
        "double": "double",
        "smallint": "smallint", "tinyint": "tinyint", "time": "time", "char": "char",
    ]

    private mutating func knexColumn(_ name: String, _ call: CodeCall, _ chain: [CodeCall], _ table: SQLName)
    {
        var column = CatalogColumn(name, SQLType("unknown"), at: place(call.line))
        var check: CatalogCheck?
        switch call.verb {
        case "enu", "enum":
            guard let labels = texts(call[1]) else { return }
            if call[2]?["useNative"]?.bool == true, let type = call[2]?["enumName"]?.plain {
                column.type = SQLType(type)
                catalog.createEnum(column.type.name, labels, at: place(call.line), ifNotExists: true)
            } else {
                column.type = SQLType("text")
                var rule = CatalogCheck(
                    name: "\(table.name)_\(name)_check",
                    condition: .isIn(.column(name, isQuoted: false), labels.map(SQLExpression.text)),
                    place: place(call.line))
                for label in labels { rule.words[label] = rule.place }
                check = rule
            }
        case "specificType": column.type = SQLType(call[1]?.plain?.lowercased() ?? "unknown")
        case "dropColumn": return catalog.dropColumn(name, of: table)
        case "dropChecks": return catalog.dropConstraint(name, of: table)
        case "renameColumn":
            if let new = call[1]?.plain { catalog.renameColumn(name, to: new, of: table) }
            return
        case "check": return addCheck(name, name: call[2]?.plain, to: table, call.line)
        default:
            guard let type = Self.knexTypes[call.verb] else { return }
            column.type = SQLType(type)
            if case .number(let size) = call[1] { column.type.arguments = [size] }
        }
        for link in chain.dropFirst() {
            switch link.verb {
            case "notNullable", "notNull": column.isNotNull = true
            case "defaultTo": column.defaultValue = text(link[0])
            case "checkIn":
                guard let labels = texts(link[0]) else { continue }
                check = CatalogCheck(
                    name: link[1]?.plain,
                    condition: .isIn(.column(name, isQuoted: false), labels.map(SQLExpression.text)),
                    place: place(link.line))
            default: break
            }
        }
        if chain.contains(where: { $0.verb == "alter" }) {
            let changed = column
            catalog.changeColumn(name, of: table, at: column.place) { known in
                known.type = changed.type
                known.typePlace = changed.place
                known.isNotNull = changed.isNotNull
                known.defaultValue = changed.defaultValue
            }
        } else {
            catalog.addColumn(column, to: table, ifNotExists: false)
        }
        if let check { catalog.addCheck(check, to: table) }
    }

    // MARK: Kysely

    /// `db.schema.createType('status').asEnum(['a', 'b']).execute()`.
    private mutating func kyselyType(_ chain: [CodeCall]) -> Bool {
        guard let name = name(chain[0][0]),
            let labels = chain.first(where: { $0.verb == "asEnum" }).flatMap({ texts($0[0]) })
        else { return false }
        catalog.createEnum(name, labels, at: place(chain[0].line))
        return true
    }

    private mutating func kyselyTable(_ chain: [CodeCall]) -> Bool {
        guard let name = name(chain[0][0]) else { return false }
        switch chain[0].verb {
        case "createTable":
            catalog.create(
                CatalogTable(name: name, place: place(chain[0].line)),
                ifNotExists: chain.contains { $0.verb == "ifNotExists" })
        case "dropTable":
            catalog.dropTable(name)
            return true
        case "alterTable": break
        default: return false
        }
        for link in chain.dropFirst() { kysely(link, name) }
        return true
    }

    private mutating func kysely(_ link: CodeCall, _ table: SQLName) {
        switch link.verb {
        case "addColumn":
            guard let name = link[0]?.plain else { return }
            var column = CatalogColumn(name, SQLType("unknown"), at: place(link.line))
            var source = link[1]
            if let tagged = source?.asCall { source = tagged[0] }
            if let written = source?.plain {
                var cursor = SQLCursor(SQLLexer.tokens(of: written))
                column.type = SQLSchemaReader(catalog, file: path).takeType(&cursor)
            }
            if case .function(let body) = link[2],
                let at = list.tokens[body].firstIndex(where: { $0.kind == .word }),
                let (rules, _) = parser.chain(at: at)
            {
                for rule in rules.chain {
                    switch rule.verb {
                    case "notNull": column.isNotNull = true
                    case "defaultTo": column.defaultValue = text(rule[0])
                    case "check":
                        catalog.addColumn(column, to: table, ifNotExists: false)
                        if case .text(let text) = rule[0]?.asCall?[0] {
                            kyselyCheck(text, name: nil, table, rule.line)
                        }
                    default: break
                    }
                }
            }
            catalog.addColumn(column, to: table, ifNotExists: false)
        case "addCheckConstraint":
            if case .text(let text) = link[1]?.asCall?[0] {
                kyselyCheck(text, name: link[0]?.plain, table, link.line)
            }
        case "dropConstraint": if let name = link[0]?.plain { catalog.dropConstraint(name, of: table) }
        case "dropColumn": if let name = link[0]?.plain { catalog.dropColumn(name, of: table) }
        case "renameColumn":
            if let old = link[0]?.plain, let new = link[1]?.plain {
                catalog.renameColumn(old, to: new, of: table)
            }
        case "renameTo": if let new = name(link[0]) { catalog.renameTable(table, to: new) }
        default: break
        }
    }

    private mutating func kyselyCheck(_ text: CodeText, name: String?, _ table: SQLName, _ line: Int) {
        let tokens = EmbeddedText(text, fill: HoleFilling(index: index, path: path).callAsFunction).tokens
        var check = CatalogCheck(
            name: name, condition: SQLExpressionParser.expression(of: tokens[...]), place: place(line))
        for token in tokens where token.kind == .string { check.words[token.text] = place(token.line) }
        catalog.addCheck(check, to: table)
    }
}

/// Active Record: `db/schema.rb`, and the migrations where there is no such dump; Sequel's migrations, which have most
/// of their verbs in common with it.
enum Rails {
    static func read(_ index: SourceIndex) -> (readings: [OriginReading], files: Set<String>) {
        var readings: [OriginReading] = []
        var used: Set<String> = []
        var dumped: Set<String> = []
        var migrations: [String: [SchemaReading.File]] = [:]
        for file in index.files {
            if file.path.hasSuffix("structure.sql") { dumped.insert(Paths.folder(of: file.path)) }
            guard file.path.hasSuffix(".rb") else { continue }
            let folder = Paths.folder(of: file.path)
            if TextSearch.contains(
                file.text, anyOf: ["activerecord::schema", "activerecord::migration", "sequel.migration"])
            {
                used.insert(file.path)
                if TextSearch.contains(file.text, anyOf: ["activerecord::schema"]) {
                    // `db/queue_schema.rb` is another database.
                    dumped.insert(folder)
                    readings.append(
                        read(
                            [file], index,
                            SchemaOrigin(
                                kind: .railsSchema, path: file.path, isAside: Paths.isAside(file.path))))
                } else {
                    migrations[folder, default: []].append(file)
                }
            }
        }
        for (folder, files) in migrations where !dumped.contains(Paths.folder(of: folder)) {
            let sorted = files.sorted { Paths.comesBefore($0.path, $1.path) }
            readings.append(
                read(
                    sorted, index,
                    SchemaOrigin(kind: .railsMigrations, path: folder, isAside: Paths.isAside(files[0].path)))
            )
        }
        return (readings, used)
    }

    private static func read(_ files: [SchemaReading.File], _ index: SourceIndex, _ origin: SchemaOrigin)
        -> OriginReading
    {
        var catalog = Catalog()
        for file in files {
            guard let list = index.tokens(of: file.path) else { continue }
            var reader = RailsFile(index, file.path, list, catalog)
            reader.read()
            catalog = reader.catalog
        }
        let isPostgres = files.contains {
            TextSearch.contains(
                $0.text, anyOf: ["plpgsql", "jsonb", "create_enum", "gen_random_uuid", "create type"])
        }
        return OriginReading(origin: origin, catalog: catalog, dialect: isPostgres ? .postgres : .unknown)
    }
}

/// What one file of Active Record does to a catalog.
private struct RailsFile {
    private(set) var catalog: Catalog
    private let path: String
    private let list: TokenList
    private let sql: EmbeddedSQL
    private let skipped: [Range<Int>]
    /// The table of the block that is being read, and what the block calls it.
    private var table: (name: SQLName, variable: String, isNew: Bool)?
    /// The table of a block of Sequel's, which has no variable, and the column its line begins at.
    private var block: (name: SQLName, column: Int)?
    private let isSequel: Bool

    init(_ index: SourceIndex, _ path: String, _ list: TokenList, _ catalog: Catalog) {
        self.catalog = catalog
        self.path = path
        self.list = list
        sql = EmbeddedSQL(index, path, list)
        skipped = CodeBlocks.bodies(of: CodeBlocks.backward, in: list)
        isSequel = list.tokens.contains { $0.isWord("Sequel") }
    }

    mutating func read() {
        var at = 0
        while let token = list.at(at) {
            if let open = block, token.isFirst, token.column <= open.column { block = nil }
            if isSequel, token.isFirst, token.isWord("down"), list.isWord("do", at: at + 1) {
                at = behind(at)
            } else if let block, token.isFirst, token.kind == .word, let end = inBlock(at, block.name) {
                at = end
            } else if let body = skipped.first(where: { $0.contains(at) }), body.upperBound > at {
                at = body.upperBound
            } else if token.isString, let (text, end) = sql.text(at: at) {
                sql.read(text, into: &catalog)
                at = end
            } else if token.kind == .word, let table, token.text == table.variable,
                list.isMark(".", at: at + 1),
                list.at(at + 2)?.kind == .word
            {
                let (call, end) = RubyCalls(list: list).call(at: at + 2)
                inTable(call, table.name)
                at = end
            } else if token.kind == .word, let end = statement(at) {
                at = end
            } else {
                at += 1
            }
        }
    }

    /// The token behind the block whose first line begins at a token.
    private func behind(_ start: Int) -> Int {
        var at = start + 1
        while let token = list.at(at), !(token.isFirst && token.column <= list[start].column) { at += 1 }
        return at
    }

    /// What a line of Sequel's block says of its table: `add_column :state, :order_state, default: "new"`.
    private mutating func inBlock(_ at: Int, _ table: SQLName) -> Int? {
        guard
            ["column", "add_column", "drop_column", "rename_column", "set_column_type", "String"]
                .contains(list[at].text)
        else { return nil }
        let (call, end) = RubyCalls(list: list).call(at: at)
        let names = call.positional.map(\.plain)
        guard let first = names.first ?? nil else { return end }
        let second = names.count > 1 ? names[1] : nil
        switch call.name {
        case "drop_column": catalog.dropColumn(first, of: table)
        case "rename_column": if let second { catalog.renameColumn(first, to: second, of: table) }
        case "set_column_type":
            if let second {
                let place = SourcePlace(file: path, line: call.line)
                catalog.changeColumn(first, of: table, at: place) {
                    $0.type = Self.type(second, call)
                    $0.typePlace = place
                }
            }
        default: column(first, type: second ?? "text", call, on: table)
        }
        return end
    }

    private static let statements: Set<String> = [
        "create_table", "change_table", "alter_table", "drop_table", "rename_table", "create_enum",
        "add_enum_value",
        "rename_enum_value",
        "drop_enum", "rename_enum", "add_check_constraint", "remove_check_constraint",
        "validate_check_constraint",
        "validate_constraint", "add_column", "remove_column", "remove_columns", "rename_column",
        "change_column",
        "change_column_default", "change_column_null",
    ]

    private mutating func statement(_ at: Int) -> Int? {
        guard Self.statements.contains(list[at].text), !list.isMark(".", at: at - 1),
            !list.isWord("def", at: at - 1)
        else {
            return nil
        }
        let (call, end) = RubyCalls(list: list).call(at: at)
        let names = call.positional.map(\.plain)
        guard let first = names.first ?? nil else { return nil }
        let name = Self.name(first)
        let place = SourcePlace(file: path, line: call.line)
        let second = names.count > 1 ? names[1] : nil
        switch call.name {
        case "alter_table": if isSequel { block = (name, list[at].column) }
        case "create_table", "change_table":
            if isSequel { block = (name, list[at].column) }
            if call.name == "create_table" {
                catalog.create(
                    CatalogTable(name: name, place: place), ifNotExists: call["if_not_exists"]?.bool == true)
            }
            // `do |t|`
            var open = end
            while let token = list.at(open), !token.isMark("|"), open < end + 4 { open += 1 }
            if list.isMark("|", at: open), let variable = list.at(open + 1) {
                table = (name, variable.text, call.name == "create_table")
                return open + 2
            }
        case "drop_table": catalog.dropTable(name)
        case "rename_table": if let second { catalog.renameTable(name, to: Self.name(second)) }
        case "create_enum":
            if case .list(let items) = call[1] ?? call["values"] {
                catalog.createEnum(name, items.compactMap(\.plain), at: place)
            }
        case "add_enum_value":
            if let second {
                catalog.addLabel(
                    second, to: name, before: call["before"]?.plain, after: call["after"]?.plain, at: place)
            }
        case "rename_enum_value":
            if let old = call.option("from")?.plain, let new = call.option("to")?.plain {
                catalog.renameLabel(old, to: new, of: name, at: place)
            }
        case "rename_enum":
            if let new = second ?? call.option("to")?.plain { catalog.renameType(name, to: new) }
        case "drop_enum": catalog.dropType(name)
        case "add_check_constraint": check(call, second, on: name)
        case "remove_check_constraint":
            if let constraint = call["name"]?.plain {
                catalog.dropConstraint(constraint, of: name)
            } else if let second {
                let condition = SQLExpressionParser.expression(of: SQLLexer.tokens(of: second)[...])
                catalog.change(name) { $0.checks.removeAll { $0.condition == condition } }
            }
        case "validate_check_constraint", "validate_constraint":
            if let constraint = call["name"]?.plain ?? second {
                catalog.changeConstraint(constraint, of: name) { $0.isValidated = true }
            }
        case "add_column":
            if let second, let type = names.count > 2 ? names[2] : nil {
                column(second, type: type, call, on: name)
            }
        case "remove_column": if let second { catalog.dropColumn(second, of: name) }
        case "remove_columns":
            for column in names.dropFirst().compactMap({ $0 }) { catalog.dropColumn(column, of: name) }
        case "rename_column":
            if let second, let new = names.count > 2 ? names[2] : nil {
                catalog.renameColumn(second, to: new, of: name)
            }
        case "change_column":
            if let second, let type = names.count > 2 ? names[2] : nil {
                catalog.changeColumn(second, of: name, at: place) { known in
                    known.type = Self.type(type, call)
                    known.typePlace = place
                    if let null = call["null"]?.bool { known.isNotNull = !null }
                    if call["default"] != nil { known.defaultValue = call["default"]?.plain }
                }
            }
        case "change_column_default":
            if let second {
                let value = call.option("to")?.plain ?? call[2]?.plain
                catalog.changeColumn(second, of: name, at: place) { $0.defaultValue = value }
            }
        case "change_column_null":
            if let second, let null = call[2]?.bool {
                catalog.changeColumn(second, of: name, at: place) { $0.isNotNull = !null }
            }
        default: break
        }
        return end
    }

    private static func name(_ text: String) -> SQLName {
        let parts = text.split(separator: ".").map(String.init)
        return SQLName(namespace: parts.count > 1 ? parts[0] : nil, name: parts.last ?? text)
    }

    private static let typeNames: [String: String] = [
        "string": "varchar", "text": "text", "citext": "citext", "datetime": "timestamp",
        "timestamptz": "timestamptz",
        "references": "bigint", "belongs_to": "bigint", "virtual": "integer", "binary": "bytea",
        "char": "varchar",
    ]

    private static func type(_ type: String, _ call: CodeCall) -> SQLType {
        if type == "enum" {
            if let name = (call["enum_type"] ?? call["enum_name"])?.plain { return SQLType(name) }
            // MySQL's, by the gem of that name.
            if case .list(let items) = call["limit"] {
                return SQLType("enum", arguments: items.compactMap(\.plain))
            }
            return SQLType("text")
        }
        var result = SQLType(typeNames[type] ?? type)
        if type == "string", case .number(let limit) = call["limit"] { result.arguments = [limit] }
        result.isArray = call["array"]?.bool == true
        return result
    }

    private mutating func column(_ name: String, type: String, _ call: CodeCall, on table: SQLName) {
        var column = CatalogColumn(
            name, Self.type(type, call), at: SourcePlace(file: path, line: call.line))
        column.isNotNull = call["null"]?.bool == false
        column.defaultValue = call["default"]?.plain
        catalog.addColumn(column, to: table, ifNotExists: false)
    }

    private mutating func check(_ call: CodeCall, _ text: String?, on table: SQLName) {
        guard let text else { return }
        let place = SourcePlace(file: path, line: call.line)
        let tokens = SQLLexer.tokens(of: text, firstLine: call.line)
        var check = CatalogCheck(
            name: call["name"]?.plain, condition: SQLExpressionParser.expression(of: tokens[...]),
            place: place)
        for token in tokens where token.kind == .string { check.words[token.text] = place }
        check.isValidated = call["validate"]?.bool != false
        catalog.addCheck(check, to: table)
    }

    private mutating func inTable(_ call: CodeCall, _ table: SQLName) {
        let names = call.positional.compactMap(\.plain)
        switch call.name {
        case "check_constraint": check(call, names.first, on: table)
        case "timestamps", "index", "foreign_key", "primary_key", "unique_constraint", "exclusion_constraint":
            break
        case "remove": for name in names { catalog.dropColumn(name, of: table) }
        case "rename": if names.count == 2 { catalog.renameColumn(names[0], to: names[1], of: table) }
        case "change", "column":
            if names.count >= 2 { column(names[0], type: names[1], call, on: table) }
        case "references", "belongs_to":
            for name in names { column(name + "_id", type: call.name, call, on: table) }
        default: for name in names { column(name, type: call.name, call, on: table) }
        }
    }
}

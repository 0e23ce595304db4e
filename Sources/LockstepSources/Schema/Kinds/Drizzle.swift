/// Drizzle's tables: `pgEnum`, `pgTable`, `check`.
enum Drizzle {
    static func read(_ index: SourceIndex) -> [OriginReading] {
        var packages: [String: [SchemaReading.File]] = [:]
        let roots = index.files.filter { Paths.name(of: $0.path) == "package.json" }.map {
            Paths.folder(of: $0.path)
        }
        for file in index.files where SourceLanguage(fileName: file.path)?.isScript == true {
            guard TextSearch.contains(file.text, anyOf: ["drizzle-orm", "pgenum(", "pgtable("]),
                TextSearch.contains(
                    file.text,
                    anyOf: [
                        "pgtable(", "mysqltable(", "sqlitetable(", "pgenum(", ".table(", ".enum(",
                        "pgtablecreator",
                        "createtable(",
                    ])
            else { continue }
            let root =
                roots.filter { $0.isEmpty || file.path.hasPrefix($0 + "/") }.max { $0.count < $1.count } ?? ""
            packages[root, default: []].append(file)
        }
        return packages.compactMap { root, files in
            var reader = DrizzleReader(index: index)
            let sorted = files.sorted { $0.path < $1.path }
            for file in sorted { reader.readEnums(file.path) }
            for file in sorted { reader.readTables(file.path) }
            guard reader.catalog.tables.contains(where: { $0 != nil }) else { return nil }
            let path = files.count == 1 ? files[0].path : common(sorted.map(\.path), root)
            return OriginReading(
                origin: SchemaOrigin(
                    kind: .drizzle, path: path, isAside: sorted.allSatisfy { Paths.isAside($0.path) }),
                catalog: reader.catalog, dialect: reader.dialect)
        }
    }

    private static func common(_ paths: [String], _ root: String) -> String {
        var parts = Paths.folder(of: paths[0]).split(separator: "/")[...]
        for path in paths.dropFirst() {
            let other = Paths.folder(of: path).split(separator: "/")
            parts = parts.prefix(zip(parts, other).prefix { $0 == $1 }.count)
        }
        let folder = parts.joined(separator: "/")
        return folder.isEmpty ? root : folder
    }
}

private struct DrizzleReader {
    let index: SourceIndex
    private(set) var catalog = Catalog()
    private(set) var dialect = SchemaColumn.Dialect.unknown
    /// The ENUMs by what the code calls them.
    private var enums: [String: SQLName] = [:]
    /// The tables' columns by what the code calls them, for `${orders.status}`.
    private var columnNames: [String: String] = [:]

    init(index: SourceIndex) { self.index = index }

    private func texts(_ value: CodeValue?, _ path: String) -> [String]? {
        ScriptValues(index: index, path: path).texts(value)
    }

    mutating func readEnums(_ path: String) {
        guard let list = index.tokens(of: path) else { return }
        for at in list.tokens.indices where list[at].isWord("pgEnum") || list[at].isWord("enum") {
            guard list.isMark("(", at: at + 1) else { continue }
            if list[at].isWord("enum"), !list.isMark(".", at: at - 1) { continue }
            let arguments = CodeParser(list).arguments(in: at + 1).map(\.value)
            guard arguments.count >= 2, let name = arguments[0].plain else { continue }
            // `const statusEnum = pgEnum(…)`, `const statusEnum = app.enum(…)`
            var back = at - 1
            while back > 0, list.isMark(".", at: back) || list[back].kind == .word,
                !list.isMark("=", at: back)
            { back -= 1 }
            if list.isMark("=", at: back), let variable = list.at(back - 1), variable.kind == .word {
                enums[variable.text] = SQLName(namespace: nil, name: name)
            }
            let place = SourcePlace(file: path, line: list[at].line)
            guard let labels = texts(arguments[1], path) else {
                catalog.note(
                    place, "The values of the enum '\(name)' are not written where they could be read.")
                continue
            }
            catalog.createEnum(SQLName(namespace: nil, name: name), labels, at: place)
        }
    }

    private static let makers: [String: SchemaColumn.Dialect] = [
        "pgTable": .postgres, "mysqlTable": .mysql, "sqliteTable": .sqlite, "singlestoreTable": .mysql,
        "table": .postgres,
        "createTable": .unknown,
    ]

    mutating func readTables(_ path: String) {
        guard let list = index.tokens(of: path) else { return }
        let parser = CodeParser(list)
        for at in list.tokens.indices {
            guard list[at].kind == .word, let kind = Self.makers[list[at].text], list.isMark("(", at: at + 1)
            else { continue }
            if list[at].isWord("table"), !list.isMark(".", at: at - 1) { continue }
            let arguments = parser.arguments(in: at + 1).map(\.value)
            guard arguments.count >= 2, let name = arguments[0].plain,
                case .dictionary(let entries) = arguments[1]
            else { continue }
            if dialect == .unknown { dialect = kind }
            let table = SQLName(namespace: nil, name: name)
            catalog.create(
                CatalogTable(name: table, place: SourcePlace(file: path, line: list[at].line)),
                ifNotExists: false)
            var names: [String: String] = [:]
            for entry in entries {
                guard let key = entry.key, let call = entry.value.asCall else { continue }
                names[key] = column(key, call, table, path, entry.line)
            }
            if arguments.count > 2, case .function(let body) = arguments[2] {
                checks(body, table, names, list, path)
            }
        }
    }

    private static let types: [String: String] = [
        "integer": "integer", "int": "integer", "bigint": "bigint", "smallint": "smallint",
        "serial": "serial",
        "bigserial": "bigserial", "boolean": "boolean", "timestamp": "timestamp", "date": "date",
        "json": "json",
        "jsonb": "jsonb", "uuid": "uuid", "text": "text", "varchar": "varchar", "char": "char",
        "real": "real",
        "doublePrecision": "double", "numeric": "numeric", "decimal": "numeric", "blob": "blob",
        "tinyint": "tinyint",
        "datetime": "datetime", "time": "time", "interval": "interval", "inet": "inet", "vector": "vector",
        "mediumtext": "text", "longtext": "text", "tinytext": "text", "citext": "citext", "double": "double",
        "float": "float",
    ]

    /// Adds a column, and says what the database calls it.
    private mutating func column(
        _ key: String, _ outer: CodeCall, _ table: SQLName, _ path: String, _ line: Int
    ) -> String {
        let chain = outer.chain
        guard let call = chain.first else { return key }
        let name = call[0]?.plain ?? key
        let place = SourcePlace(file: path, line: line)
        var column = CatalogColumn(name, SQLType("unknown"), at: place)
        let verb = call.verb
        if let type = enums[verb] {
            column.type = SQLType(type.name)
        } else if verb == "mysqlEnum" || verb == "singlestoreEnum" {
            let values = call.positional.last { $0.plain == nil }
            column.type = SQLType("enum", arguments: texts(values, path) ?? [])
        } else {
            column.type = SQLType(Self.types[verb] ?? "unknown")
            if case .number(let length) = call.option("length") { column.type.arguments = [length] }
        }
        for link in chain.dropFirst() {
            switch link.verb {
            case "notNull", "primaryKey": column.isNotNull = true
            case "default": column.defaultValue = ScriptValues(index: index, path: path).text(link[0])
            case "array": column.type.isArray = true
            default: break
            }
        }
        catalog.addColumn(column, to: table, ifNotExists: false)
        return name
    }

    /// `(t) => [check('name', sql`${t.status} IN ('a')`)]`.
    private mutating func checks(
        _ body: Range<Int>, _ table: SQLName, _ names: [String: String], _ list: TokenList, _ path: String
    ) {
        for at in body where list.at(at)?.isWord("check") == true && list.isMark("(", at: at + 1) {
            let arguments = CodeParser(list).arguments(in: at + 1).map(\.value)
            guard arguments.count >= 2, let tagged = arguments[1].asCall, case .text(let text) = tagged[0]
            else { continue }
            let filling = HoleFilling(index: index, path: path)
            let tokens = EmbeddedText(text) { source in
                // `t.status`, `table.status`, `t["status"]`
                let last =
                    source.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.last.map(String.init) ?? source
                if !source.contains("("), let column = names[last] { return "\"\(column)\"" }
                return filling(source)
            }.tokens
            let place = SourcePlace(file: path, line: list[at].line)
            var check = CatalogCheck(
                name: arguments[0].plain, condition: SQLExpressionParser.expression(of: tokens[...]),
                place: place)
            for token in tokens where token.kind == .string {
                check.words[token.text] = SourcePlace(file: path, line: token.line)
            }
            catalog.addCheck(check, to: table)
        }
    }
}

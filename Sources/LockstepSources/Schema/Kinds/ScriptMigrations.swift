/// Migrations in JavaScript or TypeScript that run SQL or a builder: TypeORM, MikroORM, Knex, Sequelize, Kysely.
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
                        "db.schema", "this.addsql",
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
struct ScriptMigration {
    var catalog: Catalog
    let index: SourceIndex
    let path: String
    let list: TokenList
    let parser: CodeParser
    let sql: EmbeddedSQL
    let skipped: [Range<Int>]

    init(_ index: SourceIndex, _ path: String, _ list: TokenList, _ catalog: Catalog) {
        self.catalog = catalog
        self.index = index
        self.path = path
        self.list = list
        parser = CodeParser(list)
        sql = EmbeddedSQL(index, path, list)
        skipped = CodeBlocks.bodies(of: CodeBlocks.backward, in: list)
    }

    static let verbs: Set<String> = [
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

    func place(_ line: Int) -> SourcePlace { SourcePlace(file: path, line: line) }

    func name(_ value: CodeValue?) -> SQLName? {
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

    mutating func perform(_ outer: CodeCall) -> Bool {
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

    func texts(_ value: CodeValue?) -> [String]? {
        ScriptValues(index: index, path: path).texts(value)
    }
}

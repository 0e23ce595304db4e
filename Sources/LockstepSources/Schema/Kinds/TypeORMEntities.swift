/// TypeORM's entities: classes with `@Entity` whose properties have `@Column`.
enum TypeORMEntities {
    static func read(_ index: SourceIndex) -> [OriginReading] {
        var roots: [String: [SchemaReading.File]] = [:]
        for file in index.files where SourceLanguage(fileName: file.path)?.isScript == true {
            guard TextSearch.contains(file.text, anyOf: ["@entity("]),
                TextSearch.contains(file.text, anyOf: ["typeorm"])
            else {
                continue
            }
            roots[file.path.split(separator: "/").first.map(String.init) ?? "", default: []].append(file)
        }
        return roots.compactMap { root, files in
            var catalog = Catalog()
            for file in files.sorted(by: { $0.path < $1.path }) { read(file.path, index, &catalog) }
            guard catalog.tables.contains(where: { $0 != nil }) else { return nil }
            let path = files.count == 1 ? files[0].path : root
            return OriginReading(
                origin: SchemaOrigin(
                    kind: .typeORM, path: path, isAside: files.allSatisfy { Paths.isAside($0.path) }),
                catalog: catalog, dialect: .postgres)
        }
    }

    private static func read(_ path: String, _ index: SourceIndex, _ catalog: inout Catalog) {
        guard let list = index.tokens(of: path) else { return }
        let parser = CodeParser(list)
        var at = 0
        var table: SQLName?
        while let token = list.at(at) {
            guard token.isMark("@"), let word = list.at(at + 1) else {
                at += 1
                continue
            }
            let open = at + 2
            let hasArguments = list.isMark("(", at: open)
            let end = hasArguments ? list.close(of: open) + 1 : open
            if word.isWord("Entity"), hasArguments {
                let arguments = parser.arguments(in: open).map(\.value)
                let form = arguments.last
                let name =
                    arguments.first?.plain ?? form?["name"]?.plain ?? snake(className(after: end, list) ?? "")
                table = SQLName(namespace: form?["schema"]?.plain, name: name)
                if let table {
                    catalog.create(
                        CatalogTable(name: table, place: SourcePlace(file: path, line: token.line)),
                        ifNotExists: false)
                }
            } else if word.isWord("Column"), hasArguments, let table {
                column(
                    parser.arguments(in: open).map(\.value), end, list, table, path, index, &catalog,
                    token.line)
            } else if word.isWord("Check"), hasArguments, let table {
                let arguments = parser.arguments(in: open).map(\.value)
                if let text = arguments.last?.plain {
                    let tokens = SQLLexer.tokens(of: text, firstLine: token.line)
                    let place = SourcePlace(file: path, line: token.line)
                    var check = CatalogCheck(
                        name: arguments.count > 1 ? arguments[0].plain : nil,
                        condition: SQLExpressionParser.expression(of: tokens[...]), place: place)
                    for token in tokens where token.kind == .string { check.words[token.text] = place }
                    catalog.addCheck(check, to: table)
                }
            }
            at = max(end, at + 2)
        }
    }

    private static func className(after index: Int, _ list: TokenList) -> String? {
        var at = index
        while let token = list.at(at), at < index + 200 {
            if token.isWord("class") { return list.at(at + 1)?.text }
            at += 1
        }
        return nil
    }

    private static func snake(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase, !result.isEmpty { result += "_" }
            result += character.lowercased()
        }
        return result
    }

    private static let types: [String: String] = [
        "String": "varchar", "Number": "integer", "Boolean": "boolean", "Date": "timestamp",
        "string": "varchar",
        "number": "integer", "boolean": "boolean",
    ]

    private static func column(
        _ arguments: [CodeValue], _ end: Int, _ list: TokenList, _ table: SQLName, _ path: String,
        _ index: SourceIndex,
        _ catalog: inout Catalog, _ line: Int
    ) {
        // The property behind the decorators.
        var at = end
        while let token = list.at(at) {
            if token.isMark("@") {
                at = list.isMark("(", at: at + 2) ? list.close(of: at + 2) + 1 : at + 2
            } else if ["public", "private", "protected", "readonly", "declare"].contains(token.text) {
                at += 1
            } else {
                break
            }
        }
        guard let property = list.at(at), property.kind == .word else { return }
        let form = arguments.last
        let name = form?["name"]?.plain ?? property.text
        let place = SourcePlace(file: path, line: line)
        var written = form?["type"]?.plain ?? arguments.first?.plain
        if written == nil, let colon = list.at(at + 1),
            colon.isMark(":") || colon.isMark("!") || colon.isMark("?")
        {
            let type = list.at(list.isMark(":", at: at + 1) ? at + 2 : at + 3)?.text ?? ""
            written = types[type]
        }
        var column = CatalogColumn(name, SQLType(written?.lowercased() ?? "unknown"), at: place)
        let values = ScriptValues(index: index, path: path)
        if let labels = values.texts(form?["enum"]), written == "enum" || written == "simple-enum" {
            if written == "enum" {
                column.type = SQLType(form?["enumName"]?.plain ?? "\(table.name)_\(name)_enum")
                catalog.createEnum(column.type.name, labels, at: place, ifNotExists: true)
            } else {
                column.type = SQLType("enum", arguments: labels)
            }
        }
        if case .number(let length) = form?["length"] { column.type.arguments = [length] }
        if form?["array"]?.bool == true { column.type.isArray = true }
        column.isNotNull = form?["nullable"]?.bool != true
        column.defaultValue = values.text(form?["default"])
        catalog.addColumn(column, to: table, ifNotExists: false)
    }
}

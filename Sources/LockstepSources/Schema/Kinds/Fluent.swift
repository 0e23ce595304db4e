/// Fluent's migrations in Swift: `database.schema("builds").field("status", .string, .required).create()`.
enum Fluent {
    static func read(_ index: SourceIndex) -> (readings: [OriginReading], files: Set<String>) {
        var roots: [String: [SchemaReading.File]] = [:]
        for file in index.files where file.path.hasSuffix(".swift") {
            guard TextSearch.contains(file.text, anyOf: [".schema("]),
                TextSearch.contains(file.text, anyOf: ["migration"]),
                TextSearch.contains(file.text, anyOf: ["import fluent", "import vapor"])
            else { continue }
            roots[root(of: file.path), default: []].append(file)
        }
        let readings = roots.map { root, files in
            var reader = FluentReader(index: index)
            for file in files.sorted(by: { Paths.comesBefore($0.path, $1.path) }) { reader.read(file.path) }
            return OriginReading(
                origin: SchemaOrigin(
                    kind: .fluent, path: root, isAside: files.allSatisfy { Paths.isAside($0.path) }),
                catalog: reader.catalog, dialect: .postgres)
        }
        return (readings, Set(roots.values.flatMap { $0 }.map(\.path)))
    }

    private static func root(of path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        guard
            let at = parts.firstIndex(where: {
                $0.lowercased().contains("migration") && !$0.hasSuffix(".swift")
            })
        else {
            return Paths.folder(of: path)
        }
        return parts[...at].joined(separator: "/")
    }
}

private struct FluentReader {
    let index: SourceIndex
    private(set) var catalog = Catalog()

    init(index: SourceIndex) { self.index = index }

    mutating func read(_ path: String) {
        guard let list = index.tokens(of: path) else { return }
        let skipped = CodeBlocks.bodies(of: CodeBlocks.backward, in: list)
        let parser = CodeParser(list)
        let sql = EmbeddedSQL(index, path, list)
        /// What variables hold: `let status = try await database.enum("status")…`
        var variables: [String: String] = [:]
        var at = 0
        while let token = list.at(at) {
            if let body = skipped.first(where: { $0.contains(at) }), body.upperBound > at {
                at = body.upperBound
            } else if token.isString, let (text, end) = sql.text(at: at) {
                sql.read(text, into: &catalog)
                at = end
            } else if token.kind == .word, list.isMark(".", at: at + 1), !list.isMark(".", at: at - 1),
                let (outer, end) = parser.chain(at: at), let first = outer.chain.first,
                first.verb == "schema" || first.verb == "enum", let name = text(first[0], path)
            {
                if first.verb == "enum" {
                    enumeration(name, outer.chain, path)
                    if let variable = variable(before: at, list) { variables[variable] = name }
                } else {
                    table(SQLName(namespace: first["space"]?.plain, name: name), outer.chain, path, variables)
                }
                at = max(end, at + 1)
            } else {
                at += 1
            }
        }
    }

    private func variable(before index: Int, _ list: TokenList) -> String? {
        var at = index - 1
        while at > 0, let token = list.at(at), token.isWord("await") || token.isWord("try") { at -= 1 }
        return list.isMark("=", at: at) ? list.at(at - 1)?.text : nil
    }

    private func text(_ value: CodeValue?, _ path: String) -> String? {
        if let plain = value?.plain { return plain }
        guard case .name(let name, _) = value else { return nil }
        return HoleFilling(index: index, path: path)(name)
            ?? name.split(separator: ".").last.flatMap { HoleFilling(index: index, path: path)(String($0)) }
    }

    private mutating func enumeration(_ name: String, _ chain: [CodeCall], _ path: String) {
        let labels = chain.filter { $0.verb == "case" }.compactMap { call in
            text(call[0], path).map { ($0, call.line) }
        }
        guard !labels.isEmpty else { return }
        let type = SQLName(namespace: nil, name: name)
        if chain.contains(where: { $0.verb == "update" }) {
            for (label, line) in labels {
                catalog.addLabel(label, to: type, at: SourcePlace(file: path, line: line))
            }
        } else {
            catalog.create(
                CatalogType(
                    name: type,
                    kind: .labels(
                        labels.map {
                            CatalogType.Label(text: $0.0, place: SourcePlace(file: path, line: $0.1))
                        }),
                    place: SourcePlace(file: path, line: chain[0].line)))
        }
    }

    private static let types: [String: String] = [
        ".string": "text", ".int": "integer", ".bool": "boolean", ".uuid": "uuid", ".datetime": "timestamp",
        ".date": "date",
        ".json": "jsonb", ".double": "double", ".float": "float", ".data": "bytea", ".dictionary": "jsonb",
        ".int64": "bigint",
        ".int32": "integer", ".int16": "smallint", ".int8": "smallint", ".uint": "bigint", ".time": "time",
    ]

    private mutating func table(
        _ name: SQLName, _ chain: [CodeCall], _ path: String, _ variables: [String: String]
    ) {
        let verbs = Set(chain.map(\.verb))
        if verbs.contains("delete") { return catalog.dropTable(name) }
        if verbs.contains("create") {
            catalog.create(
                CatalogTable(name: name, place: SourcePlace(file: path, line: chain[0].line)),
                ifNotExists: verbs.contains("ignoreExisting"))
        } else if !verbs.contains("update") {
            return
        }
        for call in chain.dropFirst() {
            let place = SourcePlace(file: path, line: call.line)
            switch call.verb {
            case "id":
                catalog.addColumn(
                    CatalogColumn("id", SQLType("uuid"), isNotNull: true, at: place), to: name,
                    ifNotExists: false)
            case "field":
                guard let field = text(call[0], path), let written = call[1] else { continue }
                var column = CatalogColumn(field, type(written, path, variables), at: place)
                column.isNotNull = call.positional.dropFirst(2).contains { $0.path == ".required" }
                for argument in call.positional {
                    guard let rule = argument.asCall, rule.verb == "sql" else { continue }
                    column.defaultValue =
                        rule.arguments.first { $0.label == "default" }?.value.plain
                        ?? rule.positional.first?.asCall.flatMap { $0.verb == "default" ? $0[0]?.plain : nil }
                }
                catalog.addColumn(column, to: name, ifNotExists: false)
            case "deleteField": if let field = text(call[0], path) { catalog.dropColumn(field, of: name) }
            case "updateField":
                guard let field = text(call[0], path), let written = call[1] else { continue }
                let type = type(written, path, variables)
                catalog.changeColumn(field, of: name, at: place) { known in
                    known.type = type
                    known.typePlace = place
                }
            case "constraint": check(call, name, path)
            default: break
            }
        }
    }

    private func type(_ value: CodeValue, _ path: String, _ variables: [String: String]) -> SQLType {
        guard let name = value.path else { return SQLType("unknown") }
        if let known = Self.types[name] { return SQLType(known) }
        if name == ".array" { return SQLType("text", isArray: true) }
        if name == ".enum", let call = value.asCall {
            return call[0].map { type($0, path, variables) } ?? SQLType("unknown")
        }
        if name == ".sql" { return SQLType("text") }
        return SQLType(variables[name] ?? "unknown")
    }

    private mutating func check(_ call: CodeCall, _ table: SQLName, _ path: String) {
        guard let inner = call[0]?.asCall else { return }
        var found: CodeText?
        func look(_ value: CodeValue) {
            if case .text(let text) = value { found = found ?? text }
            if let call = value.asCall { call.arguments.forEach { look($0.value) } }
        }
        inner.arguments.forEach { look($0.value) }
        guard let found else { return }
        let tokens = EmbeddedText(found, fill: HoleFilling(index: index, path: path).callAsFunction).tokens
        var cursor = SQLCursor(tokens)
        let place = SourcePlace(file: path, line: call.line)
        if let check = SQLSchemaReader(catalog, file: path).takeCheck(&cursor) {
            catalog.addCheck(check, to: table)
        } else if inner.name.contains("check")
            || inner.arguments.contains(where: { $0.value.path?.contains("check") == true })
        {
            var check = CatalogCheck(condition: SQLExpressionParser.expression(of: tokens[...]), place: place)
            for token in tokens where token.kind == .string { check.words[token.text] = place }
            catalog.addCheck(check, to: table)
        }
    }
}

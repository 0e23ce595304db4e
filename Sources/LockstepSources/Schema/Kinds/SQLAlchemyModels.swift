/// SQLAlchemy's and SQLModel's classes, which make the tables where there are no migrations.
enum SQLAlchemyModels {
    static func read(_ index: SourceIndex, passing: Set<String>) -> [OriginReading] {
        var roots: [String: [SchemaReading.File]] = [:]
        for file in index.files where file.path.hasSuffix(".py") && !passing.contains(file.path) {
            guard TextSearch.contains(file.text, anyOf: ["sqlalchemy", "sqlmodel"]),
                TextSearch.contains(file.text, anyOf: ["__tablename__", "table=true", " table(", "=table("])
            else { continue }
            // A service is what lies below the first folder.
            let parts = Paths.folder(of: file.path).split(separator: "/")
            roots[parts.first.map(String.init) ?? "", default: []].append(file)
        }
        return roots.compactMap { root, files in
            var reader = SQLAlchemyReader(index: index)
            for file in files.sorted(by: { $0.path < $1.path }) { reader.read(file.path) }
            guard reader.catalog.tables.contains(where: { $0 != nil }) else { return nil }
            let path = files.count == 1 ? files[0].path : root
            return OriginReading(
                origin: SchemaOrigin(
                    kind: .sqlAlchemy, path: path, isAside: files.allSatisfy { Paths.isAside($0.path) }),
                catalog: reader.catalog, dialect: .postgres)
        }
    }
}

private struct SQLAlchemyReader {
    let index: SourceIndex
    private(set) var catalog = Catalog()

    init(index: SourceIndex) { self.index = index }

    mutating func read(_ path: String) {
        guard let list = index.tokens(of: path) else { return }
        for at in list.tokens.indices where list[at].isWord("class") && list[at].isFirst {
            readClass(at, list, path)
        }
        for at in list.tokens.indices where list[at].isWord("Table") && list.isMark("(", at: at + 1) {
            if let (call, _) = CodeParser(list).chain(at: at) { readTable(call, path) }
        }
    }

    private mutating func readTable(_ call: CodeCall, _ path: String) {
        guard call.positional.count > 2, let name = call[0]?.plain else { return }
        let types = PythonTypes(index: index, path: path)
        let table = SQLName(namespace: call["schema"]?.plain, name: name)
        catalog.create(
            CatalogTable(name: table, place: SourcePlace(file: path, line: call.line)), ifNotExists: false)
        for argument in call.positional.dropFirst(2) {
            guard let inner = argument.asCall else { continue }
            if inner.verb == "Column", let name = inner.argument("name", 0)?.plain {
                add(name, inner, inner.argument("type_", 1), true, table, types)
            } else if inner.verb == "CheckConstraint", let check = types.check(inner) {
                catalog.addCheck(check, to: table)
            }
        }
    }

    private mutating func add(
        _ name: String, _ call: CodeCall, _ written: CodeValue?, _ isNullable: Bool, _ table: SQLName,
        _ types: PythonTypes
    ) {
        let type = written.flatMap { types.reading($0) }
        let place = SourcePlace(file: types.path, line: call.line)
        if let type, let labels = type.labels {
            catalog.createEnum(
                type.type.name, labels, at: SourcePlace(file: types.path, line: type.line), ifNotExists: true)
        }
        let (column, checks) = types.column(call, named: name, type: type, isNullable: isNullable)
        catalog.addColumn(column, to: table, ifNotExists: false)
        for var check in checks {
            if check.place.line == 0 { check.place = place }
            catalog.addCheck(check, to: table)
        }
    }

    private mutating func readClass(_ at: Int, _ list: TokenList, _ path: String) {
        guard let name = list.at(at + 1), list.isMark("(", at: at + 2) else { return }
        let bases = list.tokens[min(at + 3, list.count)..<min(list.close(of: at + 2), list.count)]
        let isSQLModel = bases.contains { $0.isWord("table") }
        let depth = list[at].column
        var table: SQLName?
        var lines: [(name: String, start: Int)] = []
        var place = list.close(of: at + 2) + 1
        let parser = CodeParser(list)
        while let token = list.at(place), !(token.isFirst && token.column <= depth) {
            if token.isFirst, token.kind == .word,
                list.isMark("=", at: place + 1) || list.isMark(":", at: place + 1)
            {
                if token.text == "__tablename__",
                    let text = list.at(place + 2)?.plainString ?? list.at(place + 4)?.plainString
                {
                    table = SQLName(namespace: table?.namespace, name: text)
                } else {
                    lines.append((token.text, place))
                }
            }
            place = list.isMark("(", at: place) ? list.close(of: place) + 1 : place + 1
        }
        if table == nil, isSQLModel { table = SQLName(namespace: nil, name: name.text.lowercased()) }
        guard let table else { return }
        let types = PythonTypes(index: index, path: path)
        catalog.create(
            CatalogTable(name: table, place: SourcePlace(file: path, line: list[at].line)), ifNotExists: false
        )
        for line in lines {
            if line.name == "__table_args__" {
                readArguments(line.start, list, parser, table, types)
            } else {
                readColumn(line.name, line.start, list, parser, table, types, isSQLModel: isSQLModel)
            }
        }
    }

    private mutating func readArguments(
        _ start: Int, _ list: TokenList, _ parser: CodeParser, _ table: SQLName, _ types: PythonTypes
    ) {
        var at = start
        while let token = list.at(at), at == start || !token.isFirst || token.column > list[start].column {
            if token.isWord("CheckConstraint"), let (call, end) = parser.chain(at: at) {
                if let check = types.check(call) { catalog.addCheck(check, to: table) }
                at = max(end, at + 1)
            } else {
                at += 1
            }
        }
    }

    /// `status = Column(Enum(Status))`, `status: Mapped[Status] = mapped_column(…)`, `status: Status = Field(…)`.
    private mutating func readColumn(
        _ name: String, _ start: Int, _ list: TokenList, _ parser: CodeParser, _ table: SQLName,
        _ types: PythonTypes,
        isSQLModel: Bool
    ) {
        var equals = start + 1
        var annotation: Range<Int>?
        if list.isMark(":", at: equals) {
            while let token = list.at(equals), !token.isMark("="), equals < start + 40,
                equals == start + 1 || !token.isFirst
            {
                equals = list.isMark("[", at: equals) ? list.close(of: equals) + 1 : equals + 1
            }
            annotation = start + 2..<max(start + 2, min(equals, list.count))
        }
        var call: CodeCall?
        if list.isMark("=", at: equals), list.at(equals + 1)?.kind == .word {
            call = parser.chain(at: equals + 1)?.0
        }
        // A row of another table is no value, however it is annotated.
        let relations: Set<String> = [
            "relationship", "Relationship", "association_proxy", "column_property", "composite", "synonym",
        ]
        if let call, relations.contains(call.verb) { return }
        let known: Set<String> = ["Column", "mapped_column", "Field", "column"]
        guard
            let call = call.flatMap({ known.contains($0.verb) ? $0 : nil })
                ?? (annotation != nil
                    ? CodeCall(
                        name: "mapped_column", receiver: nil, arguments: [], line: list[start].line) : nil)
        else { return }
        var column = call
        if call.verb == "Field", let inner = call["sa_column"]?.asCall { column = inner }
        // The name may come first, and the type after it.
        let positional = column.positional
        let named = positional.first?.plain
        let written =
            column["type_"] ?? column["sa_type"]
            ?? positional.first { $0.plain == nil && types.reading($0) != nil }
        let (inner, isOptional) = annotated(annotation, list)
        if written == nil, annotation != nil, inner == nil { return }
        if written == nil, let inner {
            return addAnnotated(
                named ?? name, column, inner, isOptional, list, table, types, isSQLModel: isSQLModel)
        }
        add(named ?? name, column, written, annotation == nil ? true : isOptional, table, types)
    }

    /// What stands inside `Mapped[…]` and `Optional[…]`.
    private func annotated(_ range: Range<Int>?, _ list: TokenList) -> (Range<Int>?, Bool) {
        guard var range, !range.isEmpty else { return (nil, false) }
        var isOptional = false
        while let word = list.at(range.lowerBound), word.kind == .word,
            list.isMark("[", at: range.lowerBound + 1),
            ["Mapped", "Optional"].contains(word.text)
        {
            isOptional = isOptional || word.text == "Optional"
            range =
                range.lowerBound
                + 2..<max(range.lowerBound + 2, min(list.close(of: range.lowerBound + 1), range.upperBound))
        }
        if list.tokens[range].contains(where: { $0.isWord("None") }) { isOptional = true }
        return (range, isOptional)
    }

    private mutating func addAnnotated(
        _ name: String, _ call: CodeCall, _ type: Range<Int>, _ isOptional: Bool, _ list: TokenList,
        _ table: SQLName,
        _ types: PythonTypes, isSQLModel: Bool
    ) {
        guard let word = list.at(type.lowerBound), type.contains(type.lowerBound), word.kind == .word else {
            return
        }
        let skipped: Set<String> = [
            "list", "List", "ClassVar", "Relationship", "relationship", "dict", "Dict", "WriteOnlyMapped",
        ]
        if skipped.contains(word.text) { return }
        // A Literal is kept as text; only SQLAlchemy looks at it.
        if word.isWord("Literal") {
            return add(name, call, .name("String", line: word.line), isOptional, table, types)
        }
        if case .members = index.constant(word.text, from: types.path) {
            let enumeration = CodeCall(
                name: "Enum", receiver: nil,
                arguments: [CodeCall.Argument(label: nil, value: .name(word.text, line: word.line))],
                line: word.line)
            return add(name, call, .call(enumeration), isOptional, table, types)
        }
        let plain: Set<String> = [
            "str", "int", "bool", "float", "datetime", "date", "UUID", "Decimal", "bytes", "uuid",
        ]
        guard plain.contains(word.text) else { return }
        let isText = word.text == "str"
        add(
            name, call,
            .name(isText ? "String" : word.text.lowercased() == "uuid" ? "UUID" : word.text, line: word.line),
            isOptional, table, types)
    }
}

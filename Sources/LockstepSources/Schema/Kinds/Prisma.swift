import Foundation

/// `schema.prisma`: models and enums, as Prisma would have them in the database.
enum Prisma {
    static func read(_ files: [SchemaReading.File]) -> [OriginReading] {
        // A schema may be spread over the files of a folder.
        var folders: [String: [SchemaReading.File]] = [:]
        for file in files where file.path.hasSuffix(".prisma") {
            folders[root(of: file.path), default: []].append(file)
        }
        return folders.map { folder, files in
            var reader = PrismaReader()
            for file in files.sorted(by: { Paths.comesBefore($0.path, $1.path) }) { reader.read(file) }
            let path = files.count == 1 ? files[0].path : folder
            return OriginReading(
                origin: SchemaOrigin(kind: .prisma, path: path, isAside: Paths.isAside(files[0].path)),
                catalog: reader.catalog(), dialect: reader.dialect)
        }
    }

    /// What the program believes, where migrations beside it make the tables.
    static func facts(of file: SourceFile) -> CodeFacts {
        var reader = PrismaReader()
        reader.read(SchemaReading.File(path: file.path, text: file.text))
        return reader.facts(of: file)
    }

    private static func root(of path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        guard let last = parts.dropLast().lastIndex(where: { $0 == "prisma" || $0 == "schema" }) else {
            return Paths.folder(of: path)
        }
        return parts[...last].joined(separator: "/")
    }
}

/// Reads the lines of Prisma's language.
private struct PrismaReader {
    private struct Field {
        let name: String
        let type: String
        let isOptional: Bool
        let isList: Bool
        let attributes: String
        let place: SourcePlace
    }

    private struct Model {
        var table: String
        var namespace: String?
        var fields: [Field] = []
        let place: SourcePlace
    }

    private struct Enumeration {
        var name: String
        var namespace: String?
        /// The name in Prisma, the value in the database.
        var members: [(name: String, value: String, place: SourcePlace)] = []
        let place: SourcePlace
    }

    private(set) var dialect = SchemaColumn.Dialect.unknown
    private var models: [Model] = []
    private var enums: [String: Enumeration] = [:]

    mutating func read(_ file: SchemaReading.File) {
        var block: (kind: String, name: String)?
        for (number, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        {
            let place = SourcePlace(file: file.path, line: number + 1)
            let text = Self.withoutComment(line)
            guard !text.isEmpty else { continue }
            if text == "}" {
                block = nil
            } else if let open = block {
                inside(open, text, place)
            } else if text.hasSuffix("{") {
                let words = text.dropLast().split(whereSeparator: \.isWhitespace).map(String.init)
                guard words.count == 2 else { continue }
                block = (words[0], words[1])
                if words[0] == "model" { models.append(Model(table: words[1], place: place)) }
                if words[0] == "enum" { enums[words[1]] = Enumeration(name: words[1], place: place) }
            }
        }
    }

    private static func withoutComment(_ line: Substring) -> String {
        var isQuoted = false
        var text = ""
        var last: Character?
        for character in line {
            if character == "\"" { isQuoted.toggle() }
            if character == "/", last == "/", !isQuoted {
                text.removeLast()
                break
            }
            text.append(character)
            last = character
        }
        return String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    private mutating func inside(_ block: (kind: String, name: String), _ text: String, _ place: SourcePlace)
    {
        switch block.kind {
        case "datasource":
            guard text.hasPrefix("provider"), let value = Self.quoted(text[...]) else { return }
            dialect =
                [
                    "postgresql": .postgres, "postgres": .postgres, "cockroachdb": .postgres, "mysql": .mysql,
                    "sqlite": .sqlite, "mongodb": .mongo,
                ][value] ?? .unknown
        case "model":
            guard let last = models.indices.last else { return }
            if text.hasPrefix("@@") {
                if let name = Self.argument("@@map", in: text) { models[last].table = name }
                if let name = Self.argument("@@schema", in: text) { models[last].namespace = name }
                return
            }
            let words = text.split(maxSplits: 2, whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 2 else { return }
            models[last].fields.append(
                Field(
                    name: words[0], type: words[1].replacing("?", with: "").replacing("[]", with: ""),
                    isOptional: words[1].hasSuffix("?"), isList: words[1].hasSuffix("[]"),
                    attributes: words.count > 2 ? words[2] : "", place: place))
        case "enum":
            if text.hasPrefix("@@") {
                if let name = Self.argument("@@map", in: text) { enums[block.name]?.name = name }
                if let name = Self.argument("@@schema", in: text) { enums[block.name]?.namespace = name }
                return
            }
            guard let name = text.split(whereSeparator: \.isWhitespace).first.map(String.init) else { return }
            enums[block.name]?.members.append((name, Self.argument("@map", in: text) ?? name, place))
        default: break
        }
    }

    /// What stands in double quotes behind an attribute.
    private static func argument(_ attribute: String, in text: String) -> String? {
        guard let range = text.range(of: attribute + "(") else { return nil }
        return quoted(text[range.upperBound...])
    }

    private static func quoted(_ text: Substring) -> String? {
        let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? String(parts[1]) : nil
    }

    func catalog() -> Catalog {
        var catalog = Catalog()
        let hasEnums = dialect == .postgres || dialect == .mysql || dialect == .unknown
        if hasEnums, dialect != .mysql {
            for found in enums.values {
                let labels = found.members.map { CatalogType.Label(text: $0.value, place: $0.place) }
                catalog.create(
                    CatalogType(
                        name: SQLName(namespace: found.namespace, name: found.name), kind: .labels(labels),
                        place: found.place))
            }
        }
        let modelNames = Set(models.map(\.table))
        for model in models {
            var table = CatalogTable(
                name: SQLName(namespace: model.namespace, name: model.table), place: model.place)
            for field in model.fields
            where !modelNames.contains(field.type) && !field.attributes.contains("@relation") {
                guard let type = type(of: field) else { continue }
                var column = CatalogColumn(
                    Self.argument("@map", in: field.attributes) ?? field.name, type, at: field.place)
                column.isNotNull = !field.isOptional && !field.isList
                column.defaultValue = defaultValue(of: field)
                table.columns.append(column)
            }
            catalog.create(table, ifNotExists: false)
        }
        return catalog
    }

    /// The enums as types of code, bound to the columns that have them.
    func facts(of file: SourceFile) -> CodeFacts {
        var facts = CodeFacts()
        var vocabularies: [String: Vocabulary] = [:]
        for (name, found) in enums.sorted(by: { $0.key < $1.key }) where !found.members.isEmpty {
            let vocabulary = Vocabulary(
                name: name, owners: [], kind: .enumeration,
                members: found.members.map {
                    Vocabulary.Member(name: $0.name, value: $0.value, line: $0.place.line)
                }, place: found.place, isOpen: false, language: file.language, role: file.role)
            vocabularies[name] = vocabulary
            facts.vocabularies.append(vocabulary)
        }
        for model in models {
            for field in model.fields where !field.isList {
                guard let vocabulary = vocabularies[field.type] else { continue }
                facts.bindings.append(
                    ColumnBinding(
                        table: model.table, isTableNamed: true,
                        column: Self.argument("@map", in: field.attributes) ?? field.name,
                        values: .given(vocabulary), stored: .values, place: field.place, role: file.role))
            }
        }
        return facts
    }

    private static let types: [String: String] = [
        "String": "text", "Int": "integer", "BigInt": "bigint", "Float": "double", "Decimal": "numeric",
        "Boolean": "boolean", "DateTime": "timestamp", "Json": "jsonb", "Bytes": "bytea",
    ]

    private func type(of field: Field) -> SQLType? {
        if let found = enums[field.type] {
            switch dialect {
            case .mysql: return SQLType("enum", arguments: found.members.map(\.value))
            // Prisma keeps them as text there, and only its client looks at them.
            case .sqlite, .mongo: return SQLType("text", isArray: field.isList)
            default: return SQLType(found.name, namespace: found.namespace, isArray: field.isList)
            }
        }
        guard let name = Self.types[field.type] else {
            return field.type.hasPrefix("Unsupported") ? SQLType("unknown") : nil
        }
        var type = SQLType(name, isArray: field.isList)
        if let open = field.attributes.range(of: "@db.VarChar(") {
            type.name = SQLName(namespace: nil, name: "varchar")
            type.arguments = [String(field.attributes[open.upperBound...].prefix { $0.isNumber })]
        } else if field.attributes.contains("@db.Uuid") {
            type = SQLType("uuid")
        }
        return type
    }

    private func defaultValue(of field: Field) -> String? {
        guard let open = field.attributes.range(of: "@default(") else { return nil }
        let rest = field.attributes[open.upperBound...]
        if rest.hasPrefix("\"") { return Self.quoted(rest) }
        let word = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        return enums[field.type]?.members.first { $0.name == word }?.value
    }
}

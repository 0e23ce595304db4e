/// Sequelize's models: `define('order', { status: DataTypes.ENUM('new', 'done') })`, `Order.init({…}, {…})`, and
/// classes with `@Table` and `@Column(DataType.ENUM(…))`.
enum SequelizeModels {
    static func read(_ index: SourceIndex) -> [OriginReading] {
        var roots: [String: [SchemaReading.File]] = [:]
        for file in index.files where SourceLanguage(fileName: file.path)?.isScript == true {
            guard TextSearch.contains(file.text, anyOf: ["sequelize"]),
                TextSearch.contains(file.text, anyOf: ["enum(", ".enum"]),
                // Migrations are read as what they are.
                !TextSearch.contains(file.text, anyOf: ["queryinterface"])
            else { continue }
            roots[Paths.folder(of: file.path), default: []].append(file)
        }
        return roots.compactMap { folder, files in
            var reader = SequelizeReader(index: index)
            for file in files.sorted(by: { $0.path < $1.path }) { reader.read(file.path) }
            guard reader.catalog.tables.contains(where: { $0 != nil }) else { return nil }
            let path = files.count == 1 ? files[0].path : folder
            return OriginReading(
                origin: SchemaOrigin(
                    kind: .sequelize, path: path, isAside: files.allSatisfy { Paths.isAside($0.path) }),
                catalog: reader.catalog, dialect: .unknown)
        }
    }
}

private struct SequelizeReader {
    let index: SourceIndex
    private(set) var catalog = Catalog()

    init(index: SourceIndex) { self.index = index }

    mutating func read(_ path: String) {
        guard let list = index.tokens(of: path) else { return }
        let parser = CodeParser(list)
        var table: SQLName?
        for at in list.tokens.indices {
            let token = list[at]
            if token.isWord("define") || token.isWord("init"), list.isMark(".", at: at - 1),
                list.isMark("(", at: at + 1)
            {
                let arguments = parser.arguments(in: at + 1).map(\.value)
                guard let form = arguments.first(where: \.isForm),
                    case .dictionary(let entries) = form
                else { continue }
                let model =
                    token.isWord("define")
                    ? arguments[0].plain
                    : arguments.last?["modelName"]?.plain
                        ?? list.at(at - 2)?.text
                guard let name = arguments.last?["tableName"]?.plain ?? model.map(Self.plural) else {
                    continue
                }
                add(entries, to: name, path, token.line)
            } else if token.isMark("@"), list.isWord("Table", at: at + 1) {
                let open = list.isMark("(", at: at + 2) ? at + 2 : nil
                let form = open.flatMap { parser.arguments(in: $0).first?.value }
                let end = open.map { list.close(of: $0) } ?? at + 1
                let place = (end..<max(min(end + 60, list.count), end)).first { list[$0].isWord("class") }
                let model = place.flatMap { list.at($0 + 1)?.text }
                table = (form?["tableName"]?.plain ?? model.map(Self.plural)).map {
                    SQLName(namespace: nil, name: $0)
                }
            } else if token.isMark("@"), list.isWord("Column", at: at + 1), list.isMark("(", at: at + 2),
                let table, let form = parser.arguments(in: at + 2).first?.value
            {
                var place = list.close(of: at + 2) + 1
                while list.isMark("@", at: place) {
                    place = list.isMark("(", at: place + 2) ? list.close(of: place + 2) + 1 : place + 2
                }
                while ["public", "private", "readonly", "declare"].contains(list.at(place)?.text ?? "") {
                    place += 1
                }
                guard let property = list.at(place), property.kind == .word else { continue }
                let entry = CodeEntry(key: property.text, value: form, line: token.line)
                add([entry], to: table.name, path, token.line)
            }
        }
    }

    /// Sequelize's name for the table of a model, roughly.
    private static func plural(_ model: String) -> String {
        if model.hasSuffix("s") { return model }
        return model.hasSuffix("y") ? model.dropLast() + "ies" : model + "s"
    }

    private mutating func add(_ entries: [CodeEntry], to table: String, _ path: String, _ line: Int) {
        let values = ScriptValues(index: index, path: path)
        for entry in entries {
            guard let key = entry.key else { continue }
            let type = entry.value["type"] ?? entry.value
            guard type.path?.split(separator: ".").last == "ENUM" else { continue }
            let positional = type.asCall?.positional ?? []
            let list: CodeValue? =
                entry.value["values"]
                ?? (positional.count == 1 && positional[0].plain == nil ? positional[0] : .list(positional))
            guard let labels = values.texts(list), !labels.isEmpty else { continue }
            let name = entry.value["field"]?.plain ?? key
            let place = SourcePlace(file: path, line: entry.line)
            let title = SQLName(namespace: nil, name: table)
            if catalog.table(title) == nil {
                catalog.create(
                    CatalogTable(name: title, place: SourcePlace(file: path, line: line)), ifNotExists: true)
            }
            // So PostgreSQL's are called; MySQL's have no name.
            let named = SQLType("enum_\(table)_\(name)")
            var column = CatalogColumn(name, named, at: place)
            column.isNotNull = true
            column.defaultValue = values.text(entry.value["defaultValue"])
            catalog.createEnum(named.name, labels, at: place, ifNotExists: true)
            catalog.addColumn(column, to: title, ifNotExists: false)
        }
    }
}

extension CodeValue {
    /// Whether it is an object.
    fileprivate var isForm: Bool { if case .dictionary = self { true } else { false } }
}

/// Mongoose's schemas: `new Schema({ status: { type: String, enum: ['new', 'done'] } })`, and NestJS's classes with
/// `@Schema()` and `@Prop({ enum: Status })`.
///
/// MongoDB itself refuses nothing of it: Mongoose does, when a document is saved.
enum Mongoose {
    static func read(_ index: SourceIndex) -> [OriginReading] {
        index.files.compactMap { file in
            guard SourceLanguage(fileName: file.path)?.isScript == true,
                TextSearch.contains(file.text, anyOf: ["mongoose"]),
                TextSearch.contains(file.text, anyOf: ["schema(", "schema<", "@prop("]),
                let list = index.tokens(of: file.path)
            else { return nil }
            var reader = MongooseReader(index: index, path: file.path, list: list)
            reader.readSchemas()
            reader.readClasses()
            guard !reader.columns.isEmpty else { return nil }
            return OriginReading(
                origin: reader.origin, catalog: Catalog(), dialect: .mongo, columns: reader.columns)
        }
    }
}

private struct MongooseReader {
    let index: SourceIndex
    let path: String
    let list: TokenList
    let parser: CodeParser
    let origin: SchemaOrigin
    private(set) var columns: [SchemaColumn] = []

    init(index: SourceIndex, path: String, list: TokenList) {
        self.index = index
        self.path = path
        self.list = list
        parser = CodeParser(list)
        origin = SchemaOrigin(kind: .mongoose, path: path, isAside: Paths.isAside(path))
    }

    // MARK: Schemas

    mutating func readSchemas() {
        for at in list.tokens.indices where list[at].isWord("Schema") {
            guard let open = bracket(behind: at), list.isClosed(open), let variable = variable(before: at),
                case .dictionary(let entries) = parser.arguments(in: open).first?.value
            else { continue }
            add(entries, to: model(of: variable), prefix: "", depth: 0)
        }
    }

    /// The bracket of a call, past the types between `<` and `>`.
    private func bracket(behind index: Int) -> Int? {
        if list.isMark("(", at: index + 1) { return index + 1 }
        guard list.isMark("<", at: index + 1) else { return nil }
        var depth = 0
        for place in index + 1..<max(min(index + 60, list.count), index + 1) {
            switch list[place].text {
            case "<": depth += 1
            case ">": depth -= 1
            case ">>": depth -= 2
            default: break
            }
            if depth <= 0 { return list.isMark("(", at: place + 1) ? place + 1 : nil }
        }
        return nil
    }

    /// `orderSchema` of `const orderSchema: Schema<Order> = new mongoose.Schema(…)`.
    private func variable(before index: Int) -> String? {
        var place = index - 1
        while place >= 0, index - place < 30, !list[place].isMark("=") {
            guard list[place].kind == .word || list[place].isMark(".") else { return nil }
            place -= 1
        }
        while place >= 0, index - place < 60 {
            if ["const", "let", "var"].contains(list[place].text) { return list.at(place + 1)?.text }
            if list[place].isMark(";") { return nil }
            place -= 1
        }
        return nil
    }

    /// `Order` of `mongoose.model('Order', orderSchema)`, or else what the variable is called after.
    private func model(of variable: String) -> String {
        for at in list.tokens.indices where list[at].isWord("model") {
            guard let open = bracket(behind: at) else { continue }
            let arguments = parser.arguments(in: open).map(\.value)
            if arguments.count >= 2, arguments[1].path == variable, let name = arguments[0].plain {
                return name
            }
        }
        let name =
            variable.hasSuffix("Schema") && variable.utf8.count > 6 ? variable.dropLast(6) : variable[...]
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    private mutating func add(_ entries: [CodeEntry], to table: String, prefix: String, depth: Int) {
        guard depth < 5 else { return }
        for entry in entries {
            guard let key = entry.key else { continue }
            switch entry.value {
            case .dictionary(let inner):
                // A property that is called `type` itself says so by a type of its own.
                if let type = entry.value["type"], type["type"] == nil {
                    addColumn(prefix + key, entry.value, to: table, line: entry.line)
                } else {
                    add(inner, to: table, prefix: prefix + key + ".", depth: depth + 1)
                }
            case .list(let items):
                if case .dictionary(let inner) = items.first {
                    add(inner, to: table, prefix: prefix + key + ".", depth: depth + 1)
                }
            default: break
            }
        }
    }

    // MARK: Classes

    mutating func readClasses() {
        var name: String?
        for at in list.tokens.indices {
            if list[at].isWord("class"), let next = list.at(at + 1), next.kind == .word { name = next.text }
            guard list[at].isMark("@"), list.isWord("Prop", at: at + 1), list.isMark("(", at: at + 2),
                let table = name, let form = parser.arguments(in: at + 2).first?.value
            else { continue }
            var place = list.close(of: at + 2) + 1
            while let token = list.at(place), token.kind == .word || token.isMark("@") {
                if token.isMark("@") {
                    place = list.isMark("(", at: place + 2) ? list.close(of: place + 2) + 1 : place + 2
                } else if ["public", "private", "protected", "readonly", "declare"].contains(token.text) {
                    place += 1
                } else {
                    addColumn(token.text, form, to: table, line: list[at].line)
                    break
                }
            }
        }
    }

    // MARK: Columns

    private mutating func addColumn(_ name: String, _ form: CodeValue, to table: String, line: Int) {
        let values = ScriptValues(index: index, path: path)
        var given = form["enum"]?["values"] ?? form["enum"]
        if case .list(let items) = given { given = .list(items.filter { !$0.isNull }) }
        guard let given, let accepted = values.texts(given), !accepted.isEmpty else { return }
        let place = SourcePlace(file: path, line: line)
        columns.append(
            SchemaColumn(
                table: table, column: name, kind: .mongoValidator, type: "string", accepted: accepted,
                // It always does, whatever it has as a default.
                acceptsNull: false, defaultValue: values.text(form["default"]), place: place, dialect: .mongo,
                origin: origin, valuePlaces: Dictionary(accepted.map { ($0, place) }) { first, _ in first }))
    }
}

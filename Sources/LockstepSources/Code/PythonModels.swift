/// Python's models: which class is which table, and which field holds which type.
extension CodeReader {
    mutating func readPythonModel(_ name: String, bases: [String], isTable: Bool, _ lines: [Int]) {
        let isDjango =
            bases.contains("models") && bases.contains("Model") || bases.contains("TimeStampedModel")
        var table = name
        var isNamed = false
        for start in lines {
            if list.isWord("__tablename__", at: start), let text = list.at(start + 2)?.plainString {
                table = text
                isNamed = true
            }
            if list.isWord("class", at: start), list.isWord("Meta", at: start + 1) {
                var place = start + 2
                while let token = list.at(place), !token.isFirst || token.column > list[start].column {
                    if token.isWord("db_table"), let text = list.at(place + 2)?.plainString {
                        table =
                            text.replacing("\"", with: "").split(separator: ".").last.map(String.init) ?? text
                        isNamed = true
                    }
                    place += 1
                }
            }
        }
        if isTable, !isNamed {
            table = name.lowercased()
            isNamed = true
        }
        let isModel = isNamed || isDjango || bases.contains("Base") || bases.contains("Model")
        guard isModel else { return }
        if isNamed { facts.tables[name] = table }
        for start in lines where list[start].kind == .word {
            readPythonField(start, table: table, isNamed: isNamed, isSQLModel: isTable)
        }
    }

    private mutating func readPythonField(_ start: Int, table: String, isNamed: Bool, isSQLModel: Bool) {
        let field = list[start]
        var end = start + 1
        while let token = list.at(end), !token.isFirst {
            end = list.partners[end] > end ? list.partners[end] + 1 : end + 1
        }
        end = min(end, list.count)
        var column = field.text
        var annotated: String?
        var named: String?
        var given: Vocabulary?
        var stored = Stored.values
        var isColumn = false
        var isAnnotated = false
        var isText = false
        var isOwn = false
        for place in (start + 1..<max(end, start + 1)).prefix(400) {
            let token = list[place]
            guard token.kind == .word else { continue }
            let open = place + 1
            switch token.text {
            // Another table's row, not a value.
            case "relationship", "Relationship", "column_property", "association_proxy": return
            case "Mapped":
                isColumn = true
                annotated = lastType(in: open)
            case "Column", "mapped_column", "deferred":
                guard list.isMark("(", at: open) else { continue }
                isColumn = true
                if let text = list.at(open + 1)?.plainString { column = text }
            case let type where type.contains("Enum") || type == "ENUM":
                // SQLAlchemy's, by whatever name it was imported; `default=OrderEnum("new")` makes a member.
                guard list.isMark("(", at: open), let first = list.at(open + 1),
                    !list.isMark("=", at: place - 1) || list.isWord("type_", at: place - 2)
                else { continue }
                isColumn = true
                if first.isString {
                    let literalParts = literals(in: open).members
                    given = vocabulary(column, .enumeration, literalParts, line: token.line)
                } else if let type = dottedName(open + 1) {
                    named = type
                    stored = .names
                    isOwn = !isSQLAlchemysEnum(token.text)
                    let close = list.close(of: open)
                    if (open..<close).contains(where: { list[$0].isWord("values_callable") }) {
                        stored = .values
                        isOwn = false
                    }
                    if list.isMark("*", at: open + 1) { stored = .values }
                } else if first.isMark("*"), let type = dottedName(open + 2) {
                    named = type
                }
            case "choices":
                guard list.isMark("=", at: open) else { continue }
                isColumn = true
                if list.isMark("[", at: open + 1) || list.isMark("(", at: open + 1) {
                    given = choices(open + 1, named: field.text)
                } else {
                    named = dottedName(open + 1).map {
                        $0.hasSuffix(".choices") ? String($0.dropLast(8)) : $0
                    }
                }
            case "String", "Text", "Unicode", "UnicodeText", "VARCHAR", "TEXT", "AutoString": isText = true
            case "db_column":
                if let text = list.at(open + 1)?.plainString { column = text }
            default: break
            }
        }
        if isSQLModel, !isColumn, list.isMark(":", at: start + 1) {
            annotated = lastType(in: start + 1)
            isColumn = true
        }
        guard isColumn else { return }
        if named == nil, given == nil, let annotated, !Self.plainTypes.contains(annotated) {
            // SQLAlchemy makes `Enum(Type)` of `Mapped[Type]`, SQLModel likewise: names.
            // Where the column's own type is said, the driver gets the member itself: a text, which is its value.
            named = annotated
            stored = isText ? .values : .names
            isAnnotated = true
        }
        let values: ColumnBinding.Values
        if let given {
            values = .given(given)
        } else if let named {
            values = .named(named)
        } else {
            return
        }
        facts.bindings.append(
            ColumnBinding(
                table: table, isTableNamed: isNamed, column: column, values: values, stored: stored,
                isOwn: isOwn, isAnnotated: isAnnotated, place: place(field.line), role: file.role))
    }

    /// Whether a type that is called with an enum is SQLAlchemy's, by its usual names or by what the file imports.
    func isSQLAlchemysEnum(_ name: String) -> Bool {
        if [
            "Enum", "ENUM", "SQLEnum", "SAEnum", "SQLAlchemyEnum", "PgEnum", "SqlEnum", "PGEnum", "SQLAEnum",
        ].contains(name) {
            return true
        }
        return list.tokens.indices.contains {
            list[$0].isWord(name) && list.isWord("as", at: $0 - 1)
                && (list.isWord("Enum", at: $0 - 2) || list.isWord("ENUM", at: $0 - 2))
        }
    }

    private static let plainTypes: Set<String> = [
        "str", "int", "float", "bool", "datetime", "date", "Decimal", "UUID", "bytes", "dict", "list", "Any",
        "None", "Dict", "List", "time", "timedelta", "Optional", "Literal", "object",
    ]

    /// The last name of a type that is not `None`: `Optional[Status]`, `Status | None`, `"Status"`.
    private func lastType(in open: Int) -> String? {
        let close = list.isMark("[", at: open) ? list.close(of: open) : min(open + 8, list.count)
        var found: String?
        for place in (open + 1..<max(close, open + 1)).prefix(12) {
            let token = list[place]
            if token.isFirst, !list.isMark("[", at: open) { break }
            if token.isMark("=") { break }
            if token.isWord("Literal") { return nil }
            if token.kind == .word, token.text != "None", token.text != "Optional" { found = token.text }
            if token.isString { found = token.text }
        }
        return found
    }

    func dottedName(_ start: Int) -> String? {
        guard let first = list.at(start), first.kind == .word else { return nil }
        var name = first.text
        var place = start + 1
        while list.isMark(".", at: place), let next = list.at(place + 1), next.kind == .word {
            name += "." + next.text
            place += 2
        }
        return name
    }

    private func choices(_ open: Int, named name: String) -> Vocabulary? {
        let members = list.parts(in: open).compactMap { part -> Vocabulary.Member? in
            let first = list[part.lowerBound]
            let token = first.isMark("(") || first.isMark("[") ? list.at(part.lowerBound + 1) : first
            guard let token, let value = token.plainString else { return nil }
            return Vocabulary.Member(name: nil, value: value, line: token.line)
        }
        return vocabulary(name, .choices, members, line: list[open].line)
    }

    /// Constants whose names begin alike: `STATUS_OPEN`, `STATUS_CLOSED`.
    mutating func addPrefixGroups(_ members: [Vocabulary.Member], owners: [String]) {
        var groups: [String: [Vocabulary.Member]] = [:]
        var order: [String] = []
        for member in members {
            guard let name = member.name else { continue }
            let words = NameWords(name).words
            // The longest beginning that another one shares.
            for length in stride(from: min(words.count - 1, 4), to: 0, by: -1) {
                let prefix = words.prefix(length).joined(separator: "_")
                if groups[prefix] == nil { order.append(prefix) }
                groups[prefix, default: []].append(member)
            }
        }
        for prefix in order {
            guard let group = groups[prefix], group.count >= 2 else { continue }
            // A shorter beginning that adds nothing is the same group.
            let isCovered = order.contains {
                $0.hasPrefix(prefix + "_") && groups[$0]?.count == group.count
            }
            if !isCovered {
                addVocabulary(prefix, .constants, group, line: group[0].line, owners: owners)
            }
        }
    }
}

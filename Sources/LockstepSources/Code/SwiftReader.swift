/// Swift: enums with raw values given or implied, Fluent's and GRDB's models.
extension CodeReader {
    mutating func readSwift() {
        var index = 0
        while index < list.count {
            leave(before: index)
            let token = list[index]
            let isMember = list.isMark(".", at: index - 1)
            if token.kind == .word, !isMember {
                switch token.text {
                case "enum": readSwiftEnum(index)
                case "struct", "class", "extension", "actor", "protocol":
                    if let name = dottedName(index + 1), let open = bodyStart(index + 2) {
                        let parts = name.split(separator: ".").map(String.init)
                        for part in parts.suffix(4) { enter(part, until: list.close(of: open)) }
                    }
                case "let", "var": readSwiftVariable(index)
                default: break
                }
            }
            if token.isMark("@"),
                list.isWord("Field", at: index + 1) || list.isWord("Enum", at: index + 1)
                    || list.isWord("OptionalField", at: index + 1)
                    || list.isWord("OptionalEnum", at: index + 1)
            {
                readFluentField(index + 1)
            }
            index += 1
        }
    }

    private func bodyStart(_ from: Int) -> Int? {
        for place in from..<max(min(from + 80, list.count), from) {
            if list[place].isMark("{") { return place }
            if list[place].isMark("}") || list[place].isMark(";") { return nil }
        }
        return nil
    }

    private mutating func readSwiftEnum(_ index: Int) {
        guard let name = list.at(index + 1), name.kind == .word, let open = bodyStart(index + 2) else {
            return
        }
        let end = list.nearClose(of: open)
        // The raw type is the first thing it inherits.
        let isText =
            list.isMark(":", at: index + 2) && ["String", "Swift"].contains(list.at(index + 3)?.text ?? "")
        if isText || conformsToLifecycle(index + 2, open) {
            var members: [Vocabulary.Member] = []
            var place = open + 1
            while place < end {
                let token = list[place]
                if list.partners[place] > place {
                    place = list.partners[place] + 1
                    continue
                }
                if token.isWord("case") {
                    var at = place + 1
                    while let member = list.at(at), member.kind == .word, at < end {
                        var value = member.text
                        var next = at + 1
                        if list.isMark("=", at: next), let raw = list.at(next + 1)?.plainString {
                            value = raw
                            next += 2
                        }
                        members.append(Vocabulary.Member(name: member.text, value: value, line: member.line))
                        guard list.isMark(",", at: next) else { break }
                        at = next + 1
                    }
                }
                place += 1
            }
            addVocabulary(name.text, .enumeration, members, line: name.line)
        }
        enter(name.text, until: end)
    }

    private func conformsToLifecycle(_ from: Int, _ open: Int) -> Bool {
        (from..<open).contains { list[$0].isWord("String") }
    }

    /// `static let schema = "builds"`, `static let databaseTableName = "jobs"`, `let status: Status`,
    /// `static let all = ["a", "b"]`.
    private mutating func readSwiftVariable(_ index: Int) {
        guard let name = list.at(index + 1), name.kind == .word, let owner = owners.last else { return }
        if list.isMark("=", at: index + 2), let value = list.at(index + 3) {
            if let text = value.plainString {
                if name.text == "schema" || name.text == "databaseTableName" {
                    facts.tables[owner] = text
                } else if list.at(index + 4)?.isFirst ?? true {
                    addConstant(name.text, text, line: name.line)
                }
            } else if value.isMark("[") {
                let found = literals(in: index + 3)
                if found.members.count >= 2 {
                    addVocabulary(name.text, .list, found.members, line: name.line, isOpen: found.isOpen)
                }
            }
        } else if list.isMark(":", at: index + 2), facts.tables[owner] != nil,
            let type = dottedName(index + 3),
            !list.isMark("@", at: index - 1), list[index].isFirst
        {
            bindSwift(column: name.text, type: type, line: name.line)
        }
    }

    /// `@Field(key: "status") var status: Status`.
    private mutating func readFluentField(_ index: Int) {
        guard list.isMark("(", at: index + 1) else { return }
        let close = list.close(of: index + 1)
        var column: String?
        if let key = list.at(index + 4) { column = key.plainString ?? list.at(index + 5)?.text }
        var place = close + 1
        while let token = list.at(place), !token.isWord("var"), place - close < 6 { place += 1 }
        guard list.isWord("var", at: place), let name = list.at(place + 1), list.isMark(":", at: place + 2),
            let type = dottedName(place + 3)
        else { return }
        bindSwift(column: column ?? name.text, type: type, line: name.line)
    }

    private mutating func bindSwift(column: String, type: String, line: Int) {
        guard let owner = owners.last,
            !["String", "Int", "Bool", "Double", "Date", "UUID", "Data", "URL"].contains(type)
        else { return }
        let table = facts.tables[owner]
        // A type nested in the model is meant before one of the same name elsewhere.
        facts.bindings.append(
            ColumnBinding(
                table: table ?? owner, isTableNamed: table != nil, column: column,
                values: .named((owners + [type]).joined(separator: ".")), stored: .values, place: place(line),
                role: file.role))
    }
}

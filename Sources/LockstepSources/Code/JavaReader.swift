/// Java and Kotlin: enums, JPA's entities, Exposed's tables, constants.
extension CodeReader {
    mutating func readJava() {
        var index = 0
        while index < list.count {
            leave(before: index)
            let token = list[index]
            if token.isWord("enum"), !list.isMark(".", at: index - 1) {
                let name = list.isWord("class", at: index + 1) ? index + 2 : index + 1
                if list.at(name)?.kind == .word { readJavaEnum(name) }
            } else if token.isWord("class") || token.isWord("interface") || token.isWord("object")
                || token.isWord("record"), let name = list.at(index + 1), name.kind == .word,
                !list.isMark(".", at: index - 1), !list.isMark("::", at: index - 1)
            {
                readJavaClass(index, name: name)
            } else if token.isMark("@"), list.isWord("Enumerated", at: index + 1) {
                readEnumerated(index + 1)
            } else if token.isWord("final") || token.isWord("const") {
                readJavaConstant(index)
            } else if token.isWord("enumerationByName") || token.isWord("listOf") || token.isWord("setOf")
                || token.isWord("of") || token.isWord("mapOf")
            {
                readJavaCall(index)
            }
            index += 1
        }
    }

    private mutating func readJavaEnum(_ name: Int) {
        guard
            let open = (name + 1..<max(min(name + 60, list.count), name + 1)).first(where: {
                list[$0].isMark("{")
            })
        else { return }
        var members: [Vocabulary.Member] = []
        var place = open + 1
        let end = list.close(of: open)
        while place < end, let token = list.at(place) {
            if token.isMark("@") {
                // `@JsonProperty("x")`, `@SerialName("x")`: how it is sent, not how it is stored.
                place += 2
                if list.isMark("(", at: place) { place = list.close(of: place) + 1 }
                continue
            }
            guard token.kind == .word else { break }
            var value: String?
            var next = place + 1
            if list.isMark("(", at: next) {
                let close = list.close(of: next)
                for part in list.parts(in: next) where part.count <= 3 && value == nil {
                    for inner in part where value == nil { value = list[inner].plainString }
                }
                next = close + 1
            }
            if list.isMark("{", at: next) { next = list.close(of: next) + 1 }
            members.append(Vocabulary.Member(name: token.text, value: value, line: token.line))
            guard list.isMark(",", at: next) else { break }
            place = next + 1
        }
        addVocabulary(list[name].text, .enumeration, members, line: list[name].line)
        enter(list[name].text, until: end)
    }

    private mutating func readJavaClass(_ index: Int, name: Token) {
        var table: String?
        // Annotations stand before; Exposed names its table behind.
        var place = index - 1
        while place > 0, index - place < 400 {
            let token = list[place]
            if token.isMark("}") || token.isMark(";") || token.isMark("{") { break }
            // `@ToString(exclude = {"entries"})` is passed over as a whole.
            if token.isMark(")"), list.partners[place] >= 0, list.partners[place] < place {
                place = list.partners[place] - 1
                continue
            }
            if token.isWord("Table") || token.isWord("Entity"), list.isMark("@", at: place - 1) {
                let end = list.isMark("(", at: place + 1) ? list.close(of: place + 1) : place
                for inner in place..<min(end, list.count) {
                    guard let text = list[inner].plainString else { continue }
                    if inner == place + 2 || list.isWord("name", at: inner - 2)
                        || list.isWord("tableName", at: inner - 2)
                    {
                        table = text
                    }
                }
            }
            place -= 1
        }
        var open = index + 2
        while let token = list.at(open), !token.isMark("{"), open - index < 400 {
            if token.text.hasSuffix("Table"), list.isMark("(", at: open + 1),
                let text = list.at(open + 2)?.plainString
            {
                table = text
            }
            if token.isMark("("), list.partners[open] > open {
                if list.isMark("{", at: list.partners[open] + 1)
                    || list.isMark(":", at: list.partners[open] + 1)
                {
                    open = list.partners[open]
                }
            }
            if token.isFirst, token.column <= list[index].column, open > index + 2, token.kind == .word {
                break
            }
            open += 1
        }
        if let table { facts.tables[name.text] = table }
        if list.isMark("{", at: open) { enter(name.text, until: list.close(of: open)) }
        // Kotlin's data class holds its fields in its brackets.
        if list.isMark("(", at: index + 2) { enter(name.text, until: list.close(of: index + 2)) }
    }

    /// `@Enumerated(EnumType.STRING) @Column(name = "status") private Status status;`
    private mutating func readEnumerated(_ index: Int) {
        guard let owner = owners.last else { return }
        var place = index + 1
        guard list.isMark("(", at: place) else { return }
        let close = list.close(of: place)
        guard (place..<min(close, list.count)).contains(where: { list[$0].isWord("STRING") }) else { return }
        place = close + 1
        var column: String?
        // `@Column` may also stand before.
        for before in stride(from: index - 2, to: max(index - 30, 0), by: -1) {
            if list[before].isMark(";") || list[before].isMark("{") || list[before].isMark("}") { break }
            if list[before].isWord("Column") { column = columnName(before + 1) ?? column }
        }
        while let token = list.at(place), place - index < 80 {
            if token.isMark("@") {
                if list.isWord("Column", at: place + 1) { column = columnName(place + 2) ?? column }
                place += 2
                while list.isMark(":", at: place) || list.isMark(".", at: place) { place += 2 }
                if list.isMark("(", at: place) { place = list.close(of: place) + 1 }
                continue
            }
            if ["private", "protected", "public", "final", "var", "val", "lateinit", "override", "open"]
                .contains(token.text)
            {
                place += 1
                continue
            }
            break
        }
        guard let first = list.at(place), first.kind == .word else { return }
        var type = first.text
        var field = first.text
        if file.language == .kotlin {
            guard list.isMark(":", at: place + 1), let name = dottedName(place + 2) else { return }
            type = name
        } else {
            guard let name = dottedName(place) else { return }
            type = name
            let count = name.split(separator: ".").count * 2 - 1
            guard let next = list.at(place + count), next.kind == .word else { return }
            field = next.text
        }
        let table = facts.tables[owner]
        facts.bindings.append(
            ColumnBinding(
                table: table ?? owner, isTableNamed: table != nil, column: column ?? field,
                values: .named(type),
                stored: .names, place: self.place(first.line), role: file.role))
    }

    private func columnName(_ open: Int) -> String? {
        guard list.isMark("(", at: open) else { return nil }
        for part in list.parts(in: open) where list[part.lowerBound].isWord("name") {
            return list.at(part.lowerBound + 2)?.plainString
        }
        return nil
    }

    /// `public static final String STATUS_OPEN = "open";`, `const val OPEN = "open"`.
    private mutating func readJavaConstant(_ index: Int) {
        for place in index + 1..<min(index + 8, list.count) where list[place].isMark("=") {
            guard let value = list.at(place + 1), let text = value.plainString, value.quote != "'" else {
                return
            }
            var name = place - 1
            // `val NAME: String = "…"`.
            if list.isMark(":", at: name - 1) { name -= 2 }
            guard list[name].kind == .word else { return }
            addConstant(list[name].text, text, line: list[name].line)
            return
        }
    }

    /// `val A = listOf("a", "b")`, `Set.of("a", "b")`, `enumerationByName("status", 20, Status::class)`.
    private mutating func readJavaCall(_ index: Int) {
        guard list.isMark("(", at: index + 1) else { return }
        if list[index].isWord("enumerationByName") {
            let parts = list.parts(in: index + 1)
            guard let owner = owners.last, parts.count >= 3,
                let column = list[parts[0].lowerBound].plainString,
                let type = dottedName(parts[2].lowerBound)
            else { return }
            facts.bindings.append(
                ColumnBinding(
                    table: facts.tables[owner] ?? owner, isTableNamed: facts.tables[owner] != nil,
                    column: column,
                    values: .named(type), stored: .names, place: place(list[index].line), role: file.role))
            return
        }
        var before = index - 1
        if list[index].isWord("of") { before -= 2 }
        guard before > 0, list.isMark("=", at: before), list[before - 1].kind == .word else { return }
        let found = literals(in: index + 1)
        if found.members.count >= 2 {
            addVocabulary(
                list[before - 1].text, .list, found.members, line: list[index].line, isOpen: found.isOpen)
        }
    }
}

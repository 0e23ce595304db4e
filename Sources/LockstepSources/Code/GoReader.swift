/// Go: typed and untyped constants, lists and maps, struct fields.
extension CodeReader {
    mutating func readGo() {
        var typed: [String: [Vocabulary.Member]] = [:]
        var order: [String] = []
        var index = 0
        while index < list.count {
            leave(before: index)
            let token = list[index]
            if token.isWord("import"), token.isFirst {
                let end = list.isMark("(", at: index + 1) ? list.close(of: index + 1) : goLineEnd(index)
                facts.imports[file.path] =
                    (facts.imports[file.path] ?? [])
                    + (index..<min(end, list.count)).compactMap { list[$0].plainString }
            }
            if token.isWord("const"), token.isFirst {
                let isGroup = list.isMark("(", at: index + 1)
                let end = isGroup ? list.close(of: index + 1) : goLineEnd(index)
                var untyped: [Vocabulary.Member] = []
                var place = isGroup ? index + 2 : index + 1
                while place < end {
                    let stop = min(goLineEnd(place), end)
                    if let (member, type) = goConstant(place..<stop) {
                        if let type {
                            if typed[type] == nil { order.append(type) }
                            typed[type, default: []].append(member)
                        } else {
                            untyped.append(member)
                        }
                        if let name = member.name, let value = member.value {
                            addConstant(name, value, line: member.line)
                        }
                    }
                    place = max(stop, place + 1)
                }
                index = max(end, index + 1)
                continue
            }
            if token.isWord("type"), let name = list.at(index + 1), list.isWord("struct", at: index + 2),
                list.isMark("{", at: index + 3)
            {
                readGoStruct(name.text, index + 3)
            }
            if token.kind == .word { readGoCollection(index) }
            index += 1
        }
        for type in order {
            guard let members = typed[type] else { continue }
            addVocabulary(
                type, .enumeration, members, line: members[0].line, owners: goPackage.map { [$0] } ?? [])
        }
    }

    private var goPackage: String? {
        guard let index = list.tokens.prefix(40).firstIndex(where: { $0.isWord("package") }) else {
            return nil
        }
        return list.at(index + 1)?.text
    }

    private func goLineEnd(_ index: Int) -> Int {
        var place = index + 1
        while place < list.count, !list[place].isFirst {
            place = list.partners[place] > place ? list.partners[place] + 1 : place + 1
        }
        return min(place, list.count)
    }

    /// `Name Type = "value"` or `Name = "value"` or `Name = Type("value")`.
    private func goConstant(_ range: Range<Int>) -> (Vocabulary.Member, String?)? {
        guard range.count >= 3, list[range.lowerBound].kind == .word,
            let equals = range.prefix(6).first(where: { list[$0].isMark("=") }), equals + 1 < range.upperBound
        else { return nil }
        let name = list[range.lowerBound]
        var type = equals > range.lowerBound + 1 ? list[equals - 1].text : nil
        var value = list[equals + 1]
        if value.kind == .word, list.isMark("(", at: equals + 2), let inner = list.at(equals + 3),
            inner.isString
        {
            type = value.text
            value = inner
        } else if equals + 2 != range.upperBound {
            return nil
        }
        guard value.isString, value.quote != "'", let text = value.plainString else { return nil }
        return (
            Vocabulary.Member(name: name.text, value: text, line: name.line), type == "string" ? nil : type
        )
    }

    /// `Status OrderStatus` with a tag `db:"status"` or `gorm:"column:status"`.
    private mutating func readGoStruct(_ name: String, _ open: Int) {
        let end = list.close(of: open)
        var place = open + 1
        while place < end {
            let stop = min(goLineEnd(place), end)
            let field = list[place]
            if field.kind == .word, stop - place >= 2 {
                var type: String?
                var column = field.text
                for index in place + 1..<stop {
                    if list[index].kind == .word, type == nil { type = dottedName(index) }
                    if list[index].isString { column = Self.tagged(list[index].text) ?? column }
                }
                if let type, type.split(separator: ".").last?.first?.isUppercase == true {
                    facts.bindings.append(
                        ColumnBinding(
                            table: name, isTableNamed: false, column: column, values: .named(type),
                            stored: .values, isModel: false,
                            place: self.place(field.line), role: file.role))
                }
            }
            place = max(stop, place + 1)
        }
    }

    private static func tagged(_ tag: String) -> String? {
        for key in ["db:\"", "column:", "bun:\"", "json:\""] {
            guard let range = tag.firstRange(of: key) else { continue }
            let name = tag[range.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if !name.isEmpty { return String(name) }
        }
        return nil
    }

    /// `var statuses = []string{"a", "b"}`, `map[string]bool{"a": true}`, `[]Status{…}`.
    private mutating func readGoCollection(_ index: Int) {
        guard list.isMark("=", at: index + 1) || list.isMark(":=", at: index + 1) else { return }
        let start = index + 2
        guard list.isMark("[", at: start) || list.isWord("map", at: start),
            let open = (start..<min(start + 12, list.count)).first(where: { list[$0].isMark("{") })
        else { return }
        let name = list[index]
        if list.isWord("map", at: start) {
            let found = entries(in: open)
            if found.keys.count >= 2 {
                addVocabulary(name.text, .keys, found.keys, line: name.line, isOpen: found.isOpen)
            }
            if found.values.count >= 2 {
                addVocabulary(name.text, .values, found.values, line: name.line, isOpen: found.areValuesOpen)
            }
        } else {
            let found = literals(in: open)
            if found.members.count >= 2 {
                addVocabulary(name.text, .list, found.members, line: name.line, isOpen: found.isOpen)
            }
        }
    }
}

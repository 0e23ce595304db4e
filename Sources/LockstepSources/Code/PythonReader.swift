/// Python: enums, `Literal`, lists and maps, models of SQLAlchemy, SQLModel and Django, argparse.
extension CodeReader {
    mutating func readPython() {
        var index = 0
        while index < list.count {
            leave(before: index)
            let token = list[index]
            if token.isWord("class"), token.isFirst, let name = list.at(index + 1), name.kind == .word {
                index = readPythonClass(index)
                continue
            }
            if token.isWord("type_annotation_map") {
                facts.storesValues = list.tokens[index...].prefix(200).contains {
                    $0.isWord("values_callable")
                }
            }
            if token.isWord("add_argument") || token.isWord("add_option") || token.isWord("Option") {
                readArgument(index)
            }
            if token.isWord("Table") { readPythonTable(index) }
            if token.isFirst, token.kind == .word { readPythonAssignment(index) }
            index += 1
        }
    }

    /// The index behind the last token that stands deeper than the line at `index`.
    private func pythonEnd(of index: Int) -> Int {
        let column = list[index].column
        var place = index + 1
        while place < list.count {
            let token = list[place]
            if token.isFirst, token.column <= column { break }
            place = list.partners[place] > place ? list.partners[place] + 1 : place + 1
        }
        return place
    }

    private mutating func readPythonClass(_ index: Int) -> Int {
        let name = list[index + 1].text
        var body = index + 2
        var bases: [String] = []
        var isTable = false
        if list.isMark("(", at: body) {
            let close = list.close(of: body)
            for part in list.parts(in: body) {
                if list.isMark("=", at: part.lowerBound + 1) {
                    if list[part.lowerBound].text == "table" { isTable = true }
                } else {
                    bases.append(contentsOf: part.map { list[$0].text })
                }
            }
            body = close + 1
        }
        let end = pythonEnd(of: index)
        let isEnum = bases.contains { $0.hasSuffix("Enum") || $0.hasSuffix("Choices") || $0 == "Flag" }
        let isNumber = bases.contains {
            $0 == "IntEnum" || $0 == "IntegerChoices" || $0 == "IntFlag" || $0 == "Flag"
        }
        let lines = pythonLines(min(body, end)..<end, within: list[index].column)
        if isEnum {
            if !isNumber {
                let isText = bases.contains {
                    $0.contains("StrEnum") || $0 == "str" || $0.hasSuffix("TextChoices")
                }
                readPythonMembers(name, lines, isText: isText, line: list[index].line)
            }
            return end
        }
        readPythonConstants(name, lines, line: list[index].line)
        readPythonModel(name, bases: bases, isTable: isTable, lines)
        enter(name, until: end)
        return body
    }

    /// The indexes of the statements that stand right in a class: at the depth of its first one.
    private func pythonLines(_ range: Range<Int>, within column: Int) -> [Int] {
        var lines: [Int] = []
        var depth: Int?
        var place = range.lowerBound
        while place < range.upperBound {
            let token = list[place]
            if token.isFirst, token.column > column {
                if depth == nil { depth = token.column }
                if token.column == depth { lines.append(place) }
            }
            place = list.partners[place] > place ? list.partners[place] + 1 : place + 1
        }
        return lines
    }

    private mutating func readPythonMembers(_ name: String, _ lines: [Int], isText: Bool, line: Int) {
        var members: [Vocabulary.Member] = []
        for start in lines {
            let token = list[start]
            guard token.kind == .word, !token.text.hasPrefix("_"), list.isMark("=", at: start + 1),
                let value = list.at(start + 2)
            else { continue }
            var text: String?
            if let plain = value.plainString {
                text = plain
            } else if value.isMark("("), let first = list.at(start + 3)?.plainString {
                text = first
            } else if value.isWord("auto") || list.isWord("auto", at: start + 4) {
                text = isText ? token.text.lowercased() : nil
            } else if value.kind != .number, !value.isMark("-") {
                continue
            }
            members.append(Vocabulary.Member(name: token.text, value: text, line: token.line))
        }
        addVocabulary(name, .enumeration, members, line: line)
    }

    /// A class of constants in capitals serves as an enum; in a model they go by the beginning of their names.
    private mutating func readPythonConstants(_ name: String, _ lines: [Int], line: Int) {
        var members: [Vocabulary.Member] = []
        for start in lines {
            let token = list[start]
            guard token.kind == .word, token.text == token.text.uppercased(), !token.text.hasPrefix("_"),
                list.isMark("=", at: start + 1), let value = list.at(start + 2)?.plainString,
                list.at(start + 3)?.isFirst ?? true
            else { continue }
            members.append(Vocabulary.Member(name: token.text, value: value, line: token.line))
        }
        guard members.count >= 2 else { return }
        if members.count == lines.filter({ !list[$0].isString }).count {
            addVocabulary(name, .enumeration, members, line: line)
        } else {
            addPrefixGroups(members, owners: owners + [name])
        }
    }

    /// `name = …` at the beginning of a line.
    private mutating func readPythonAssignment(_ index: Int) {
        let token = list[index]
        var place = index + 1
        if token.isWord("type"), list.at(place)?.kind == .word, list.isMark("=", at: place + 1) {
            readPythonValue(list[place].text, place + 2, line: token.line)
            return
        }
        if list.isMark(":", at: place) {
            // An annotation; a value may follow. What opens a block ends its line here.
            place += 1
            let start = place
            while let next = list.at(place), !next.isFirst, !next.isMark("=") {
                place = list.partners[place] > place ? list.partners[place] + 1 : place + 1
            }
            guard start < place, !["else", "try", "finally", "lambda"].contains(token.text) else { return }
            readLiteralType(token.text, start..<place, line: token.line)
        }
        guard list.isMark("=", at: place) else { return }
        readPythonValue(token.text, place + 1, line: token.line)
    }

    /// `Literal["a", "b"]` anywhere in an annotation.
    private mutating func readLiteralType(_ name: String, _ range: Range<Int>, line: Int) {
        for place in range.prefix(40) where list[place].isWord("Literal") && list.isMark("[", at: place + 1) {
            let found = literals(in: place + 1)
            addVocabulary(name, .union, found.members, line: line, isOpen: found.isOpen)
            return
        }
    }

    private mutating func readPythonValue(_ name: String, _ start: Int, line: Int) {
        guard let first = list.at(start) else { return }
        if let text = first.plainString, list.at(start + 1)?.isFirst ?? true {
            if !first.isDocument, scopes.isEmpty { addConstant(name, text, line: first.line) }
            return
        }
        var bracket = start
        if first.isWord("Literal") || list.isWord("Literal", at: start + 2) {
            let open = first.isWord("Literal") ? start + 1 : start + 3
            let found = literals(in: open)
            addVocabulary(name, .union, found.members, line: line, isOpen: found.isOpen)
            return
        }
        if first.isWord("Enum") || first.isWord("StrEnum"), list.isMark("(", at: start + 1) {
            readPythonEnumCall(name, start + 1, line: line)
            return
        }
        while ["frozenset", "set", "tuple", "list", "dict"].contains(list.at(bracket)?.text ?? ""),
            list.isMark("(", at: bracket + 1)
        {
            bracket += list.isMark(")", at: bracket + 2) ? 1 : 2
        }
        readCollection(name, bracket, line: line)
    }

    /// `Color = Enum("Color", ["a", "b"])`, of names; SQLAlchemy's types are read with their models.
    private mutating func readPythonEnumCall(_ name: String, _ open: Int, line: Int) {
        let parts = list.parts(in: open)
        guard parts.count == 2, list.isMark("[", at: parts[1].lowerBound) else { return }
        let found = literals(in: parts[1].lowerBound)
        addVocabulary(
            name, .enumeration,
            found.members.map { Vocabulary.Member(name: $0.value, value: nil, line: $0.line) }, line: line)
    }

    /// A list, a list of pairs (choices) or a map.
    mutating func readCollection(_ name: String, _ bracket: Int, line: Int) {
        guard let open = list.at(bracket), open.kind == .mark, list.isClosed(bracket) else {
            return
        }
        switch open.text {
        case "[", "(":
            let parts = list.parts(in: bracket)
            let pairs = parts.compactMap { part -> Vocabulary.Member? in
                guard list[part.lowerBound].isMark("(") || list[part.lowerBound].isMark("["),
                    let value = list.at(part.lowerBound + 1)?.plainString,
                    list.isMark(",", at: part.lowerBound + 2)
                else { return nil }
                return Vocabulary.Member(name: nil, value: value, line: list[part.lowerBound + 1].line)
            }
            if pairs.count >= 2, pairs.count == parts.count {
                addVocabulary(name, .choices, pairs, line: line)
            } else {
                let found = literals(in: bracket)
                if found.members.count >= 2 {
                    addVocabulary(name, .list, found.members, line: line, isOpen: found.isOpen)
                }
            }
        case "{":
            let found = entries(in: bracket)
            if found.keys.count >= 2 {
                addVocabulary(name, .keys, found.keys, line: line, isOpen: found.isOpen)
            }
            if found.values.count >= 2 {
                addVocabulary(name, .values, found.values, line: line, isOpen: found.areValuesOpen)
            }
            if found.keys.isEmpty, found.values.isEmpty {
                let plain = literals(in: bracket)
                if plain.members.count >= 2 {
                    addVocabulary(name, .list, plain.members, line: line, isOpen: plain.isOpen)
                }
            }
        default: break
        }
    }

    /// `add_argument("--status", choices=[…])`.
    private mutating func readArgument(_ index: Int) {
        guard list.isMark("(", at: index + 1) else { return }
        var name: String?
        for part in list.parts(in: index + 1) {
            let first = list[part.lowerBound]
            if let text = first.plainString, part.count == 1 {
                name = String(text.drop { $0 == "-" })
            } else if first.isWord("choices"), list.isMark("=", at: part.lowerBound + 1), let name,
                let open = list.at(part.lowerBound + 2), open.isMark("[") || open.isMark("(")
            {
                let found = literals(in: part.lowerBound + 2)
                addVocabulary(name, .choices, found.members, line: open.line, isOpen: found.isOpen)
            }
        }
    }
}

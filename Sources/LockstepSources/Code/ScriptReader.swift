/// TypeScript and JavaScript: unions, enums, lists, const objects and maps, validators, models.
extension CodeReader {
    mutating func readScript() {
        var index = 0
        while index < list.count {
            leave(before: index)
            let token = list[index]
            if token.kind == .word { readScriptWord(index, token) }
            if token.isMark("@"), let next = list.at(index + 1), next.kind == .word {
                readDecorator(index + 1)
            }
            index += 1
        }
        readDrizzleTables()
    }

    private mutating func readScriptWord(_ index: Int, _ token: Token) {
        // A word behind a dot is a member: `z.enum`, `x.type = …`.
        let isMember = index > 0 && (list[index - 1].isMark(".") || list[index - 1].isMark("?."))
        switch token.text {
        case "type" where !isMember: readTypeAlias(index)
        case "enum" where !isMember && list.at(index + 1)?.kind == .word: readScriptEnum(index)
        case "interface", "class", "namespace":
            guard !isMember, let name = list.at(index + 1), name.kind == .word else { return }
            if let open = (index + 2..<min(index + 60, list.count)).first(where: { list[$0].isMark("{") }) {
                enter(name.text, until: list.close(of: open))
                if token.text != "namespace" { typeEnd = list.close(of: open) }
            }
        case "import" where !isMember && token.isFirst: readImports(index)
        case "const", "let", "var": readScriptVariable(index)
        case "enum", "nativeEnum", "picklist", "oneOf", "valid", "isIn", "ENUM", "pgEnum", "mysqlEnum",
            "union",
            "Union", "literal":
            readValidator(index)
        default: readScriptProperty(index, isMember: isMember)
        }
    }

    /// `type Name = 'a' | 'b'`; what a type parameter or a condition holds is no member.
    private mutating func readTypeAlias(_ index: Int) {
        guard let name = list.at(index + 1), name.kind == .word, list.isMark("=", at: index + 2) else {
            return
        }
        if list.isMark("{", at: index + 3) {
            enter(name.text, until: list.close(of: index + 3))
            typeEnd = list.close(of: index + 3)
        }
        // `(typeof statuses)[number]`, `z.infer<typeof schema>`, `Infer<typeof …>`: another name for it.
        for place in index + 3..<max(min(index + 10, list.count), index + 3) {
            if list[place].isWord("typeof"), let other = dottedName(place + 1) {
                facts.aliases[file.path + "\n" + name.text] = other
                return
            }
            if list[place].isFirst, place > index + 3 { break }
        }
        readUnion(name.text, index + 3)
    }

    /// A union that begins at `start`, until something else than a literal and `|` stands there.
    @discardableResult
    mutating func readUnion(_ name: String, _ start: Int) -> Bool {
        var place = list.isMark("|", at: start) ? start + 1 : start
        var members: [Vocabulary.Member] = []
        var isOpen = false
        let first = place
        while let token = list.at(place), place - first < 800 {
            if token.isString, let value = token.plainString, token.quote != "`" {
                members.append(Vocabulary.Member(name: nil, value: value, line: token.line))
            } else if token.isString {
                isOpen = true
            } else if token.kind == .word {
                if !["null", "undefined", "never"].contains(token.text) { isOpen = true }
                while list.isMark(".", at: place + 1) { place += 2 }
                if list.isMark("<", at: place + 1) || list.isMark("[", at: place + 1) { return false }
            } else if token.isMark("("), list.partners[place] > place {
                isOpen = true
                place = list.partners[place]
            } else {
                return false
            }
            guard list.isMark("|", at: place + 1) else { break }
            place += 2
        }
        // A conditional type or a function type only begins like a union.
        if let next = list.at(place + 1), next.isWord("extends") || next.isMark("=>") || next.isMark("[") {
            return false
        }
        guard members.count >= 2 || (members.count == 1 && !isOpen) else { return false }
        addVocabulary(name, .union, members, line: members[0].line, isOpen: isOpen)
        return true
    }

    private mutating func readScriptEnum(_ index: Int) {
        guard let name = list.at(index + 1), name.kind == .word, list.isMark("{", at: index + 2) else {
            return
        }
        var members: [Vocabulary.Member] = []
        for part in list.parts(in: index + 2) {
            let token = list[part.lowerBound]
            guard token.kind == .word || token.isString else { continue }
            guard part.count > 1 else {
                // Without a value it is a number.
                continue
            }
            if list.isMark("=", at: part.lowerBound + 1),
                let value = list.at(part.lowerBound + 2)?.plainString
            {
                members.append(Vocabulary.Member(name: token.text, value: value, line: token.line))
            }
        }
        addVocabulary(name.text, .enumeration, members, line: name.line)
    }

    /// `const NAME = …` with a list, a set, a map or a single text.
    private mutating func readScriptVariable(_ index: Int) {
        if list.isMark("{", at: index + 1) { readRequired(index + 1) }
        guard let name = list.at(index + 1), name.kind == .word else { return }
        var place = index + 2
        if list.isMark(":", at: place) {
            // A type stands before the value; it holds brackets, arrows and `=>`, never a bare `=`.
            let limit = min(place + 60, list.count)
            while place < limit, !list[place].isMark("="), !list[place].isMark(";") {
                if list[place].isFirst, list[place].isWord("const") || list[place].isWord("function") {
                    return
                }
                place = list.partners[place] > place ? list.partners[place] + 1 : place + 1
            }
        }
        guard list.isMark("=", at: place) else { return }
        readScriptValue(
            name.text, place + 1, isConstant: list.isWord("const", at: index), isInside: isInside(index))
    }

    private mutating func readScriptValue(_ name: String, _ start: Int, isConstant: Bool, isInside: Bool) {
        var place = start
        if list.isWord("new", at: place),
            list.isWord("Set", at: place + 1) || list.isWord("Map", at: place + 1)
        {
            place += 2
            if list.isMark("<", at: place) {
                while let token = list.at(place), !token.isMark("("), place - start < 40 { place += 1 }
            }
            place += 1
        } else if list.isWord("Object", at: place), list.isWord("freeze", at: place + 2) {
            place += 4
        }
        guard let first = list.at(place) else { return }
        if let text = first.plainString, isConstant {
            let next = list.at(place + 1)
            let isAlone = next.map { $0.isFirst || $0.isMark(";") || $0.isWord("as") } ?? true
            if isAlone { addConstant(name, text, line: first.line, isLocal: isInside) }
            return
        }
        if first.isMark("[") {
            readCollection(name, place, line: first.line)
        } else if first.isMark("{") {
            let found = entries(in: place)
            if found.keys.count >= 2 {
                addVocabulary(name, .keys, found.keys, line: first.line, isOpen: found.isOpen)
            }
            if found.values.count >= 2 {
                addVocabulary(name, .values, found.values, line: first.line, isOpen: found.areValuesOpen)
            }
            enter(name, until: list.close(of: place))
        } else if let open = (place..<min(place + 12, list.count)).first(where: { list[$0].isMark("(") }) {
            // What a call is given belongs to the variable: `const orderSchema = z.object({…})`.
            enter(name, until: list.close(of: open))
        }
    }

    /// `status: 'a' | 'b'` in a type, `enum: ['a', 'b']` in a schema, `status: [...]` in an object.
    mutating func readScriptProperty(_ index: Int, isMember: Bool) {
        guard !isMember else { return }
        var place = index + 1
        if list.isMark("?", at: place) { place += 1 }
        guard list.isMark(":", at: place) || list.isMark("?:", at: place), let value = list.at(place + 1)
        else {
            // A property of a class: `status = 'open'` is read as a use.
            return
        }
        let name = list[index].text
        if value.kind == .word { bindProperty(index, name, type: place + 1) }
        if value.isString || value.isMark("|") {
            if list.isMark("|", at: place + 2) || value.isMark("|") { readUnion(name, place + 1) }
        } else if value.isMark("[") {
            let found = literals(in: place + 1)
            guard found.members.count >= 2 else { return }
            if name == "enum" || name == "values" || name == "options" {
                if let owner = propertyAround(index) {
                    addVocabulary(owner, .validator, found.members, line: value.line, isOpen: found.isOpen)
                }
            } else {
                addVocabulary(name, .list, found.members, line: value.line, isOpen: found.isOpen)
            }
        } else if value.isMark("{"), scopes.count < 64 {
            let found = entries(in: place + 1)
            if found.keys.count >= 3, found.values.count == found.keys.count {
                addVocabulary(name, .values, found.values, line: value.line, isOpen: found.areValuesOpen)
                addVocabulary(name, .keys, found.keys, line: value.line, isOpen: found.isOpen)
            }
            enter(name, until: list.close(of: place + 1))
        }
    }

    /// Whether a statement stands in a bracket, told by how far it is from the margin.
    private func isInside(_ index: Int) -> Bool {
        var place = index
        while place > 0, !list[place].isFirst, index - place < 80 { place -= 1 }
        return list[place].column > 0
    }

    /// `import { A, B as C } from './x'`, `import D from 'y'`: the names that mean something of another file here.
    private mutating func readImports(_ index: Int) {
        var names: [String] = []
        for place in index + 1..<max(min(index + 400, list.count), index + 1) {
            let token = list[place]
            if token.isWord("from") || token.isString { break }
            if token.kind == .word, token.text != "type", token.text != "as" { names.append(token.text) }
        }
        facts.imports[file.path, default: []] += names
    }

    /// `const { A, B } = require('./x')`.
    private mutating func readRequired(_ open: Int) {
        let close = list.close(of: open)
        guard close - open < 400, list.isMark("=", at: close + 1),
            list.isWord("require", at: close + 2) || list.isWord("import", at: close + 3)
        else { return }
        let names = list.parts(in: open).map { list[$0.upperBound - 1].text }
        facts.imports[file.path, default: []] += names
    }

    /// `status: OrderStatus;` in a type: what is named like a table may say what its column holds.
    private mutating func bindProperty(_ index: Int, _ name: String, type start: Int) {
        guard columns.contains(NameWords.folded(name)), let scope = scopes.last, scope.end == typeEnd,
            let type = dottedName(start),
            type.first?.isUppercase == true, let open = openBracket(before: index),
            list.isMark("{", at: open),
            list.close(of: open) == typeEnd
        else { return }
        var end = start + type.split(separator: ".").count * 2 - 1
        while list.isMark("|", at: end), ["null", "undefined"].contains(list.at(end + 1)?.text ?? "") {
            end += 2
        }
        guard let next = list.at(end),
            next.isFirst && !next.isMark("|") || next.isMark(";") || next.isMark(",") || next.isMark("}")
                || next.isMark("=")
        else { return }
        facts.bindings.append(
            ColumnBinding(
                table: scope.name, isTableNamed: false, column: name, values: .named(type), stored: .values,
                isModel: false, place: place(list[index].line), role: file.role))
    }

    /// The property whose object holds the token: `status` of `status: { type: String, enum: […] }`.
    func propertyAround(_ index: Int) -> String? {
        var place = index - 1
        var steps = 0
        while place >= 0, steps < 200 {
            let token = list[place]
            if token.kind == .mark {
                if list.partners[place] > place, token.text == "{" || token.text == "(" {
                    var before = place - 1
                    // `text('status', { enum: […] })` names the column itself.
                    if list.isMark(",", at: before), let named = list.at(before - 1)?.plainString {
                        return named
                    }
                    while before > 0,
                        list[before].kind == .word || list[before].isMark(".") || list[before].isMark("(")
                    {
                        before -= 1
                    }
                    if list.isMark(":", at: before), let key = list.at(before - 1),
                        key.kind == .word || key.isString
                    {
                        return key.text
                    }
                    return nil
                }
                if list.partners[place] >= 0 { place = list.partners[place] }
            }
            place -= 1
            steps += 1
        }
        return nil
    }
}

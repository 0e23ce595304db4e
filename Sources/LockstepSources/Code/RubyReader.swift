/// Ruby: Active Record's enums, constants, validations, state machines.
extension CodeReader {
    mutating func readRuby() {
        var modules: [(name: String, column: Int)] = []
        for index in list.tokens.indices {
            let token = list[index]
            guard token.kind == .word else { continue }
            if token.isFirst {
                if token.isWord("class") || token.isWord("module") {
                    // What is nested is indented: an `end` need not be found.
                    modules.removeAll { $0.column >= token.column }
                    if let name = rubyName(index + 1) { modules.append((name, token.column)) }
                    setOwners(modules.map(\.name))
                } else if token.column <= (modules.last?.column ?? -1), !token.isWord("end"),
                    !token.isWord("private")
                {
                    modules.removeAll { $0.column >= token.column }
                    setOwners(modules.map(\.name))
                }
            }
            switch token.text {
            case "enum" where token.isFirst: readRubyEnum(index)
            case "aasm", "state_machine": readMachine(index)
            case "validates" where token.isFirst: readInclusion(index)
            case "table_name":
                if let text = list.at(index + 2)?.plainString, let owner = owners.last {
                    facts.tables[owner] = text
                }
            default:
                if token.isFirst, token.text.first?.isUppercase == true, list.isMark("=", at: index + 1) {
                    readRubyConstant(token, index + 2)
                }
            }
        }
    }

    private func rubyName(_ start: Int) -> String? {
        guard let first = list.at(start), first.kind == .word, first.text != "<<" else { return nil }
        var name = first.text
        var place = start + 1
        while list.isMark("::", at: place), let next = list.at(place + 1), next.kind == .word {
            name += "::" + next.text
            place += 2
        }
        return name
    }

    private mutating func setOwners(_ names: [String]) {
        leave(before: Int.max)
        for name in names { enter(name, until: Int.max - 1) }
    }

    /// `A = %w[x y].freeze`, `A = { x: "x" }.freeze`, `A = [X = "x", …]`, `A = "x"`.
    private mutating func readRubyConstant(_ name: Token, _ start: Int) {
        guard let first = list.at(start) else { return }
        if let text = literal(first), first.kind == .string {
            addConstant(name.text, text, line: first.line)
            return
        }
        guard first.isMark("[") || first.isMark("{") else { return }
        if first.isMark("[") {
            let found = literals(in: start)
            // Symbols in a list become numbers where an enum is made of them; as a list they are names all the same.
            if found.members.count >= 2 {
                addVocabulary(name.text, .list, found.members, line: name.line, isOpen: found.isOpen)
            }
        } else {
            let found = entries(in: start)
            if found.values.count >= 1, !found.areValuesOpen {
                addVocabulary(name.text, .values, found.values, line: name.line)
            } else if found.keys.count >= 2 {
                addVocabulary(name.text, .keys, found.keys, line: name.line, isOpen: found.isOpen)
            }
        }
    }

    /// `enum :status, { open: "open" }`, `enum status: { … }`, `enum :status, STATUSES`, `enum :status, %w[a b]`.
    private mutating func readRubyEnum(_ index: Int) {
        guard let owner = owners.last, let first = list.at(index + 1) else { return }
        var place = index + 1
        var column: String
        if first.kind == .symbol {
            column = first.text
            place = index + 3
        } else if first.isMark("("), let symbol = list.at(index + 2), symbol.kind == .symbol {
            column = symbol.text
            place = index + 4
        } else if first.kind == .word, list.isMark(":", at: index + 2) {
            column = first.text
            place = index + 3
        } else {
            return
        }
        if column.hasPrefix("_") { column.removeFirst() }
        guard let value = list.at(place) else { return }
        let table = facts.tables[owner]
        func bind(_ values: ColumnBinding.Values) {
            facts.bindings.append(
                ColumnBinding(
                    table: table ?? owner, isTableNamed: table != nil, column: column, values: values,
                    stored: .values, place: self.place(first.line), role: file.role))
        }
        if value.isMark("{") {
            let found = entries(in: place)
            guard !found.values.isEmpty,
                let given = vocabulary(
                    column, .enumeration, found.values, line: value.line, isOpen: found.isOpen)
            else { return }
            facts.vocabularies.append(given)
            bind(.given(given))
        } else if value.isMark("[") {
            // A list becomes numbers, unless it is made a map of its own names.
            let close = list.close(of: place)
            let tail = (close..<min(close + 14, list.count)).prefix { $0 == close || !list[$0].isFirst }
            let isMapped = tail.contains {
                ["index_with", "to_h", "index_by", "zip"].contains(list[$0].text)
            }
            guard isMapped,
                let given = vocabulary(column, .enumeration, literals(in: place).members, line: value.line)
            else { return }
            facts.vocabularies.append(given)
            bind(.given(given))
        } else if value.kind == .word, value.text.first?.isUppercase == true {
            bind(.named(rubyName(place) ?? value.text))
        }
    }

    /// `aasm column: :status do … state :open, initial: true`, `state_machine :status do`.
    private mutating func readMachine(_ index: Int) {
        guard let owner = owners.last else { return }
        let start = list[index]
        var column = start.isWord("aasm") ? "aasm_state" : "state"
        var place = index + 1
        var isNumber = false
        while let token = list.at(place), !token.isWord("do"), !token.isMark("{"), place - index < 40 {
            if token.isWord("column"), let name = list.at(place + 2), name.kind == .symbol || name.isString {
                column = name.text
            }
            if token.isWord("enum"), list.isWord("true", at: place + 2) { isNumber = true }
            if start.isWord("state_machine"), place == index + 1, token.kind == .symbol {
                column = token.text
            }
            if token.isFirst { return }
            place += 1
        }
        guard !isNumber, place < list.count else { return }
        var members: [Vocabulary.Member] = []
        var next = place + 1
        while let token = list.at(next), !(token.isFirst && token.column <= start.column) {
            if token.isFirst, token.isWord("state") || token.isWord("states") {
                var at = next + 1
                if list.isMark("(", at: at) { at += 1 }
                while let symbol = list.at(at), symbol.kind == .symbol || symbol.isMark(","),
                    !(symbol.isFirst && symbol.kind != .symbol)
                {
                    if symbol.kind == .symbol {
                        members.append(Vocabulary.Member(name: nil, value: symbol.text, line: symbol.line))
                    }
                    at += 1
                }
            }
            next += 1
        }
        guard let given = vocabulary(column, .machine, members, line: start.line) else { return }
        facts.vocabularies.append(given)
        let table = facts.tables[owner]
        facts.bindings.append(
            ColumnBinding(
                table: table ?? owner, isTableNamed: table != nil, column: column, values: .given(given),
                stored: .values, place: self.place(start.line), role: file.role))
    }

    /// `validates :status, inclusion: { in: %w[a b] }`.
    private mutating func readInclusion(_ index: Int) {
        guard let column = list.at(index + 1), column.kind == .symbol else { return }
        var place = index + 2
        while let token = list.at(place), !(token.isFirst && token.column <= list[index].column),
            place - index < 60
        {
            if token.isWord("inclusion"), list.isMark(":", at: place + 1) {
                var open = place + 2
                if list.isMark("{", at: open) { open += list.isWord("in", at: open + 1) ? 3 : 1 }
                guard list.isMark("[", at: open) else { return }
                let found = literals(in: open)
                guard found.members.count >= 2 else { return }
                addVocabulary(column.text, .validator, found.members, line: token.line, isOpen: found.isOpen)
                return
            }
            place += 1
        }
    }
}

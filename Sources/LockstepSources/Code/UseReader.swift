/// Literals next to the name of a column, in any language.
extension CodeReader {
    mutating func readUses() {
        for index in list.tokens.indices {
            let token = list[index]
            switch token.kind {
            case .word:
                if columns.contains(NameWords.folded(token.text)) { readNamed(index, token.text) }
                if token.text == "switch" || token.text == "match" || token.text == "when"
                    || token.text == "case"
                {
                    readSwitch(index)
                }
                readSetter(index)
                if token.text == "save", list.isMark("(", at: index + 1), let saved = receiver(of: index) {
                    facts.saved.insert(file.path + "\n" + saved)
                }
            case .string where !token.isDocument, .symbol:
                if token.text.utf8.count <= 64, columns.contains(NameWords.folded(token.text)) {
                    readQuoted(index, token.text)
                }
            case .string, .number, .mark, .pattern: break
            }
        }
    }

    /// `status = …`, `order.status == …`, `status: …`, `status in (…)`.
    private mutating func readNamed(_ index: Int, _ name: String) {
        var next = index + 1
        // `status!:`, `status?:` of types; `order.status?.value`.
        if list.isMark("?", at: next) || list.isMark("!", at: next) { next += 1 }
        guard let sign = list.at(next) else { return }
        let receiver = receiver(of: index)
        switch (sign.kind, sign.text) {
        case (.mark, "="), (.mark, ":="):
            // `<input type="text">`: an attribute of a page, written without spaces.
            if file.language.isScript, receiver == nil, sign.line == list[index].line,
                sign.column == list[index].column + name.utf8.count
            {
                return
            }
            addValues(next + 1, name, receiver, isArgument(index) ? .entry : .write)
        case (.mark, "=="), (.mark, "==="), (.mark, "!="), (.mark, "!=="):
            addValues(next + 1, name, receiver, .comparison)
        case (.mark, ":"):
            if file.language == .python || file.language == .rust || file.language == .kotlin {
                // An annotation; a default may follow.
                guard file.language != .rust else { return addValues(next + 1, name, receiver, .entry) }
                if let equals = (next + 1..<min(next + 10, list.count)).first(where: {
                    list[$0].isMark("=") || list[$0].isFirst
                }),
                    list[equals].isMark("=")
                {
                    addValues(equals + 1, name, receiver, .write)
                }
            } else if !readOperators(index, name) {
                addValues(next + 1, name, receiver, .entry)
            }
        case (.word, "in"), (.word, "not"):
            let open = sign.isWord("in") ? next + 1 : next + 2
            if list.isMark("(", at: open) || list.isMark("[", at: open) || list.isMark("{", at: open) {
                for member in literals(in: open).members {
                    addUse(name, receiver, member.value ?? "", .comparison, line: member.line, at: index)
                }
            }
        case (.mark, ")"):
            readIncludes(index, name, receiver)
        case (.mark, ".") where file.language == .rust, (.mark, ",") where file.language == .rust:
            readRustBuilder(index, name, next)
        case (.mark, ","):
            // `eq(orders.status, 'paid')`.
            guard let open = openBracket(before: index), let function = list.at(open - 1),
                function.kind == .word,
                let value = list.at(next + 1), let text = literal(value),
                list.isMark(")", at: next + 2) || list.isMark(",", at: next + 2),
                ["eq", "ne", "equal", "equals", "not_eq", "is", "neq", "setattr", "set"].contains(
                    function.text)
            else { return }
            addUse(
                name, receiver, text, function.text.hasPrefix("set") ? .write : .comparison, line: value.line,
                at: index)
        default: break
        }
    }

    /// `['a', 'b'].includes(order.status)`, `%w[a b].include?(status)`.
    private mutating func readIncludes(_ index: Int, _ name: String, _ receiver: String?) {
        guard let open = openBracket(before: index), open >= 3, let function = list.at(open - 1),
            ["includes", "include?", "contains", "has"].contains(function.text),
            list.isMark(".", at: open - 2),
            list.isMark("]", at: open - 3), list.partners[open - 3] >= 0
        else { return }
        for member in literals(in: list.partners[open - 3]).members {
            addUse(name, receiver, member.value ?? "", .comparison, line: member.line, at: index)
        }
    }

    private static let operators: Set<String> = [
        "=", "!=", "<>", "==", "in", "not-in", "IN", "NOT IN", "eq", "neq", "is", "like", "ilike", "gt", "lt",
        "gte", "lte",
        "<", ">", "<=", ">=", "cs", "cd", "ov",
    ]

    /// `"status": …`, `row["status"] = …`, `.eq('status', …)`, `update_column(:status, …)`, `:status => …`.
    private mutating func readQuoted(_ index: Int, _ name: String) {
        guard let next = list.at(index + 1), next.kind == .mark else { return }
        switch next.text {
        case ":" where !(file.language == .swift && list.isMark("?", at: index - 1)), "=>":
            if readOperators(index, name) { return }
            addValues(index + 2, name, nil, .entry)
        case "to" where file.language == .kotlin: addValues(index + 2, name, nil, .entry)
        case "]":
            guard let open = list.partners[index + 1] >= 0 ? list.partners[index + 1] : nil, open == index - 1
            else { return }
            let receiver = list.at(open - 1)?.kind == .word ? list[open - 1].text : nil
            let sign = list.at(index + 2)
            if sign?.isMark("=") == true { addValues(index + 3, name, receiver, .write) }
            if ["==", "===", "!=", "!=="].contains(sign?.text ?? "") {
                addValues(index + 3, name, receiver, .comparison)
            }
        case ",":
            guard list.isMark("(", at: index - 1), let function = list.at(index - 2), function.kind == .word
            else { return }
            let isWrite = ["update_column", "update_attribute", "write_attribute", "setattr", "set", "put"]
                .contains(function.text)
            guard
                isWrite
                    || [
                        "eq", "neq", "where", "andWhere", "orWhere", "filter", "in", "not", "notIn", "not_in",
                    ].contains(function.text)
            else { return }
            var place = index + 2
            // `.where('status', '!=', 'x')`, `.not('status', 'eq', 'x')`.
            if let sign = list.at(place)?.plainString, Self.operators.contains(sign) {
                guard list.isMark(",", at: place + 1) else { return }
                place += 2
                // PostgREST's `.not('status', 'in', '("a","b")')`.
                if sign == "in", let value = list.at(place), let text = value.plainString, text.hasPrefix("(")
                {
                    for item in text.dropFirst().dropLast().split(separator: ",") {
                        let plain = item.filter { $0 != "\"" && $0 != " " }
                        addUse(name, nil, plain, .comparison, line: value.line, at: index)
                    }
                    return
                }
            }
            if list.isMark("[", at: place) {
                for member in literals(in: place).members {
                    addUse(name, nil, member.value ?? "", .comparison, line: member.line, at: index)
                }
            } else if let value = list.at(place), let text = literal(value),
                list.isMark(")", at: place + 1) || list.isMark(",", at: place + 1)
            {
                addUse(name, nil, text, isWrite ? .write : .comparison, line: value.line, at: index)
            }
        default: break
        }
    }

    /// `set_status("paid")`, `updateStatus(id, "paid")`, `markStatus(.paid)`.
    private mutating func readSetter(_ index: Int) {
        guard list.isMark("(", at: index + 1) else { return }
        let words = NameWords.parts(of: list[index].text)
        guard words.count >= 2, ["set", "update", "change", "transition", "mark", "with"].contains(words[0])
        else { return }
        let rest = words.dropFirst()
        for length in 1...min(2, rest.count) {
            let name = rest.suffix(length).joined(separator: "_")
            guard columns.contains(NameWords.folded(name)) else { continue }
            let receiver =
                length < rest.count ? rest.dropLast(length).joined(separator: "_") : receiver(of: index)
            for part in list.parts(in: index + 1) {
                guard let given = given(part) else { continue }
                addUse(name, receiver, given.value, .write, line: given.line, at: index)
            }
            return
        }
    }

    /// `switch order.status { case "paid": … }` in its several spellings.
    private mutating func readSwitch(_ index: Int) {
        guard let first = list.at(index + 1) else { return }
        // Up to the body, or to the end of the line.
        var end = index + 1
        while let token = list.at(end), end - index < 14 {
            if token.isMark("{") || (token.isFirst && end > index + 1) { break }
            if token.isMark(":"), file.language == .python { break }
            end += 1
        }
        var last = end - 1
        if list.isMark(")", at: last), first.isMark("(") { last -= 1 }
        guard let name = list.at(last), name.kind == .word, columns.contains(NameWords.folded(name.text))
        else { return }
        let receiver = receiver(of: last)
        let isBraced = list.isMark("{", at: end)
        let stop = isBraced ? list.close(of: end) : min(list.count, end + 600)
        var place = end
        while place < stop, let token = list.at(place) {
            if !isBraced, token.isFirst,
                token.column < list[index].column || token.isWord("end") && token.column == list[index].column
            {
                break
            }
            if place > end, token.isWord("switch"),
                let inner = (place..<min(place + 14, stop)).first(where: { list[$0].isMark("{") })
            {
                // One inside it is read by itself.
                place = list.close(of: inner)
            } else if token.isWord("case") || token.isWord("when") {
                var at = place + 1
                while let value = list.at(at), let text = literal(value) {
                    addUse(name.text, receiver, text, .comparison, line: value.line, at: index)
                    guard list.isMark(",", at: at + 1) || list.isMark("|", at: at + 1) else { break }
                    at += 2
                }
            } else if token.isFirst, file.language == .rust || file.language == .kotlin,
                let text = literal(token),
                list.isMark("=>", at: place + 1) || list.isMark("->", at: place + 1)
            {
                addUse(name.text, receiver, text, .comparison, line: token.line, at: index)
            }
            place += 1
        }
    }
}

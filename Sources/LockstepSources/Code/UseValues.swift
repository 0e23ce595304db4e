extension CodeReader {
    /// The literals that an expression can come to: one, or the branches of a choice.
    mutating func addValues(_ start: Int, _ name: String, _ receiver: String?, _ form: ValueUse.Form) {
        var place = start
        var mayBe = true
        let limit = min(start + 60, list.count)
        while place < limit {
            let token = list[place]
            if place > start, token.isFirst, token.kind != .mark, file.language != .typescript || !mayBe {
                break
            }
            switch token.kind {
            case .string, .symbol:
                if mayBe, endsValue(place + 1), let text = literal(token) {
                    // `status: 'a' | 'b'` is a type.
                    if list.isMark("|", at: place + 1) || list.isMark("|", at: place - 1) { return }
                    addUse(name, receiver, text, form, line: token.line, at: start - 1)
                }
                mayBe = false
                if token.kind == .string, !isChoice(place + 1) { return }
            case .mark:
                switch token.text {
                case "?", ":", "??", "||", "?:": mayBe = true
                case ",", ";", ")", "]", "}": return
                case "=>", "{", "=": return
                case "(", "[":
                    if place == start, token.text == "(" {
                        // `(a === 'x' && b) ? 'y' : 'z'`: a condition, not a value.
                        place =
                            list.isMark("?", at: list.close(of: place) + 1)
                            ? list.close(of: place) + 1 : place + 1
                        continue
                    }
                    place = list.close(of: place)
                case "&": break
                default: mayBe = false
                }
            case .word:
                if token.text == "else" || token.text == "or" {
                    mayBe = true
                } else if mayBe, place == start {
                    if let inner = wrapped(place) {
                        let isDriver =
                            list.isWord("String", at: inner - 2) || list.isWord("Set", at: inner - 2)
                        let line = list[inner].line
                        if let text = literal(list[inner]) {
                            addUse(name, receiver, text, form, line: line, at: start - 1, isWrapped: isDriver)
                        } else if let constant = constantName(inner) {
                            addConstantUse(
                                name, receiver, constant, form, line: line, at: start - 1, isWrapped: isDriver
                            )
                        }
                        return
                    }
                    if let constant = constantName(place) {
                        addConstantUse(name, receiver, constant, form, line: token.line, at: start - 1)
                    }
                    mayBe = false
                }
            case .number, .pattern: mayBe = false
            }
            place += 1
        }
    }

    private func endsValue(_ place: Int) -> Bool {
        guard let next = list.at(place) else { return true }
        if next.isFirst { return true }
        if next.kind == .mark {
            return [",", ";", ")", "]", "}", ":", "?", "||", "&&", "??", "|", "{", "=>"].contains(next.text)
                || (next.text == "."
                    && ["into", "to_string", "to_owned", "freeze", "to_sym", "to_s"].contains(
                        list.at(place + 1)?.text ?? ""))
        }
        return ["if", "else", "as", "and", "or", "unless", "then", "satisfies", "do"].contains(next.text)
    }

    private func isChoice(_ place: Int) -> Bool {
        guard let next = list.at(place), !next.isFirst || next.isMark(":") else { return false }
        // `a === 'x' ? 'y' : 'z'`, `a === 'x' && b ? …`: what is compared stands before the choice.
        return next.isMark(":") || next.isMark("||") || next.isMark("??") || next.isWord("if")
            || next.isMark("?") || next.isMark("&&")
            || next.isWord("else")
    }

    /// A name that stands alone: `originSlackChat`, `db.StatusPaid`, `Status.PAID`, `.paid`.
    private func constantName(_ place: Int) -> String? {
        guard let name = dottedName(place), name.utf8.count <= 80 else { return nil }
        let count = name.split(separator: ".").count * 2 - 1
        // Before `?` it is the condition of a choice.
        guard endsValue(place + count), !list.isMark("?", at: place + count) else { return nil }
        return name
    }

    /// What a call or a literal of a type wraps: `pgtype.Text{String: x}`, `ptr("x")`, `Some("x".into())`.
    func wrapped(_ place: Int) -> Int? {
        guard let name = dottedName(place) else { return nil }
        var open = place + name.split(separator: ".").count * 2 - 1
        while list.isMark("::", at: open) { open += 2 }
        guard list.isMark("(", at: open) || list.isMark("{", at: open), list.close(of: open) - open < 16
        else { return nil }
        let known = [
            "Text", "NullString", "Ptr", "ptr", "String", "Some", "StringPtr", "From", "ToPtr", "StringFrom",
            "Of", "of", "Set",
        ]
        guard let last = list.at(open - 1), known.contains(last.text) || last.text.hasPrefix("Null") else {
            return nil
        }
        if list.isMark(":", at: open + 2) {
            return list.isWord("String", at: open + 1) ? open + 3 : nil
        }
        return open + 1
    }

    // MARK: What stands around

    /// `order` of `order.status`, the last word before the dot.
    func receiver(of index: Int) -> String? {
        guard index >= 2 else { return nil }
        let dot = list[index - 1]
        guard dot.isMark(".") || dot.isMark("?.") || dot.isMark("->") || dot.isMark("&.") else { return nil }
        var before = index - 2
        if list[before].isMark("!") || list[before].isMark("?") { before -= 1 }
        guard before >= 0 else { return nil }
        if list[before].kind == .word { return list[before].text }
        if list[before].kind == .mark, list.partners[before] >= 0, list.partners[before] < before,
            let word = list.at(list.partners[before] - 1), word.kind == .word
        {
            return word.text
        }
        return nil
    }

    /// Whether a Python name is an argument of a call rather than a variable.
    func isArgument(_ index: Int) -> Bool {
        guard let before = list.at(index - 1) else { return false }
        return (before.isMark("(") || before.isMark(",")) && !before.isMark(".")
    }

    /// The bracket that holds the token, found within reach.
    func openBracket(before index: Int) -> Int? {
        var place = index - 1
        var steps = 0
        while place >= 0, steps < 400 {
            if list[place].kind == .mark {
                let partner = list.partners[place]
                if partner > place { return place }
                if partner >= 0 { place = partner }
            }
            place -= 1
            steps += 1
        }
        return nil
    }

    /// Words of the calls around a token, at most four brackets out.
    func context(of index: Int) -> [[String]] {
        var levels: [[String]] = []
        var place = index
        for _ in 0..<4 {
            guard let open = openBracket(before: place) else { break }
            levels.append(chain(before: open))
            place = open
        }
        return levels
    }

    /// The words of the chain that ends at a bracket, and the plain arguments of the calls in it.
    private func chain(before open: Int) -> [String] {
        var words: [String] = []
        var before = open - 1
        for _ in 0..<30 {
            guard before >= 0 else { break }
            let token = list[before]
            if token.kind == .word {
                if ["return", "await", "const", "if", "else", "in"].contains(token.text) { break }
                words.append(token.text)
                guard before > 0, [".", "?.", "::", "&."].contains(list[before - 1].text) else { break }
                before -= 2
                if before >= 0, list[before].kind == .mark, list.partners[before] >= 0,
                    list.partners[before] < before
                {
                    let inner = list.partners[before]
                    for argument in (inner + 1..<before).prefix(4)
                    where list[argument].isString || list[argument].kind == .word {
                        words.append(list[argument].text)
                    }
                    before = inner - 1
                }
            } else if token.isMark(":") || token.isMark("="), let key = list.at(before - 1),
                key.kind == .word || key.isString
            {
                // The key of an object around it, told from a call by its colon.
                words.append(":" + key.text)
                break
            } else {
                break
            }
        }
        return Array(words.filter { $0.utf8.count <= 64 }.prefix(16))
    }

    mutating func addUse(
        _ name: String, _ receiver: String?, _ value: String, _ form: ValueUse.Form, line: Int, at index: Int,
        isWrapped: Bool = false
    ) {
        addUse(name, receiver, .literal(value), form, line: line, at: index, isWrapped: isWrapped)
    }

    private mutating func addConstantUse(
        _ name: String, _ receiver: String?, _ constant: String, _ form: ValueUse.Form, line: Int,
        at index: Int, isWrapped: Bool = false
    ) {
        addUse(name, receiver, .constant(constant), form, line: line, at: index, isWrapped: isWrapped)
    }

    mutating func addUse(
        _ name: String, _ receiver: String?, _ value: ValueUse.Value, _ form: ValueUse.Form, line: Int,
        at index: Int, isWrapped: Bool = false
    ) {
        if case .literal(let text) = value, text.isEmpty || text.utf8.count > 80 { return }
        let context = context(of: index)
        let table = file.language == .rust ? rustTable(receiver, context, at: index) : nil
        facts.uses.append(
            ValueUse(
                name: name, receiver: receiver, table: table, context: context, value: value, form: form,
                place: place(line), language: file.language, role: file.role, isWrapped: isWrapped))
    }
}

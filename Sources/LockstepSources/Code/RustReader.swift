/// Rust: enums with the names that serde, sqlx and strum give their cases, and `as_str` matches.
extension CodeReader {
    mutating func readRust() {
        var index = 0
        while index < list.count {
            leave(before: index)
            let token = list[index]
            if token.isWord("enum"), let name = list.at(index + 1), name.kind == .word {
                readRustEnum(index)
            } else if token.isWord("impl") || token.isWord("struct") || token.isWord("mod")
                || token.isWord("trait")
            {
                if let name = list.at(index + 1), name.kind == .word,
                    let open = (index + 2..<min(index + 40, list.count)).first(where: { list[$0].isMark("{") }
                    )
                {
                    var owner = name.text
                    // `impl Trait for Type`.
                    for place in index + 2..<open where list[place].isWord("for") {
                        owner = list.at(place + 1)?.text ?? owner
                    }
                    enter(owner, until: list.close(of: open))
                }
            } else if token.isWord("table_name"), list.isMark("=", at: index + 1) {
                readTableName(index)
            } else if token.isWord("match") {
                readMatch(index)
            } else if token.isWord("const") || token.isWord("static"), let name = list.at(index + 1) {
                readRustConstant(name, index)
            }
            index += 1
        }
    }

    /// `#[sea_orm(table_name = "orders")]` in the module that is called after the file, `#[diesel(table_name = orders)]`
    /// above a struct.
    private mutating func readTableName(_ index: Int) {
        guard let value = list.at(index + 2) else { return }
        if let table = value.plainString {
            let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
            facts.tables[name.split(separator: ".").first.map(String.init) ?? name] = table
        }
        let table = value.plainString ?? value.text
        for place in index + 3..<max(min(index + 60, list.count), index + 3)
        where list[place].isWord("struct") {
            if let name = list.at(place + 1), name.text != "Model" { facts.tables[name.text] = table }
            return
        }
    }

    private mutating func readRustEnum(_ index: Int) {
        let name = list[index + 1]
        guard let open = (index + 2..<min(index + 20, list.count)).first(where: { list[$0].isMark("{") })
        else { return }
        guard list.isClosed(open) else { return }
        let style = renaming(before: index)
        var members: [Vocabulary.Member] = []
        for part in list.parts(in: open) {
            var place = part.lowerBound
            var given: String?
            while list.isMark("#", at: place), place < part.upperBound {
                let close = list.close(of: place + 1)
                for inner in place..<min(close, list.count) {
                    let isName = ["rename", "serialize", "to_string", "string_value", "db_rename"].contains(
                        list[inner].text)
                    if isName, list.isMark("=", at: inner + 1), let text = list.at(inner + 2)?.plainString {
                        given = given ?? text
                    }
                }
                place = close + 1
            }
            guard let token = list.at(place), token.kind == .word, place < part.upperBound else { continue }
            // A case that carries values is no status.
            if list.isMark("(", at: place + 1) || list.isMark("{", at: place + 1) { return }
            members.append(
                Vocabulary.Member(
                    name: token.text, value: given ?? style.map { Self.renamed(token.text, $0) },
                    line: token.line))
        }
        addVocabulary(name.text, .enumeration, members, line: name.line)
    }

    /// `rename_all = "snake_case"` in the attributes above; sqlx's counts before serde's.
    private func renaming(before index: Int) -> String? {
        var style: String?
        var place = index - 1
        var isSQL = false
        var isDiesel = false
        while place >= 0, index - place < 80 {
            let token = list[place]
            if token.isMark("}") || token.isMark(";") { break }
            if token.isWord("DbEnum") { isDiesel = true }
            if ["rename_all", "serialize_all", "DbValueStyle", "db_style"].contains(token.text),
                list.isMark("=", at: place + 1),
                let text = list.at(place + 2)?.plainString
            {
                let isHere = (max(place - 12, 0)..<place).contains {
                    list[$0].isWord("sqlx") || list[$0].isWord("db")
                }
                if style == nil || (isHere && !isSQL) { style = text }
                isSQL = isSQL || isHere
            }
            place -= 1
        }
        // What diesel-derive-enum does where nothing is said.
        return style ?? (isDiesel ? "snake_case" : nil)
    }

    private static func renamed(_ name: String, _ style: String) -> String {
        let words = NameWords.parts(of: name)
        return switch style {
        case "snake_case": words.joined(separator: "_")
        case "SCREAMING_SNAKE_CASE": words.joined(separator: "_").uppercased()
        case "kebab-case": words.joined(separator: "-")
        case "lowercase": name.lowercased()
        case "UPPERCASE": name.uppercased()
        case "camelCase":
            (words.first ?? "")
                + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        default: name
        }
    }

    /// `match self { Status::Open => "open", … }`: the values of the type; `"open" => Status::Open` likewise.
    private mutating func readMatch(_ index: Int) {
        guard let open = (index + 1..<min(index + 12, list.count)).first(where: { list[$0].isMark("{") })
        else { return }
        guard list.isClosed(open) else { return }
        var members: [Vocabulary.Member] = []
        var type: String?
        for part in list.parts(in: open) {
            guard let arrow = part.first(where: { list[$0].isMark("=>") }), arrow + 1 < part.upperBound else {
                continue
            }
            guard let value = list.at(arrow + 1)?.plainString, arrow + 2 == part.upperBound,
                part.lowerBound + 2 < arrow, list.isMark("::", at: part.lowerBound + 1)
            else { continue }
            let name = list[part.lowerBound + 2]
            type = list[part.lowerBound].text
            members.append(Vocabulary.Member(name: name.text, value: value, line: list[arrow + 1].line))
        }
        guard members.count >= 2, let type else { return }
        let name = type == "Self" ? owners.last ?? type : type
        // `match self` in the type itself is how its members are written.
        let isOwn =
            (list.isWord("self", at: index + 1) || list.isWord("self", at: index + 2))
            && owners.contains(name)
        addVocabulary(name, isOwn ? .enumeration : .values, members, line: list[index].line)
    }

    /// `const A: &str = "a";`, `const ALL: &[&str] = &["a", "b"];`
    private mutating func readRustConstant(_ name: Token, _ index: Int) {
        guard name.kind == .word else { return }
        for place in index + 2..<max(min(index + 16, list.count), index + 2) where list[place].isMark("=") {
            var start = place + 1
            if list.isMark("&", at: start) { start += 1 }
            if let text = list.at(start)?.plainString {
                addConstant(name.text, text, line: name.line)
            } else if list.isMark("[", at: start) {
                let found = literals(in: start)
                if found.members.count >= 2 {
                    addVocabulary(name.text, .list, found.members, line: name.line, isOpen: found.isOpen)
                }
            }
            return
        }
    }
}

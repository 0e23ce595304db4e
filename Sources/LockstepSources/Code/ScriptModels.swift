/// The models of TypeScript and JavaScript: Drizzle's `$type`, TypeORM's and MikroORM's decorators.
extension CodeReader {
    /// `@Column({ type: 'enum', enum: Status }) status: Status`, in a class with `@Entity('orders')`.
    mutating func readDecorator(_ index: Int) {
        let name = list[index].text
        guard ["Column", "Enum", "Entity", "Prop"].contains(name) else { return }
        var end = index + 1
        var argument: String?
        var type: String?
        var given: Vocabulary?
        if list.isMark("(", at: end) {
            let close = list.close(of: end)
            argument = list.at(end + 1)?.plainString
            for place in (end + 1..<max(close, end + 1)).prefix(80) {
                if list[place].isWord("enum") || list[place].isWord("items"), list.isMark(":", at: place + 1)
                {
                    if list.isMark("[", at: place + 2) {
                        given = vocabulary(
                            "", .validator, literals(in: place + 2).members, line: list[place].line)
                    } else if list.isMark("(", at: place + 2) {
                        type = dottedName(place + 5)
                    } else {
                        type = dottedName(place + 2)
                    }
                }
                if list[place].isWord("name"), list.isMark(":", at: place + 1) {
                    argument = list.at(place + 2)?.plainString ?? argument
                }
            }
            end = close + 1
        }
        if name == "Entity" {
            guard let place = (end..<min(end + 60, list.count)).first(where: { list[$0].isWord("class") }),
                let type = list.at(place + 1)
            else { return }
            facts.tables[type.text] = argument ?? type.text
            return
        }
        // The property follows, past further decorators.
        var place = end
        while list.isMark("@", at: place) {
            place += 2
            if list.isMark("(", at: place) { place = list.close(of: place) + 1 }
        }
        while ["public", "private", "readonly", "declare", "protected"].contains(list.at(place)?.text ?? "") {
            place += 1
        }
        guard let property = list.at(place), property.kind == .word, let owner = owners.last else { return }
        if type == nil, given == nil { return }
        let values: ColumnBinding.Values =
            if let given { .given(given) } else { .named(type ?? "") }
        facts.bindings.append(
            ColumnBinding(
                table: facts.tables[owner] ?? owner, isTableNamed: facts.tables[owner] != nil,
                column: argument ?? property.text, values: values, stored: .values,
                place: self.place(property.line), role: file.role))
    }

    /// `pgTable('incidents', { status: varchar('status').$type<IncidentStatus>() })`.
    mutating func readDrizzleTables() {
        for index in list.tokens.indices {
            let token = list[index]
            guard token.kind == .word, token.text.hasSuffix("able"), list.isMark("(", at: index + 1),
                let table = list.at(index + 2)?.plainString, list.isMark(",", at: index + 3),
                list.isMark("{", at: index + 4)
            else { continue }
            if list.isMark("=", at: index - 1), let variable = list.at(index - 2), variable.kind == .word {
                facts.tables[variable.text] = table
            }
            for part in list.parts(in: index + 4) { readDrizzleColumn(part, table: table) }
        }
    }

    private static let plainTypes: Set<String> = [
        "text", "varchar", "char", "integer", "int", "bigint", "smallint", "serial", "bigserial", "boolean",
        "timestamp", "date", "time", "json", "jsonb", "uuid", "real", "numeric", "decimal", "blob",
        "datetime",
        "mysqlEnum", "double", "doublePrecision", "vector", "interval",
    ]

    private mutating func readDrizzleColumn(_ part: Range<Int>, table: String) {
        guard part.count >= 4, list.isMark(":", at: part.lowerBound + 1),
            list.isMark("(", at: part.lowerBound + 3)
        else { return }
        let key = list[part.lowerBound]
        let column = list.at(part.lowerBound + 4)?.plainString ?? key.text
        // `status: orderStatus('status')`: what makes the column may be an ENUM by the name of its variable.
        let maker = list[part.lowerBound + 2]
        if maker.kind == .word, !Self.plainTypes.contains(maker.text) {
            facts.bindings.append(
                ColumnBinding(
                    table: table, isTableNamed: true, column: column, values: .named(maker.text),
                    stored: .values,
                    place: self.place(key.line), role: file.role))
        }
        for place in part {
            if list[place].isWord("$type"), list.isMark("<", at: place + 1), let type = list.at(place + 2) {
                if type.kind == .word, list.isMark(">", at: place + 3) {
                    facts.bindings.append(
                        ColumnBinding(
                            table: table, isTableNamed: true, column: column, values: .named(type.text),
                            stored: .values, place: self.place(key.line), role: file.role))
                } else if type.isString {
                    readUnion(column, place + 2)
                }
            }
            if list[place].isWord("enum"), list.isMark(":", at: place + 1) {
                let values: ColumnBinding.Values
                if list.isMark("[", at: place + 2) {
                    guard
                        let given = vocabulary(
                            column, .validator, literals(in: place + 2).members, line: list[place].line)
                    else { continue }
                    values = .given(given)
                } else if let name = dottedName(place + 2) {
                    values = .named(name)
                } else {
                    continue
                }
                facts.bindings.append(
                    ColumnBinding(
                        table: table, isTableNamed: true, column: column, values: values, stored: .values,
                        place: self.place(key.line), role: file.role))
            }
        }
    }
}

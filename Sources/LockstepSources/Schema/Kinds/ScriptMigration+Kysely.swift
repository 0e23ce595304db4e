extension ScriptMigration {
    /// `db.schema.createType('status').asEnum(['a', 'b']).execute()`.
    mutating func kyselyType(_ chain: [CodeCall]) -> Bool {
        guard let name = name(chain[0][0]),
            let labels = chain.first(where: { $0.verb == "asEnum" }).flatMap({ texts($0[0]) })
        else { return false }
        catalog.createEnum(name, labels, at: place(chain[0].line))
        return true
    }

    mutating func kyselyTable(_ chain: [CodeCall]) -> Bool {
        guard let name = name(chain[0][0]) else { return false }
        switch chain[0].verb {
        case "createTable":
            catalog.create(
                CatalogTable(name: name, place: place(chain[0].line)),
                ifNotExists: chain.contains { $0.verb == "ifNotExists" })
        case "dropTable":
            catalog.dropTable(name)
            return true
        case "alterTable": break
        default: return false
        }
        for link in chain.dropFirst() { kysely(link, name) }
        return true
    }

    mutating func kysely(_ link: CodeCall, _ table: SQLName) {
        switch link.verb {
        case "addColumn":
            guard let name = link[0]?.plain else { return }
            var column = CatalogColumn(name, SQLType("unknown"), at: place(link.line))
            var source = link[1]
            if let tagged = source?.asCall { source = tagged[0] }
            if let written = source?.plain {
                var cursor = SQLCursor(SQLLexer.tokens(of: written))
                column.type = SQLSchemaReader(catalog, file: path).takeType(&cursor)
            }
            if case .function(let body) = link[2],
                let at = list.tokens[body].firstIndex(where: { $0.kind == .word }),
                let (rules, _) = parser.chain(at: at)
            {
                for rule in rules.chain {
                    switch rule.verb {
                    case "notNull": column.isNotNull = true
                    case "defaultTo": column.defaultValue = text(rule[0])
                    case "check":
                        catalog.addColumn(column, to: table, ifNotExists: false)
                        if case .text(let text) = rule[0]?.asCall?[0] {
                            kyselyCheck(text, name: nil, table, rule.line)
                        }
                    default: break
                    }
                }
            }
            catalog.addColumn(column, to: table, ifNotExists: false)
        case "addCheckConstraint":
            if case .text(let text) = link[1]?.asCall?[0] {
                kyselyCheck(text, name: link[0]?.plain, table, link.line)
            }
        case "dropConstraint": if let name = link[0]?.plain { catalog.dropConstraint(name, of: table) }
        case "dropColumn": if let name = link[0]?.plain { catalog.dropColumn(name, of: table) }
        case "renameColumn":
            if let old = link[0]?.plain, let new = link[1]?.plain {
                catalog.renameColumn(old, to: new, of: table)
            }
        case "renameTo": if let new = name(link[0]) { catalog.renameTable(table, to: new) }
        default: break
        }
    }

    mutating func kyselyCheck(_ text: CodeText, name: String?, _ table: SQLName, _ line: Int) {
        let tokens = EmbeddedText(text, fill: HoleFilling(index: index, path: path).callAsFunction).tokens
        var check = CatalogCheck(
            name: name, condition: SQLExpressionParser.expression(of: tokens[...]), place: place(line))
        for token in tokens where token.kind == .string { check.words[token.text] = place(token.line) }
        catalog.addCheck(check, to: table)
    }
}

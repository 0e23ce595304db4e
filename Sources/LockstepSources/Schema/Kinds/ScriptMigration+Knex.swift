extension ScriptMigration {
    /// `t.enu('status', ['a', 'b']).notNullable().defaultTo('a')`.
    mutating func knex(_ body: Range<Int>, _ table: SQLName) {
        var at = body.lowerBound
        while at < min(body.upperBound, list.count) {
            guard list[at].kind == .word, list.isMark(".", at: at + 1), list.at(at + 2)?.kind == .word,
                list.isMark("(", at: at + 3), let (outer, end) = parser.chain(at: at)
            else {
                at += 1
                continue
            }
            at = max(end, at + 1)
            let chain = outer.chain
            guard let call = chain.first, let name = call[0]?.plain else { continue }
            knexColumn(name, call, chain, table)
        }
    }

    static let knexTypes: [String: String] = [
        "string": "varchar", "text": "text", "integer": "integer", "bigInteger": "bigint",
        "boolean": "boolean", "json": "json",
        "jsonb": "jsonb", "uuid": "uuid", "timestamp": "timestamp", "datetime": "timestamp", "date": "date",
        "float": "float",
        "decimal": "numeric", "increments": "integer", "bigIncrements": "bigint", "binary": "bytea",
        "double": "double",
        "smallint": "smallint", "tinyint": "tinyint", "time": "time", "char": "char",
    ]

    mutating func knexColumn(_ name: String, _ call: CodeCall, _ chain: [CodeCall], _ table: SQLName) {
        var column = CatalogColumn(name, SQLType("unknown"), at: place(call.line))
        var check: CatalogCheck?
        switch call.verb {
        case "enu", "enum":
            guard let labels = texts(call[1]) else { return }
            if call[2]?["useNative"]?.bool == true, let type = call[2]?["enumName"]?.plain {
                column.type = SQLType(type)
                catalog.createEnum(column.type.name, labels, at: place(call.line), ifNotExists: true)
            } else {
                column.type = SQLType("text")
                var rule = CatalogCheck(
                    name: "\(table.name)_\(name)_check",
                    condition: .isIn(.column(name, isQuoted: false), labels.map(SQLExpression.text)),
                    place: place(call.line))
                for label in labels { rule.words[label] = rule.place }
                check = rule
            }
        case "specificType": column.type = SQLType(call[1]?.plain?.lowercased() ?? "unknown")
        case "dropColumn": return catalog.dropColumn(name, of: table)
        case "dropChecks": return catalog.dropConstraint(name, of: table)
        case "renameColumn":
            if let new = call[1]?.plain { catalog.renameColumn(name, to: new, of: table) }
            return
        case "check": return addCheck(name, name: call[2]?.plain, to: table, call.line)
        default:
            guard let type = Self.knexTypes[call.verb] else { return }
            column.type = SQLType(type)
            if case .number(let size) = call[1] { column.type.arguments = [size] }
        }
        for link in chain.dropFirst() {
            switch link.verb {
            case "notNullable", "notNull": column.isNotNull = true
            case "defaultTo": column.defaultValue = text(link[0])
            case "checkIn":
                guard let labels = texts(link[0]) else { continue }
                check = CatalogCheck(
                    name: link[1]?.plain,
                    condition: .isIn(.column(name, isQuoted: false), labels.map(SQLExpression.text)),
                    place: place(link.line))
            default: break
            }
        }
        if chain.contains(where: { $0.verb == "alter" }) {
            let changed = column
            catalog.changeColumn(name, of: table, at: column.place) { known in
                known.type = changed.type
                known.typePlace = changed.place
                known.isNotNull = changed.isNotNull
                known.defaultValue = changed.defaultValue
            }
        } else {
            catalog.addColumn(column, to: table, ifNotExists: false)
        }
        if let check { catalog.addCheck(check, to: table) }
    }
}

extension SQLSchemaReader {
    mutating func alter(_ cursor: inout SQLCursor) {
        cursor.next()
        if cursor.take("table") || cursor.take("foreign", "table") {
            alterTable(&cursor)
        } else if cursor.take("type") {
            alterType(&cursor)
        } else if cursor.take("domain") {
            alterDomain(&cursor)
        }
    }

    // MARK: Tables

    private mutating func alterTable(_ cursor: inout SQLCursor) {
        _ = cursor.take("if", "exists")
        _ = cursor.take("only")
        guard let table = cursor.takeName() else { return }
        _ = cursor.takeSign("*")
        // SQL Server: `ALTER TABLE t WITH CHECK ADD CONSTRAINT …`.
        if cursor.take("with") { cursor.next() }
        var previous = ""
        for action in SQLCursor.parts(of: cursor.tokens) {
            var action = SQLCursor(action)
            // `ADD a int, b int` of MySQL and others says ADD once.
            if let verb = action.first, verb.kind == .word, Self.verbs.contains(verb.text) {
                previous = verb.text
                action.next()
            } else if previous != "add" {
                continue
            }
            perform(previous, &action, on: table)
        }
    }

    private static let verbs: Set<String> = [
        "add", "drop", "alter", "rename", "modify", "change", "validate", "attach", "detach", "set",
    ]

    private mutating func perform(_ verb: String, _ cursor: inout SQLCursor, on table: SQLName) {
        let line = cursor.line
        switch verb {
        case "add": add(&cursor, to: table)
        case "drop": dropPart(&cursor, of: table)
        case "alter": alterPart(&cursor, of: table, line: line)
        case "rename": rename(&cursor, of: table)
        case "modify":
            _ = cursor.take("column")
            if let (column, checks) = takeColumn(&cursor) {
                redefine(column, checks, as: column.name, of: table)
            }
        case "change":
            _ = cursor.take("column")
            guard let old = cursor.takeName(), let (column, checks) = takeColumn(&cursor) else { return }
            catalog.renameColumn(old.name, to: column.name, of: table)
            redefine(column, checks, as: column.name, of: table)
        case "validate":
            if cursor.take("constraint"), let name = cursor.takeName() {
                catalog.changeConstraint(name.name, of: table) { $0.isValidated = true }
            }
        case "attach":
            if cursor.take("partition"), let name = cursor.takeName() {
                attach(name, to: table, &cursor, line: line)
            }
        case "detach":
            if cursor.take("partition"), let name = cursor.takeName() {
                catalog.change(table) { $0.partitions.removeAll { $0.name == name } }
                catalog.change(name) { $0.isPartition = false }
            }
        default: break
        }
    }

    private mutating func redefine(
        _ column: CatalogColumn, _ checks: [CatalogCheck], as name: String, of table: SQLName
    ) {
        catalog.changeColumn(name, of: table, at: column.place) { known in
            let place = known.place
            known = column
            known.place = place
            known.typePlace = column.place
        }
        for check in checks { catalog.addCheck(check, to: table) }
    }

    private mutating func add(_ cursor: inout SQLCursor, to table: SQLName) {
        if let first = cursor.first, first.kind == .word,
            ["constraint", "check"].contains(first.text),
            cursor.peek(1).map({ $0.isName || $0.isSign("(") }) == true
        {
            if let check = takeCheck(&cursor) { catalog.addCheck(check, to: table, isGuarded: isGuarded) }
            return
        }
        if let first = cursor.first, first.kind == .word,
            ["primary", "unique", "foreign", "index", "key", "exclude", "fulltext", "partition"].contains(
                first.text)
        {
            return
        }
        _ = cursor.take("column")
        let isConditional = takesIfNotExists(&cursor)
        // MySQL: `ADD (a int, b int)`.
        let parts = cursor.isSign("(") ? SQLCursor.parts(of: cursor.takeGroup() ?? []) : [cursor.tokens]
        for part in parts {
            var part = SQLCursor(part)
            guard let (column, checks) = takeColumn(&part) else { continue }
            let isThere = catalog.table(table).flatMap { catalog.tables[$0]?.index(of: column.name) } != nil
            catalog.addColumn(column, to: table, ifNotExists: isConditional)
            if isThere, isConditional { continue }
            for check in checks { catalog.addCheck(check, to: table, isGuarded: isGuarded) }
        }
    }

    private mutating func dropPart(_ cursor: inout SQLCursor, of table: SQLName) {
        if cursor.take("constraint") || cursor.take("check") {
            _ = cursor.take("if", "exists")
            if let name = cursor.takeName() { catalog.dropConstraint(name.name, of: table) }
            return
        }
        if let first = cursor.first, first.kind == .word,
            ["index", "key", "primary", "foreign", "partition"].contains(first.text)
        {
            return
        }
        _ = cursor.take("column")
        _ = cursor.take("if", "exists")
        if let name = cursor.takeName() { catalog.dropColumn(name.name, of: table) }
    }

    private mutating func alterPart(_ cursor: inout SQLCursor, of table: SQLName, line: Int) {
        if cursor.take("constraint") || cursor.take("check") {
            guard let name = cursor.takeName() else { return }
            let isEnforced = !cursor.take("not", "enforced")
            return catalog.changeConstraint(name.name, of: table) { $0.isEnforced = isEnforced }
        }
        _ = cursor.take("column")
        guard let column = cursor.takeName()?.name else { return }
        let place = place(line)
        if cursor.take("set", "default") {
            let (expression, _) = SQLExpressionParser.prefix(of: cursor.tokens)
            catalog.changeColumn(column, of: table, at: place) { $0.defaultValue = Self.text(of: expression) }
        } else if cursor.take("drop", "default") {
            catalog.changeColumn(column, of: table, at: place) { $0.defaultValue = nil }
        } else if cursor.take("set", "not", "null") {
            catalog.changeColumn(column, of: table, at: place) { $0.isNotNull = true }
        } else if cursor.take("drop", "not", "null") {
            catalog.changeColumn(column, of: table, at: place) { $0.isNotNull = false }
        } else if cursor.take("set", "data", "type") || cursor.take("type") {
            let type = takeType(&cursor)
            catalog.changeColumn(column, of: table, at: place) { known in
                known.type = type
                known.typePlace = place
            }
        } else if let first = cursor.first, first.isName, !["set", "drop", "add"].contains(first.text) {
            // SQL Server: `ALTER COLUMN status varchar(20) NOT NULL`.
            let type = takeType(&cursor)
            catalog.changeColumn(column, of: table, at: place) { known in
                known.type = type
                known.typePlace = place
                known.isNotNull = cursor.isWord("not")
            }
        }
    }

    private mutating func rename(_ cursor: inout SQLCursor, of table: SQLName) {
        if cursor.take("to") || cursor.take("as") {
            if let new = cursor.takeName() { catalog.renameTable(table, to: new) }
            return
        }
        if cursor.take("constraint") {
            guard let old = cursor.takeName(), cursor.take("to"), let new = cursor.takeName() else { return }
            return catalog.changeConstraint(old.name, of: table) { $0.name = new.name }
        }
        if cursor.isWord("index") || cursor.isWord("key") { return }
        _ = cursor.take("column")
        guard let old = cursor.takeName(), cursor.take("to"), let new = cursor.takeName() else { return }
        catalog.renameColumn(old.name, to: new.name, of: table)
    }

    // MARK: Types

    private mutating func alterType(_ cursor: inout SQLCursor) {
        let line = cursor.line
        guard let name = cursor.takeName() else { return }
        if cursor.take("add", "value") {
            _ = cursor.take("if", "not", "exists")
            let line = cursor.line
            guard let label = cursor.takeString(), !label.contains(Token.placeholder) else {
                return catalog.note(
                    place(line), "A value of the type '\(name.name)' is filled in by a program.")
            }
            let before = cursor.take("before") ? cursor.takeString() : nil
            let after = cursor.take("after") ? cursor.takeString() : nil
            catalog.addLabel(label, to: name, before: before, after: after, at: place(line))
        } else if cursor.take("rename", "value") {
            guard let old = cursor.takeString(), cursor.take("to"), let new = cursor.takeString() else {
                return
            }
            catalog.renameLabel(old, to: new, of: name, at: place(line))
        } else if cursor.take("rename", "to") {
            if let new = cursor.takeName() { catalog.renameType(name, to: new.name) }
        } else if cursor.take("drop", "value") {
            // Some databases that speak PostgreSQL's language can do this.
            guard let label = cursor.takeString(), !label.contains(Token.placeholder) else { return }
            catalog.changeType(name) { type in
                guard case .labels(let labels) = type.kind else { return }
                type.kind = .labels(labels.filter { $0.text != label })
            }
        }
    }

    private mutating func alterDomain(_ cursor: inout SQLCursor) {
        let line = cursor.line
        guard let name = cursor.takeName() else { return }
        if cursor.take("rename", "to") {
            if let new = cursor.takeName() { catalog.renameType(name, to: new.name) }
            return
        }
        let change: (inout [CatalogCheck]) -> Void
        if cursor.take("add") {
            guard let check = takeCheck(&cursor) else { return }
            change = { checks in
                var check = check
                check.name = check.name ?? "\(name.name)_check"
                checks.append(check)
            }
        } else if cursor.take("drop", "constraint") {
            _ = cursor.take("if", "exists")
            guard let constraint = cursor.takeName() else { return }
            change = { checks in checks.removeAll { $0.name == constraint.name } }
        } else if cursor.take("validate", "constraint") {
            guard let constraint = cursor.takeName() else { return }
            change = { checks in
                for index in checks.indices where checks[index].name == constraint.name {
                    checks[index].isValidated = true
                }
            }
        } else {
            return
        }
        let place = place(line)
        catalog.changeType(name) { type in
            guard case .domain(let base, var checks, let isNotNull, let value) = type.kind else { return }
            change(&checks)
            type.kind = .domain(base, checks, isNotNull: isNotNull, defaultValue: value)
            type.place = place
        }
    }
}

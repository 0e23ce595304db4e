/// What one revision of Alembic does to a catalog.
struct AlembicRevision {
    private(set) var catalog: Catalog
    private let path: String
    private let list: TokenList
    private let types: PythonTypes
    private let sql: EmbeddedSQL
    private let skipped: [Range<Int>]
    /// ENUMs that variables hold: `status = sa.Enum("a", name="status")`.
    private var variables: [String: CodeCall] = [:]
    /// The table of `with op.batch_alter_table("orders") as batch_op:`.
    private var batchTable: SQLName?

    init(_ index: SourceIndex, _ path: String, _ list: TokenList, _ catalog: Catalog) {
        self.catalog = catalog
        self.path = path
        self.list = list
        types = PythonTypes(index: index, path: path)
        sql = EmbeddedSQL(index, path, list)
        skipped = CodeBlocks.bodies(of: CodeBlocks.backward, in: list)
    }

    mutating func read() {
        var at = 0
        while let token = list.at(at) {
            if let body = skipped.first(where: { $0.contains(at) }) {
                at = body.upperBound
                continue
            }
            if token.isString, !token.isDocument, let (text, end) = sql.text(at: at) {
                sql.read(text, into: &catalog)
                at = end
            } else if token.kind == .word, !list.isMark(".", at: at - 1), let end = statement(at) {
                at = end
            } else {
                at += 1
            }
        }
    }

    /// Reads a call of Alembic's, and says where it ends.
    private mutating func statement(_ at: Int) -> Int? {
        if list.isMark("=", at: at + 1),
            let (call, _) = list.at(at + 2)?.kind == .word ? CodeParser(list).chain(at: at + 2) : nil
        {
            if call.verb.lowercased().hasSuffix("enum") { variables[list[at].text] = call }
            return at + 2
        }
        guard list.isMark(".", at: at + 1) || list.isMark("(", at: at + 1),
            let (call, end) = CodeParser(list).chain(at: at)
        else { return nil }
        let parts = call.name.split(separator: ".").map(String.init)
        guard let verb = parts.last else { return nil }
        if verb == "create" || verb == "drop" { return ensureType(call, verb) ? end : nil }
        guard parts.count > 1 else { return nil }
        let isBatch = parts[0] != "op" && parts[0] != "alembic"
        guard parts[0] == "op" || parts[0].contains("batch") || parts[0] == "operations" || parts[0] == "bop"
        else { return nil }
        return perform(verb, call, isBatch: isBatch) ? end : nil
    }

    /// `sa.Enum(…, name="x").create(op.get_bind())` and `status.create(bind)`.
    private mutating func ensureType(_ call: CodeCall, _ verb: String) -> Bool {
        var source = call.receiver?.asCall
        if source == nil, let base = call.name.split(separator: ".").dropLast().first {
            source = variables[String(base)]
        }
        guard let source, let reading = types.reading(.call(source)),
            let labels = reading.labels ?? [] as [String]?
        else {
            return false
        }
        let place = SourcePlace(file: path, line: source.line)
        if verb == "create" {
            guard !labels.isEmpty else { return true }
            catalog.createEnum(reading.type.name, labels, at: place, ifNotExists: true)
        } else {
            catalog.dropType(reading.type.name)
        }
        return true
    }

    private mutating func perform(_ verb: String, _ call: CodeCall, isBatch: Bool) -> Bool {
        switch verb {
        case "create_table": createTable(call)
        case "drop_table": tableName(call, "table_name").map { catalog.dropTable($0) }
        case "rename_table":
            if let old = call.argument("old_table_name", 0)?.plain,
                let new = call.argument("new_table_name", 1)?.plain
            {
                catalog.renameTable(named(old, call), to: SQLName(namespace: nil, name: new))
            }
        case "batch_alter_table":
            batchTable = tableName(call, "table_name")
        case "add_column":
            guard let (table, at) = target(call, isBatch), let column = call.argument("column", at)?.asCall
            else { break }
            add(column, to: table)
        case "drop_column":
            guard let (table, at) = target(call, isBatch),
                let column = call.argument("column_name", at)?.plain
            else { break }
            catalog.dropColumn(column, of: table)
        case "alter_column":
            guard let (table, at) = target(call, isBatch),
                let column = call.argument("column_name", at)?.plain
            else { break }
            alter(column, of: table, call)
        case "create_check_constraint":
            // In a batch the table is left out.
            let at = isBatch ? 1 : 2
            guard
                let table = isBatch
                    ? batchTable : call.argument("table_name", 1)?.plain.map({ named($0, call) }),
                let (condition, words) = types.condition(call.argument("condition", at))
            else { break }
            var check = CatalogCheck(
                name: types.name(call.argument("constraint_name", 0)), condition: condition,
                place: SourcePlace(file: path, line: call.line))
            check.words = words
            check.isValidated = call["postgresql_not_valid"]?.bool != true
            catalog.addCheck(check, to: table)
        case "drop_constraint":
            guard let name = types.name(call.argument("constraint_name", 0)),
                let table = isBatch
                    ? batchTable : call.argument("table_name", 1)?.plain.map({ named($0, call) })
            else { break }
            catalog.dropConstraint(name, of: table)
        case "sync_enum_values": synchronise(call)
        default: return false
        }
        return true
    }

    private func named(_ name: String, _ call: CodeCall) -> SQLName {
        SQLName(namespace: call["schema"]?.plain, name: name)
    }

    private func tableName(_ call: CodeCall, _ label: String) -> SQLName? {
        call.argument(label, 0)?.plain.map { named($0, call) }
    }

    /// The table, and where the arguments after it begin.
    private func target(_ call: CodeCall, _ isBatch: Bool) -> (SQLName, Int)? {
        if isBatch { return batchTable.map { ($0, 0) } }
        return call.argument("table_name", 0)?.plain.map { (named($0, call), 1) }
    }

    private mutating func createTable(_ call: CodeCall) {
        guard let name = tableName(call, "table_name") else { return }
        catalog.create(
            CatalogTable(name: name, place: SourcePlace(file: path, line: call.line)),
            ifNotExists: call["if_not_exists"]?.bool == true)
        for argument in call.positional.dropFirst() {
            guard let inner = argument.asCall else { continue }
            switch inner.verb {
            case "Column": add(inner, to: name)
            case "CheckConstraint":
                if let check = types.check(inner) { catalog.addCheck(check, to: name) }
            default: break
            }
        }
    }

    private mutating func add(_ call: CodeCall, to table: SQLName) {
        guard let name = call.argument("name", 0)?.plain else { return }
        let type = call.argument("type_", 1).flatMap { types.reading($0, variables: variables) }
        if let type { make(type) }
        let (column, checks) = types.column(call, named: name, type: type, isNullable: true)
        catalog.addColumn(column, to: table, ifNotExists: false)
        for check in checks { catalog.addCheck(check, to: table) }
    }

    /// An ENUM comes with the first table that has it; one that is there stays as it is.
    private mutating func make(_ reading: PythonTypes.Reading) {
        guard let labels = reading.labels, !labels.isEmpty else { return }
        catalog.createEnum(
            reading.type.name, labels, at: SourcePlace(file: path, line: reading.line), ifNotExists: true)
    }

    private mutating func alter(_ column: String, of table: SQLName, _ call: CodeCall) {
        let place = SourcePlace(file: path, line: call.line)
        let type = call["type_"].flatMap { types.reading($0, variables: variables) }
        if let type { make(type) }
        let value = call["server_default"]
        let nullable = call["nullable"]?.bool
        let defaultValue = types.defaultValue(value)
        catalog.changeColumn(column, of: table, at: place) { known in
            if let type {
                known.type = type.type
                known.typePlace = place
            }
            if let nullable { known.isNotNull = !nullable }
            if value != nil { known.defaultValue = defaultValue }
        }
        if let new = call["new_column_name"]?.plain { catalog.renameColumn(column, to: new, of: table) }
    }

    /// `op.sync_enum_values("public", "status", ["a", "b"], …)` of alembic-postgresql-enum.
    private mutating func synchronise(_ call: CodeCall) {
        guard let name = call.argument("enum_name", 1)?.plain,
            case .list(let items) = call.argument("new_values", 2)
        else { return }
        let labels = items.compactMap(\.plain)
        guard labels.count == items.count else { return }
        catalog.createEnum(
            SQLName(namespace: nil, name: name), labels, at: SourcePlace(file: path, line: call.line))
    }
}

/// Columns as SQLAlchemy declares them, in Alembic's migrations and in models.
struct PythonTypes {
    let index: SourceIndex
    let path: String

    /// A type, and the ENUM it makes in PostgreSQL when it has a name.
    struct Reading {
        var type: SQLType
        var labels: [String]?
        /// A CHECK that SQLAlchemy makes for an Enum that is not native.
        var checkedValues: [String]?
        var checkName: String?
        var line = 1
    }

    /// The labels of `Enum("a", "b")`, `Enum(*VALUES)` and `Enum(Class)`, which stores the names of the members.
    func labels(of call: CodeCall) -> [String]? {
        let values = call.positional
        var labels: [String] = []
        for value in values {
            switch value {
            case .text(let text):
                guard let plain = text.plain else { return nil }
                labels.append(plain)
            case .spread(.call(let inner)) where inner.name.hasPrefix("Object."),
                .call(let inner) where inner.name.hasPrefix("Object."):
                guard let listed = inner[0], let constant = constant(listed) else { return nil }
                labels += inner.name == "Object.keys" ? constant.names : constant.values
            case .spread(let inner):
                guard let constant = constant(inner) else { return nil }
                labels += constant.values
            case .list(let items): labels += items.compactMap(\.plain)
            case .name(let name, _):
                guard let constant = constant(value) else { return nil }
                switch constant {
                case .members(let members):
                    let isByValue = call["values_callable"] != nil || name.hasSuffix("values")
                    labels += members.map { isByValue ? $0.value : $0.name }
                case .list(let list): labels += list
                case .text(let text): labels.append(text)
                case .references: return nil
                }
            case .call, .function, .other, .number, .dictionary: return nil
            }
        }
        return labels.isEmpty ? nil : labels
    }

    private func constant(_ value: CodeValue) -> CodeConstant? {
        if case .list(let items) = value { return .list(items.compactMap(\.plain)) }
        guard let name = value.path else { return nil }
        for part in name.split(separator: ".").reversed() {
            if let found = index.constant(String(part), from: path) { return found }
        }
        return nil
    }

    private static let names: [String: String] = [
        "string": "varchar", "unicode": "varchar", "text": "text", "unicodetext": "text",
        "autostring": "varchar",
        "integer": "integer", "biginteger": "bigint", "smallinteger": "smallint", "largebinary": "bytea",
        "datetime": "timestamp", "pickletype": "bytea", "utcdatetime": "timestamp", "guid": "uuid",
        "double_precision": "double",
        "str": "text", "int": "integer", "bool": "boolean", "float": "float", "decimal": "numeric",
        "dict": "json",
        "bytes": "bytea", "timedelta": "interval",
    ]

    /// The type an expression declares; nil when it declares none.
    /// - Parameter variables: types that variables of the file hold.
    func reading(_ value: CodeValue, variables: [String: CodeCall] = [:]) -> Reading? {
        var value = value
        if case .name(let name, _) = value, let call = variables[name] { value = .call(call) }
        guard let path = value.path, let last = path.split(separator: ".").last.map(String.init) else {
            return nil
        }
        let call = value.asCall
        switch last.lowercased() {
        case "enum", "sqlenum", "saenum", "sqlalchemyenum", "sa_enum", "sqlaenum", "pgenum", "enumtype":
            return call.map { enumeration($0, alias: last) }
        case "array":
            guard var inner = call?.positional.first.flatMap({ reading($0, variables: variables) }) else {
                return Reading(type: SQLType("text", isArray: true))
            }
            inner.type.isArray = true
            return inner
        case "variant", "with_variant":
            return (call?.receiver).flatMap { reading($0, variables: variables) }
        default:
            let name = Self.names[last.lowercased()] ?? last.lowercased()
            guard
                SQLTypeKind(name) != .named || call != nil || path.contains(".")
                    || last.first?.isUppercase == true
            else { return nil }
            var type = SQLType(name)
            if case .number(let size) = call?.argument("length", 0) { type.arguments = [size] }
            return Reading(type: type)
        }
    }

    private func enumeration(_ call: CodeCall, alias: String) -> Reading {
        let labels = labels(of: call)
        var name = call["name"]?.plain
        if name == nil, case .name(let type, _) = call.positional.first {
            name = type.split(separator: ".").last.map { $0.lowercased() }
        }
        let isNative = call["native_enum"]?.bool ?? true
        if !isNative {
            let isChecked = call["create_constraint"]?.bool ?? false
            return Reading(
                type: SQLType("varchar"), checkedValues: isChecked ? labels : nil, checkName: name,
                line: call.line)
        }
        guard let name else {
            return Reading(type: SQLType("enum", arguments: labels ?? []), line: call.line)
        }
        return Reading(
            type: SQLType(name, namespace: call["schema"]?.plain), labels: labels, line: call.line)
    }

    /// A column from `Column("status", Enum(…), nullable=False, server_default="new")`.
    func column(
        _ call: CodeCall, named name: String, type: Reading?, isNullable: Bool? = nil
    ) -> (CatalogColumn, [CatalogCheck]) {
        let place = SourcePlace(file: path, line: call.line)
        var column = CatalogColumn(name, type?.type ?? SQLType("unknown"), at: place)
        column.isNotNull =
            (call["nullable"]?.bool ?? isNullable).map { !$0 } ?? (call["primary_key"]?.bool ?? false)
        column.defaultValue = defaultValue(call["server_default"])
        var checks: [CatalogCheck] = []
        for argument in call.positional {
            guard let inner = argument.asCall, inner.verb == "CheckConstraint" else { continue }
            if let check = check(inner) { checks.append(check) }
        }
        if let type, let values = type.checkedValues {
            var check = CatalogCheck(
                name: type.checkName,
                condition: .isIn(.column(name, isQuoted: false), values.map(SQLExpression.text)), place: place
            )
            for value in values { check.words[value] = place }
            checks.append(check)
        }
        return (column, checks)
    }

    /// `server_default="new"`, `sa.text("'new'")`, `Status.NEW.value`.
    func defaultValue(_ value: CodeValue?) -> String? {
        switch value {
        case .text(let text):
            guard let plain = text.plain else { return nil }
            if plain.hasPrefix("'") { return Self.unquoted(plain) }
            return plain
        case .call(let call):
            guard ["text", "literal"].contains(call.verb), let plain = call.positional.first?.plain else {
                return nil
            }
            return plain.hasPrefix("'") ? Self.unquoted(plain) : call.verb == "literal" ? plain : nil
        case .name(let name, _): return HoleFilling(index: index, path: path)(name)
        default: return nil
        }
    }

    private static func unquoted(_ text: String) -> String? {
        let (expression, _) = SQLExpressionParser.prefix(of: SQLLexer.tokens(of: text)[...])
        return SQLSchemaReader.text(of: expression)
    }

    /// `CheckConstraint("status IN ('a')", name="x")`.
    func check(_ call: CodeCall) -> CatalogCheck? {
        guard let (condition, words) = condition(call.argument("sqltext", 0)) else { return nil }
        let name = self.name(call["name"])
        var check = CatalogCheck(
            name: name, condition: condition, place: SourcePlace(file: path, line: call.line))
        check.words = words
        return check
    }

    /// A name as it is written, or inside Alembic's `op.f(…)`.
    func name(_ value: CodeValue?) -> String? {
        value?.plain ?? value?.asCall.flatMap { $0.verb == "f" ? $0.positional.first?.plain : nil }
    }

    /// A condition in a string, or in a string inside `text(…)`.
    func condition(_ value: CodeValue?) -> (SQLExpression, [String: SourcePlace])? {
        var value = value
        if let call = value?.asCall, ["text", "literal_column"].contains(call.verb) {
            value = call.positional.first
        }
        guard case .text(let text) = value else { return nil }
        let tokens = EmbeddedText(text, fill: HoleFilling(index: index, path: path).callAsFunction).tokens
        var words: [String: SourcePlace] = [:]
        for token in tokens where token.kind == .string {
            words[token.text] = words[token.text] ?? SourcePlace(file: path, line: token.line)
        }
        return (SQLExpressionParser.expression(of: tokens[...]), words)
    }
}

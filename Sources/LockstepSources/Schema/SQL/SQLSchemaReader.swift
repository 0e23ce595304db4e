/// Reads statements of SQL into a catalog.
///
/// It understands what shapes tables, types and constraints; every other statement is passed over.
struct SQLSchemaReader {
    var catalog: Catalog
    let file: String
    /// Whether the statement runs only under a condition, as those of a DO block.
    var isGuarded = false
    private var depth = 0
    /// The strings of the DO block that is being read, which tell what a loop in it looks for.
    private var strings: Set<String> = []

    init(_ catalog: Catalog, file: String) {
        self.catalog = catalog
        self.file = file
    }

    /// Reads SQL text.
    /// - Parameter dialect: MySQL's strings may hold backslashes.
    mutating func read(_ text: String, firstLine: Int = 1, dialect: SchemaColumn.Dialect = .unknown) {
        read(SQLLexer.tokens(of: SQLText.forward(text), firstLine: firstLine, dialect: dialect))
    }

    /// Reads the tokens of any number of statements.
    mutating func read(_ tokens: [SQLToken]) {
        for statement in SQLStatements.split(tokens) { read(statement) }
    }

    func place(_ line: Int) -> SourcePlace { SourcePlace(file: file, line: line) }

    /// Reads one statement.
    mutating func read(_ statement: ArraySlice<SQLToken>) {
        var cursor = SQLCursor(statement)
        guard let first = cursor.first, first.kind == .word else { return }
        switch first.text {
        case "create": create(&cursor)
        case "alter": alter(&cursor)
        case "drop": drop(&cursor)
        case "rename": renameTables(&cursor)
        case "do": block(&cursor)
        // What stands before a statement on the same line: `BEGIN CREATE TABLE …` of a migration without a semicolon.
        case "begin", "commit", "go", "start":
            cursor.next()
            while let token = cursor.first, !["create", "alter", "drop"].contains(token.text) {
                if !["transaction", "work", "immediate", "exclusive", "deferred"].contains(token.text) {
                    return
                }
                cursor.next()
            }
            if !cursor.isAtEnd { read(cursor.tokens) }
        case "if", "execute", "exec":
            inner(cursor.tokens)
        default: break
        }
    }

    private mutating func create(_ cursor: inout SQLCursor) {
        cursor.next()
        if cursor.take("or") { cursor.next() }
        while let token = cursor.first,
            ["temp", "temporary", "unlogged", "global", "local", "virtual", "foreign"].contains(token.text)
        {
            if token.text.hasPrefix("temp") { return }
            cursor.next()
        }
        if cursor.take("table") {
            createTable(&cursor)
        } else if cursor.take("type") {
            createType(&cursor)
        } else if cursor.take("domain") {
            createDomain(&cursor)
        }
    }

    /// Takes `IF NOT EXISTS`.
    func takesIfNotExists(_ cursor: inout SQLCursor) -> Bool {
        cursor.take("if", "not", "exists") || isGuarded
    }

    private mutating func createType(_ cursor: inout SQLCursor) {
        let line = cursor.line
        let isConditional = takesIfNotExists(&cursor)
        guard let name = cursor.takeName(), cursor.take("as", "enum"), let group = cursor.takeGroup() else {
            return
        }
        let labels = group.filter { $0.kind == .string && !$0.text.contains(Token.placeholder) }
            .map { CatalogType.Label(text: $0.text, place: place($0.line)) }
        if group.contains(where: { $0.kind == .hole || $0.text.contains(Token.placeholder) }) {
            catalog.note(place(line), "The values of the type '\(name.name)' are filled in by a program.")
        }
        catalog.create(
            CatalogType(name: name, kind: .labels(labels), place: place(line)), ifNotExists: isConditional)
    }

    private mutating func createDomain(_ cursor: inout SQLCursor) {
        let line = cursor.line
        guard let name = cursor.takeName() else { return }
        _ = cursor.take("as")
        let type = takeType(&cursor)
        let rest = columnRules(&cursor, of: name.name)
        var checks = rest.checks
        for index in checks.indices where checks[index].name == nil {
            checks[index].name = "\(name.name)_check"
        }
        catalog.create(
            CatalogType(
                name: name,
                kind: .domain(type, checks, isNotNull: rest.isNotNull, defaultValue: rest.defaultValue),
                place: place(line)), ifNotExists: isGuarded)
    }

    private mutating func drop(_ cursor: inout SQLCursor) {
        cursor.next()
        let isType = cursor.isWord("type") || cursor.isWord("domain")
        guard isType || cursor.isWord("table") else { return }
        cursor.next()
        _ = cursor.take("if", "exists")
        repeat {
            guard let name = cursor.takeName() else { return }
            if isType { catalog.dropType(name) } else { catalog.dropTable(name) }
        } while cursor.takeSign(",")
    }

    /// MySQL's `RENAME TABLE a TO b, c TO d`.
    private mutating func renameTables(_ cursor: inout SQLCursor) {
        cursor.next()
        guard cursor.take("table") else { return }
        repeat {
            guard let name = cursor.takeName(), cursor.take("to"), let new = cursor.takeName() else { return }
            catalog.renameTable(name, to: new)
        } while cursor.takeSign(",")
    }

    // MARK: Programs

    /// `DO $$ … $$`: the statements in it, each as if its condition held.
    private mutating func block(_ cursor: inout SQLCursor) {
        guard depth < 4 else { return }
        while let token = cursor.next() {
            guard token.kind == .dollarString || token.kind == .string else { continue }
            depth += 1
            let wasGuarded = isGuarded
            // A block that drops constraints by names it looked up means what it adds to take their place.
            isGuarded = !token.text.lowercased().contains("drop constraint")
            let tokens = SQLLexer.tokens(of: token.text, firstLine: token.line)
            strings = Set(
                tokens.filter { $0.kind == .string }.map { $0.text.filter { $0 != "%" }.lowercased() })
            for statement in SQLStatements.split(tokens) { inner(statement) }
            isGuarded = wasGuarded
            depth -= 1
        }
    }

    private static let beginnings: Set<String> = ["begin", "then", "else", "loop", "execute"]

    /// Reads the statement behind `IF … THEN`, `BEGIN`, `ELSE` and the like.
    private mutating func inner(_ statement: ArraySlice<SQLToken>) {
        var start = statement.startIndex
        for index in statement.indices {
            let token = statement[index]
            guard token.kind == .word, Self.beginnings.contains(token.text) else { continue }
            start = index + 1
            if token.text == "execute" { return execute(statement[start...]) }
        }
        guard start < statement.endIndex,
            ["create", "alter", "drop", "rename"].contains(statement[start].text)
        else {
            return
        }
        // A guard that asks whether the constraint is there speaks of the statement it guards; a statement that
        // stands alone in the block runs in any case.
        let wasGuarded = isGuarded
        isGuarded = isGuarded || start > statement.startIndex
        read(statement[start...])
        isGuarded = wasGuarded
    }

    /// `EXECUTE '…'` and `EXECUTE format('… %I …', …)`.
    private mutating func execute(_ tokens: ArraySlice<SQLToken>) {
        guard depth < 4, let text = tokens.first(where: { $0.kind == .string || $0.kind == .dollarString })
        else {
            return
        }
        depth += 1
        defer { depth -= 1 }
        let words = SQLLexer.tokens(of: text.text, firstLine: text.line)
        // A name that only the running database knows: the CHECKs that a loop looks for and drops.
        if words.count >= 3, words.first?.isWord("alter") == true,
            let drop = words.firstIndex(where: { $0.isWord("drop") }), drop + 1 < words.count,
            words[drop + 1].isWord("constraint"),
            drop + 2 == words.count || words[drop + 2].isSign("%") || words[drop + 2].kind == .hole
                || words[(drop + 2)...].allSatisfy({ $0.isWord("if") || $0.isWord("exists") })
        {
            dropFound(Array(words), tokens, line: text.line)
            return
        }
        for statement in SQLStatements.split(words) { read(statement) }
    }

    private mutating func dropFound(_ words: [SQLToken], _ tokens: ArraySlice<SQLToken>, line: Int) {
        var cursor = SQLCursor(words)
        _ = cursor.take("alter", "table")
        _ = cursor.take("if", "exists")
        _ = cursor.take("only")
        guard let table = cursor.takeName(), !table.name.hasPrefix("{"), table.name != "%" else { return }
        let strings = strings
        catalog.change(table) { table in
            let meant = table.columns.map { $0.name.lowercased() }.filter(strings.contains)
            table.checks.removeAll { check in
                meant.isEmpty || meant.contains(where: check.condition.columns.contains)
            }
        }
        catalog.note(
            place(line),
            "CHECKs of '\(table.name)' are looked for and dropped here by a program; those on the columns it names are taken as dropped."
        )
    }
}

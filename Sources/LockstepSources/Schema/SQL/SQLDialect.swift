/// Tells the kind of database that SQL was written for, as far as its words tell.
enum SQLDialect {
    /// The dialect that most words speak for; unknown where none does or two do alike.
    static func guess(_ tokens: [SQLToken]) -> SchemaColumn.Dialect {
        var scores: [SchemaColumn.Dialect: Int] = [:]
        for (index, token) in tokens.enumerated() {
            guard let dialect = witness(token, before: index > 0 ? tokens[index - 1] : nil) else { continue }
            scores[dialect, default: 0] += 1
        }
        let best = scores.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
        guard let best, scores.values.filter({ $0 == best.value }).count == 1 else { return .unknown }
        return best.key
    }

    /// The dialect that a path names, when it names one only.
    static func named(in path: String) -> SchemaColumn.Dialect? {
        let path = path.lowercased()
        let parts = Set(path.split { !$0.isLetter }.map(String.init))
        var found: Set<SchemaColumn.Dialect> = []
        if path.contains("sqlite") { found.insert(.sqlite) }
        if path.contains("postgres") || parts.contains("pg") || path.contains("pgx") {
            found.insert(.postgres)
        }
        if path.contains("mysql") || path.contains("mariadb") { found.insert(.mysql) }
        return found.count == 1 ? found.first : nil
    }

    private static func witness(_ token: SQLToken, before: SQLToken?) -> SchemaColumn.Dialect? {
        switch token.kind {
        case .dollarString: return .postgres
        case .sign: return token.text == "::" ? .postgres : nil
        case .word:
            if let known = words[token.text] { return known }
            guard let before, before.kind == .word else { return nil }
            return pairs[before.text]?[token.text]
        default: return nil
        }
    }

    private static let words: [String: SchemaColumn.Dialect] = {
        let spoken: [SchemaColumn.Dialect: [String]] = [
            .postgres: [
                "jsonb", "timestamptz", "bigserial", "serial", "smallserial", "plpgsql", "gen_random_uuid",
                "bytea",
                "uuid", "nextval", "to_regclass", "tsvector", "regclass", "concurrently", "pg_catalog",
                "uuid_generate_v4", "pg_type", "pg_constraint", "gin", "extension", "citext", "inet",
                "character",
            ],
            .sqlite: [
                "autoincrement", "pragma", "rowid", "strftime", "sqlite_master", "sqlite_schema", "unixepoch",
                "julianday", "json_valid", "typeof", "fts5", "glob",
            ],
            .mysql: [
                "engine", "auto_increment", "tinyint", "utf8mb4", "unsigned", "mediumtext", "longtext",
                "delimiter", "tinytext", "modify", "innodb", "mediumint",
            ],
        ]
        return spoken.reduce(into: [:]) { words, entry in
            for word in entry.value { words[word] = entry.key }
        }
    }()

    private static let pairs: [String: [String: SchemaColumn.Dialect]] = [
        "create": ["type": .postgres, "domain": .postgres, "schema": .postgres],
        "alter": ["type": .postgres],
        "time": ["zone": .postgres],
        "not": ["valid": .postgres],
        "integer": ["primary": .sqlite],
        "without": ["rowid": .sqlite],
        "or": ["ignore": .sqlite],
        "insert": ["or": .sqlite],
    ]
}

/// A column as the linking sees it: all schemas of the repository that speak of it.
struct ColumnTarget {
    let table: String
    let column: String
    let tableWords: NameWords
    let columnWords: NameWords
    /// The best witness first.
    let variants: [SchemaColumn]
    /// The table's name in lower case.
    let lowerTable: String
    /// What each variant accepts, and the same folded.
    private let sets: [(accepted: Set<String>, folded: Set<String>)]

    init(_ variants: [SchemaColumn]) {
        self.variants = variants
        lowerTable = variants[0].table.lowercased()
        sets = variants.map { variant in
            let accepted = Set(variant.accepted ?? [])
            return (accepted, Set(accepted.map(NameWords.folded)))
        }
        table = variants[0].table
        column = variants[0].column
        tableWords = NameWords(variants[0].table)
        columnWords = NameWords(variants[0].column)
    }

    /// The schema that decides for code in a file: of those that make tables the one that lies nearest to it.
    func variant(for file: String) -> SchemaColumn { variants[index(for: file)] }

    /// What that schema accepts, and the same folded; empty where it lists nothing.
    func values(for file: String) -> (accepted: Set<String>, folded: Set<String>) { sets[index(for: file)] }

    private func index(for file: String) -> Int {
        let best = variants[0]
        // What runs decides for all code.
        guard variants.count > 1, !best.isLive,
            best.origin.kind == .embeddedSQL || best.origin.kind == .sqlFile || !best.origin.isAside
        else { return 0 }
        // SQL in code speaks for its own folder only: elsewhere it may be a test's or a repair's.
        let makers = variants.indices.filter { index in
            let variant = variants[index]
            guard variant.origin.isAside == best.origin.isAside, !variant.isModel else { return false }
            return variant.origin.rank % 10 < 2 || variant.origin == best.origin
                || Self.isBeside(variant.place.file, file)
        }
        return makers.max { one, other in
            let (left, right) = (variants[one], variants[other])
            let (near, far) = (Self.common(left.place.file, file), Self.common(right.place.file, file))
            return near == far ? left.origin > right.origin : near < far
        } ?? 0
    }

    private static func isBeside(_ left: String, _ right: String) -> Bool {
        left.split(separator: "/").dropLast() == right.split(separator: "/").dropLast()
    }

    /// How many folders two paths share.
    static func common(_ left: String, _ right: String) -> Int {
        let left = left.split(separator: "/").dropLast()
        let right = right.split(separator: "/").dropLast()
        return zip(left, right).prefix { $0 == $1 }.count
    }

    /// Whether another schema of the repository that makes this table lets a value in: which of them the program
    /// runs on is not for this reading to know.
    func isAcceptedElsewhere(_ value: String) -> Bool {
        variants.contains { !$0.isModel && $0.accepted != nil && $0.accepts(value) == .accepted }
    }

    /// Whether a schema of documents says it: what is written to a document of that name is checked when it is saved.
    var isOfDocuments: Bool { variants[0].origin.kind == .mongoose }

    var isConstrained: Bool { variants.contains { $0.accepted != nil } }

    /// The values that any of its schemas lists.
    var values: Set<String> { Set(variants.flatMap { $0.accepted ?? [] }) }

    /// The columns that matter: those with a list of values, text, and what somebody declared, be it in a schema or not.
    static func targets(of schema: Schema, declared: [DeclaredColumn] = []) -> [ColumnTarget] {
        let found = targets(of: schema)
        let missing = declared.filter { declaration in
            !found.contains { $0.variants.contains(where: declaration.names) }
        }
        return found + missing.map { ColumnTarget([$0.column(like: nil)]) }
    }

    private static func targets(of schema: Schema) -> [ColumnTarget] {
        var groups: [String: [SchemaColumn]] = [:]
        var order: [String] = []
        for column in schema.columns where column.kind != .other || column.accepted != nil {
            let key = column.table.lowercased() + "." + column.column.lowercased()
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(column)
        }
        return order.compactMap { key in
            guard let all = groups[key] else { return nil }
            // What lies among tests and samples counts only where nothing else does.
            let inside = all.filter { !$0.origin.isAside }
            let variants = inside.isEmpty ? all.filter { Self.isDocument($0.origin.path) } : inside
            guard let first = variants.first else { return nil }
            guard variants.contains(where: { $0.accepted != nil }) || Self.isText(first) else { return nil }
            return ColumnTarget(variants)
        }
    }

    private static func isDocument(_ path: String) -> Bool {
        let parts = path.lowercased().split(separator: "/")
        return parts.contains("docs") || parts.contains("doc")
    }

    private static func isText(_ column: SchemaColumn) -> Bool { column.kind == .text }

    /// Whether its name says that it holds a status.
    var isStatusLike: Bool {
        columnWords.words.last.map { ["status", "state", "stage", "phase"].contains($0) } ?? false
    }
}

extension SchemaColumn {
    /// Whether a value differs from one that is accepted only in case or in what stands between its words.
    func isOtherSpelling(_ value: String) -> Bool {
        let folded = NameWords.folded(value)
        return accepted?.contains { NameWords.folded($0) == folded && $0 != value } ?? false
    }

    /// Whether it is what code believes rather than what made the table.
    var isModel: Bool {
        switch origin.kind {
        case .prisma, .drizzle, .sqlAlchemy, .typeORM, .sequelize, .apiSchema: true
        case .sqlMigrations, .sqlFile, .embeddedSQL, .alembic, .django, .railsSchema, .railsMigrations,
            .scriptMigrations, .fluent, .room, .liquibase, .mongoValidator, .mongoose, .database,
            .declaration:
            false
        }
    }
}

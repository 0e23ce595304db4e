/// Schemas kept in SQL files: folders of migrations, dumps, and files that lie beside each other.
enum SQLFiles {
    private struct Parsed {
        let file: SchemaReading.File
        let tokens: [SQLToken]
        let dialect: SchemaColumn.Dialect
    }

    static let endings: Set<String> = ["sql", "ddl", "sq", "sqm", "psql", "pgsql", "mysql", "sqlite"]

    static func read(_ files: [SchemaReading.File]) -> [OriginReading] {
        var migrations: [String: [Parsed]] = [:]
        var loose: [String: [Parsed]] = [:]
        var journals: [String: [String]] = [:]
        for file in files where Paths.name(of: file.path) == "_journal.json" {
            let folder = Paths.folder(of: Paths.folder(of: file.path))
            journals[folder] = journal(file.text)
        }
        for file in files where endings.contains(Paths.ending(of: file.path)) && shapes(file.text) {
            guard !isBackward(file.path) else { continue }
            let parsed = parse(file)
            if let root = migrationRoot(of: file.path) {
                migrations[root, default: []].append(parsed)
            } else {
                loose[Paths.folder(of: file.path), default: []].append(parsed)
            }
        }
        for (root, tags) in journals { migrations[root] = migrations[root].map { journaled($0, tags) } }
        return migrations.flatMap { readMigrations($0, $1, journals[$0] ?? []) }
            + loose.flatMap { readLoose($0.value) }
    }

    /// Whether a text holds statements that make or change what columns accept.
    static func shapes(_ text: String) -> Bool {
        TextSearch.contains(
            text,
            anyOf: [
                "create table", "alter table", "create type", "alter type", "create domain", "alter domain",
                "create or replace table", "create unlogged", "create temp", "drop table",
                "create foreign table",
            ])
    }

    private static func parse(_ file: SchemaReading.File) -> Parsed {
        let text = SQLText.forward(file.text)
        var tokens = SQLLexer.tokens(of: text)
        let dialect = SQLDialect.named(in: file.path) ?? SQLDialect.guess(tokens)
        if dialect == .mysql { tokens = SQLLexer.tokens(of: text, dialect: .mysql) }
        return Parsed(file: file, tokens: tokens, dialect: dialect)
    }

    /// Files that undo others: golang-migrate, diesel, Flyway's U…
    static func isBackward(_ path: String) -> Bool {
        let name = Paths.name(of: path).lowercased()
        if name == "down.sql" || name.hasSuffix(".down.sql") || name.hasSuffix("_down.sql")
            || name.hasSuffix("-down.sql")
            || name.hasSuffix(".undo.sql") || name.contains("rollback") || name.hasSuffix(".revert.sql")
        {
            return true
        }
        if name.hasPrefix("u"),
            let cut = name.dropFirst().firstIndex(where: { !$0.isNumber && $0 != "." && $0 != "_" }),
            cut > name.index(after: name.startIndex), name.contains("__")
        {
            return true
        }
        return path.split(separator: "/").dropLast().contains {
            let folder = $0.lowercased()
            return folder.hasPrefix("rollback") || ["down", "revert", "undo"].contains(folder)
        }
    }

    // MARK: Migrations

    /// The folder whose files run as one row of migrations, when a path is one of them.
    static func migrationRoot(of path: String) -> String? {
        let name = Paths.name(of: path).lowercased()
        var folder = Paths.folder(of: path)
        if name == "migration.sql" || name == "up.sql" {
            return isNumbered(Paths.name(of: folder)) ? Paths.folder(of: folder) : nil
        }
        guard isNumbered(name) || isVersioned(name) else { return nil }
        // Folders by version or by year.
        while let last = folder.isEmpty ? nil : Paths.name(of: folder), isVersion(last) {
            folder = Paths.folder(of: folder)
        }
        return folder
    }

    /// `001_x.sql`, `20230101120000-x.sql`, `1.sql`.
    private static func isNumbered(_ name: String) -> Bool {
        let digits = name.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return false }
        let next = name.dropFirst(digits.count).first
        return next == nil || "._-#".contains(next ?? " ") || digits.count >= 3
    }

    /// Flyway's `V1.2__x.sql` and `R__x.sql`, and `v001_x.sql`.
    private static func isVersioned(_ name: String) -> Bool {
        if name.hasPrefix("r__") { return true }
        guard let first = name.first, "vb".contains(first) else { return false }
        let rest = name.dropFirst().drop { $0 == "_" }
        return isNumbered(String(rest))
    }

    private static func isVersion(_ folder: String) -> Bool {
        let rest = folder.lowercased().hasPrefix("v") ? folder.dropFirst() : Substring(folder)
        return !rest.isEmpty && rest.first?.isNumber == true
            && rest.allSatisfy { $0.isNumber || ".-_x".contains($0) }
    }

    /// Drizzle's `meta/_journal.json`: the names of the files that run, in their order.
    private static func journal(_ text: String) -> [String] {
        SchemaDocumentReader.read(text)?["entries"]?.items.compactMap { $0["tag"]?.text } ?? []
    }

    /// Only what the journal names runs; one that names nothing of what is there is of something else.
    private static func journaled(_ files: [Parsed], _ tags: [String]) -> [Parsed] {
        let named = Set(tags)
        let running = files.filter { named.contains(tag($0.file.path)) }
        return running.isEmpty ? files : running
    }

    private static func tag(_ path: String) -> String { String(Paths.name(of: path).dropLast(4)) }

    private static func readMigrations(_ root: String, _ files: [Parsed], _ tags: [String]) -> [OriginReading]
    {
        let order = Dictionary(tags.enumerated().map { ($1, $0) }) { first, _ in first }
        let sorted = files.sorted { one, other in
            if let first = order[tag(one.file.path)], let second = order[tag(other.file.path)] {
                return first < second
            }
            let first = Paths.name(of: one.file.path).lowercased().hasPrefix("r__")
            let second = Paths.name(of: other.file.path).lowercased().hasPrefix("r__")
            if first != second { return second }
            return Paths.comesBefore(key(one.file.path), key(other.file.path))
        }
        var reader = SQLSchemaReader(Catalog(), file: root)
        for file in sorted {
            reader = SQLSchemaReader(reader.catalog, file: file.file.path)
            reader.read(file.tokens)
        }
        let origin = SchemaOrigin(
            kind: .sqlMigrations, path: root, isAside: Paths.isAside(files[0].file.path))
        return [OriginReading(origin: origin, catalog: reader.catalog, dialect: dialect(of: sorted))]
    }

    /// Flyway's V and B do not count for the order.
    private static func key(_ path: String) -> String {
        let name = Paths.name(of: path).lowercased()
        let folder = Paths.folder(of: path)
        guard isVersioned(name), !name.hasPrefix("r__") else { return folder + "/" + name }
        // `1_9__x` is version 1.9, and `1__x` comes before it.
        let version = name.dropFirst().prefix { $0.isNumber || $0 == "." || $0 == "_" }
        let parts = version.split { $0 == "." || $0 == "_" }.joined(separator: ".")
        return folder + "/" + parts + " " + name.dropFirst(version.count + 1)
    }

    private static func dialect(of files: [Parsed]) -> SchemaColumn.Dialect {
        var scores: [SchemaColumn.Dialect: Int] = [:]
        for file in files where file.dialect != .unknown { scores[file.dialect, default: 0] += 1 }
        return scores.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key ?? .unknown
    }

    // MARK: Other files

    /// Files of one folder. Those that make different tables belong together; one that makes a table again is another
    /// schema; one that only changes tables is read after those that make them.
    private static func readLoose(_ files: [Parsed]) -> [OriginReading] {
        var groups: [(files: [Parsed], catalog: Catalog, made: Set<String>)] = []
        let sorted = files.sorted { Paths.comesBefore($0.file.path, $1.file.path) }
            .map { (file: $0, made: tablesMade(in: $0.tokens)) }
        func read(_ file: Parsed, into catalog: Catalog) -> Catalog {
            var reader = SQLSchemaReader(catalog, file: file.file.path)
            reader.read(file.tokens)
            return reader.catalog
        }
        for (file, made) in sorted where !made.isEmpty {
            let index = groups.firstIndex { $0.made.isDisjoint(with: made) && isSame($0.files, file) }
            if let index {
                groups[index].catalog = read(file, into: groups[index].catalog)
                groups[index].made.formUnion(made)
                groups[index].files.append(file)
            } else {
                groups.append(([file], read(file, into: Catalog()), made))
            }
        }
        for (file, made) in sorted where made.isEmpty {
            let changed = tablesChanged(in: file.tokens)
            let fitting = groups.indices.filter { !groups[$0].made.isDisjoint(with: changed) }
            if fitting.isEmpty, changed.isEmpty, groups.isEmpty {
                groups.append(([file], read(file, into: Catalog()), []))
            }
            for index in fitting.isEmpty && !groups.isEmpty && changed.isEmpty ? [0] : fitting {
                groups[index].catalog = read(file, into: groups[index].catalog)
                groups[index].files.append(file)
            }
        }
        return groups.map { group in
            let first = group.files[0].file.path
            let path = group.files.count == 1 ? first : Paths.folder(of: first)
            return OriginReading(
                origin: SchemaOrigin(kind: .sqlFile, path: path, isAside: Paths.isAside(first)),
                catalog: group.catalog, dialect: dialect(of: group.files))
        }
    }

    private static func isSame(_ files: [Parsed], _ file: Parsed) -> Bool {
        let dialect = dialect(of: files)
        return dialect == file.dialect || dialect == .unknown || file.dialect == .unknown
    }

    private static func tablesMade(in tokens: [SQLToken]) -> Set<String> {
        names(in: tokens, after: "create")
    }

    private static func tablesChanged(in tokens: [SQLToken]) -> Set<String> {
        names(in: tokens, after: "alter")
    }

    private static func names(in tokens: [SQLToken], after verb: String) -> Set<String> {
        var names: Set<String> = []
        for (index, token) in tokens.enumerated() where token.isWord("table") && index > 0 {
            guard tokens[max(0, index - 3)..<index].contains(where: { $0.isWord(verb) }) else { continue }
            var cursor = SQLCursor(tokens[(index + 1)...])
            _ = cursor.take("if", "not", "exists") || cursor.take("if", "exists")
            _ = cursor.take("only")
            if let name = cursor.takeName() { names.insert(name.name.lowercased()) }
        }
        return names
    }
}

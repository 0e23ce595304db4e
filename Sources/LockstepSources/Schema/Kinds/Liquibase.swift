/// Liquibase's changelogs in XML and YAML: what they change, and the SQL in them, read in the order of the files.
enum Liquibase {
    static func read(_ files: [SchemaReading.File]) -> [OriginReading] {
        var roots: [String: [SchemaReading.File]] = [:]
        for file in files where isChangelog(file) { roots[root(of: file.path), default: []].append(file) }
        return roots.sorted { $0.key < $1.key }.compactMap { root, files -> OriginReading? in
            var reader = SQLSchemaReader(Catalog(), file: files[0].path)
            var isPostgres = false
            for file in files.sorted(by: { Paths.comesBefore($0.path, $1.path) }) {
                reader = SQLSchemaReader(reader.catalog, file: file.path)
                let changes =
                    Paths.ending(of: file.path) == "xml"
                    ? ChangelogXML.changes(of: file.text) : ChangelogYAML.changes(of: file.text)
                for change in changes { reader.read(change.sql, firstLine: change.line) }
                isPostgres =
                    isPostgres || TextSearch.contains(file.text, anyOf: ["create type", "jsonb", "postgres"])
            }
            guard reader.catalog.tables.contains(where: { $0 != nil }) else { return nil }
            return OriginReading(
                origin: SchemaOrigin(kind: .liquibase, path: root, isAside: Paths.isAside(files[0].path)),
                catalog: reader.catalog, dialect: isPostgres ? .postgres : .unknown)
        }
    }

    private static func isChangelog(_ file: SchemaReading.File) -> Bool {
        guard SourceLanguage(fileName: file.path) == .changelog else { return false }
        return TextSearch.contains(file.text, anyOf: ["databasechangelog"])
    }

    /// The folder that all changelogs of a program lie in: what stands before the first part that names them.
    private static func root(of path: String) -> String {
        let folders = Paths.folder(of: path).split(separator: "/").map(String.init)
        let end = folders.firstIndex { folder in
            ["changelog", "liquibase"].contains { folder.lowercased().contains($0) }
        }
        return folders[..<(end.map { $0 + 1 } ?? folders.count)].joined(separator: "/")
    }
}

/// A change of a changelog, written as SQL.
struct ChangelogChange {
    /// What it is called: `createTable`.
    let name: String
    /// The line it begins on; that of its first statement where it holds SQL.
    let line: Int
    /// Its own attributes.
    var attributes: [String: String] = [:]
    /// Its columns, each with its attributes and those of its constraints.
    var columns: [[String: String]] = []
    /// The SQL it holds as it is.
    var text: String?

    /// The changes that are understood.
    static let names: Set<String> = [
        "sql", "createTable", "addColumn", "dropColumn", "renameColumn", "dropTable", "renameTable",
        "modifyDataType", "addDefaultValue", "addNotNullConstraint",
    ]

    /// The statements; empty where what is needed is missing.
    var sql: String {
        if name == "sql" { return Self.plain(text ?? attributes["sql"] ?? "") }
        func quoted(_ key: String) -> String? {
            attributes[key].map { "\"\(Self.plain($0))\"" }
        }
        if name == "renameTable", let old = quoted("oldTableName"), let new = quoted("newTableName") {
            return "ALTER TABLE \(old) RENAME TO \(new);"
        }
        guard let table = quoted("tableName") else { return "" }
        let column = quoted("columnName")
        switch name {
        case "createTable":
            return "CREATE TABLE \(table) (\(columns.map(Self.definition).joined(separator: ", ")));"
        case "addColumn":
            return columns.map { "ALTER TABLE \(table) ADD COLUMN \(Self.definition($0));" }.joined(
                separator: " ")
        case "dropTable": return "DROP TABLE \(table);"
        case "dropColumn":
            let names = columns.compactMap { $0["name"].map { "\"\($0)\"" } } + (column.map { [$0] } ?? [])
            return names.map { "ALTER TABLE \(table) DROP COLUMN \($0);" }.joined(separator: " ")
        case "renameColumn":
            guard let old = quoted("oldColumnName"), let new = quoted("newColumnName") else { return "" }
            return "ALTER TABLE \(table) RENAME COLUMN \(old) TO \(new);"
        case "modifyDataType":
            guard let column, let type = attributes["newDataType"] else { return "" }
            return "ALTER TABLE \(table) ALTER COLUMN \(column) TYPE \(Self.plain(type));"
        case "addDefaultValue":
            guard let column, let value = attributes["defaultValue"] else { return "" }
            return "ALTER TABLE \(table) ALTER COLUMN \(column) SET DEFAULT \(Self.literal(value));"
        case "addNotNullConstraint":
            guard let column else { return "" }
            return "ALTER TABLE \(table) ALTER COLUMN \(column) SET NOT NULL;"
        default: return ""
        }
    }

    private static func definition(_ column: [String: String]) -> String {
        var text = "\"\(plain(column["name"] ?? ""))\" \(plain(column["type"] ?? "text"))"
        if let value = column["defaultValue"] { text += " DEFAULT \(literal(value))" }
        if column["nullable"] == "false" { text += " NOT NULL" }
        if let check = column["checkConstraint"] {
            text += check.lowercased().hasPrefix("check") ? " \(check)" : " CHECK (\(check))"
        }
        return text
    }

    private static func literal(_ value: String) -> String { "'\(value.replacing("'", with: "''"))'" }

    /// Text without what Liquibase fills in: `${schema}.order_status` is `order_status`.
    private static func plain(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                return result + rest[start.lowerBound...]
            }
            rest = rest[rest.index(after: end)...]
            if rest.first == "." { rest = rest.dropFirst() }
        }
        return result + rest
    }
}

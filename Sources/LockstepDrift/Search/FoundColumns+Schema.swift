import LockstepSQL

extension StatusColumnSearch.Outcome {
    /// What was found, as SQL that would make it: what reads schema files reads a live database by this, and holds source
    /// code against it.
    public var schema: String {
        var types: [String] = []
        var tables: [GuardedColumn.Table] = []
        var columnsOf: [GuardedColumn.Table: [String]] = [:]
        for column in columns.sorted(by: { $0.place < $1.place }) {
            if case .labels(let type) = column.kind, let labels = column.accepted {
                let statement = "CREATE TYPE \(type) AS ENUM (\(GuardText.list(labels)));"
                if !types.contains(statement) { types.append(statement) }
            }
            if columnsOf[column.table] == nil { tables.append(column.table) }
            columnsOf[column.table, default: []].append("    " + column.definition)
        }
        let made = tables.map { table in
            let name = (table.schema.map { SQLText.name($0) + "." } ?? "") + SQLText.name(table.name)
            return "CREATE TABLE \(name) (\n\(columnsOf[table, default: []].joined(separator: ",\n"))\n);"
        }
        return (types + made).map { $0 + "\n" }.joined(separator: "\n")
    }
}

extension FoundColumn {
    /// The column as a table's definition has it; a domain or partitions as the CHECK that they come to.
    fileprivate var definition: String {
        let name = SQLText.name(column)
        var text = name
        switch kind {
        case .labels(let type): text += " \(type)"
        default: text += type == "no type" ? " text" : " \(domainless)"
        }
        if let defaultExpression { text += " DEFAULT \(defaultExpression)" }
        if !isNullable { text += " NOT NULL" }
        guard let accepted else { return text }
        let check = "CHECK (\(name) IN (\(GuardText.list(accepted))))"
        switch kind {
        case .labels: return text
        // The name that the error will have.
        case .checks(let names) where names.count == 1:
            return text + " CONSTRAINT \(SQLText.name(names[0])) \(check)"
        default: return text + " \(check)"
        }
    }

    private var domainless: String {
        if case .domain = kind { return "text" }
        return type
    }
}

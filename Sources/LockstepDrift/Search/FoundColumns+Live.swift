import LockstepSources

extension StatusColumnSearch.Outcome {
    /// What was found, and every other column of the same tables, as the schema that source code is held against.
    ///
    /// Where several schemas have a table of one name, that of `public` comes first: it is the one that code without a
    /// schema means.
    public var live: [SchemaColumn] {
        let histories = historyColumns
        // What a history's rows hold is another column's.
        let all = (columns + others).map { $0.live(isHistory: histories.contains($0.place)) }
        return all.filter { $0.namespace == "public" } + all.filter { $0.namespace != "public" }
    }
}

extension FoundColumn {
    /// The column as the reading of sources knows columns.
    func live(isHistory: Bool) -> SchemaColumn {
        let of = " of \(table)"
        let decides: (SchemaColumn.Kind, constraint: String?, object: String) =
            switch kind {
            case .labels(let type): (.nativeEnum(type: Self.plain(type)), nil, "type \(type)")
            case .checks(let names):
                (
                    .check, refusal ?? names.sorted().first,
                    "constraint \(names.sorted().joined(separator: ", "))\(of)"
                )
            case .domain(let type): (.domain(type: Self.plain(type)), nil, "domain \(type)")
            case .partitions: (.partitions, nil, "partitions\(of)")
            case .fewValues, .text: (.text, nil, "column \(place)")
            case .other: (.other, nil, "column \(place)")
            }
        return SchemaColumn(
            live: table.schema, table: table.name, column: column, kind: decides.0, type: type,
            accepted: accepted, acceptsNull: isNullable, defaultValue: defaultValue,
            constraint: decides.constraint, held: isHistory ? [] : held.map(\.text).filter { !$0.isEmpty },
            object: decides.object, dialect: table.schema == nil ? .sqlite : .postgres)
    }

    /// A type as PostgreSQL names it in an error: without the schema that everybody has.
    private static func plain(_ type: String) -> String {
        type.hasPrefix("public.") ? String(type.dropFirst("public.".count)) : type
    }

    /// The text of the default, where it is one: `'new'::text`.
    var defaultValue: String? {
        guard let defaultExpression else { return nil }
        let tokens = SQLTokens(defaultExpression).tokens
        guard let first = tokens.first, first.kind == .literal,
            tokens.count == 1 || tokens[1].isSign("::") || tokens[1].isSign(":")
        else { return nil }
        return first.text
    }
}

extension StatusColumnSearch.Outcome {
    /// The same without the tables of other schemas; SQLite has none.
    public func limited(to schemas: [String]) -> StatusColumnSearch.Outcome {
        guard !schemas.isEmpty else { return self }
        func isMeant(_ column: FoundColumn) -> Bool { column.table.schema.map(schemas.contains) ?? true }
        return StatusColumnSearch.Outcome(
            columns: columns.filter(isMeant), others: others.filter(isMeant), notes: notes, tables: tables)
    }
}

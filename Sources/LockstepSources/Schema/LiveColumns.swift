extension SourcePlace {
    /// Something that is no line of a file: an object of a running database, such as
    /// `constraint orders_status_check of public.orders`.
    public init(object: String) { self.init(file: object, line: 0) }

    /// Whether it is an object of a database and no line of a file.
    public var isObject: Bool { line == 0 }
}

extension SchemaColumn {
    /// Makes a column of a running database, by what that database answered about itself.
    /// - Parameters:
    ///   - accepted: every value that was tried and let in; nil where no rule lists values.
    ///   - held: values that its rows hold, as far as they are known.
    ///   - object: what decides which values it accepts, for people.
    public init(
        live namespace: String?, table: String, column: String, kind: Kind, type: String,
        accepted: [String]? = nil, acceptsNull: Bool = true, defaultValue: String? = nil,
        constraint: String? = nil, held: [String] = [], object: String, dialect: Dialect
    ) {
        let place = SourcePlace(object: object)
        self.init(
            namespace: namespace, table: table, column: column, kind: kind, type: type, accepted: accepted,
            acceptsNull: acceptsNull, defaultValue: defaultValue, constraint: constraint, place: place,
            dialect: dialect,
            origin: SchemaOrigin(
                kind: .database, path: namespace.map { "schema \($0)" } ?? "main", isAside: false),
            held: held)
    }

    /// Whether a running database said so itself.
    var isLive: Bool { origin.kind == .database }
}

extension Schema {
    /// The schema with what runs in the place of what is written down: of a table that the database has, migrations
    /// and dumps say no more; models stay, for they are what code believes.
    func replaced(by live: [SchemaColumn]) -> Schema {
        let tables = Set(live.map { $0.table.lowercased() })
        let kept = columns.filter { $0.isModel || !tables.contains($0.table.lowercased()) }
        return Schema(columns: live + kept, notes: notes)
    }

    /// What migrations and dumps say of the tables that a database has, by table and column in lower case; what lies
    /// among tests and documents is no promise about any database.
    func written(besides live: [SchemaColumn]) -> [String: [SchemaColumn]] {
        let tables = Set(live.map { $0.table.lowercased() })
        let makers = columns.filter { column in
            guard !column.isModel, !column.origin.isAside, tables.contains(column.table.lowercased()) else {
                return false
            }
            return column.origin.kind != .mongoValidator && column.origin.kind != .embeddedSQL
        }
        return Dictionary(grouping: makers) { "\($0.table.lowercased()).\($0.column.lowercased())" }
    }
}

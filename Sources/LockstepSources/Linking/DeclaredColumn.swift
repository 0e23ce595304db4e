/// What somebody declared of a column: its statuses, and which of them rows begin in.
public struct DeclaredColumn: Sendable, Hashable {
    /// The schema of the database the table is in, where one is named.
    public let namespace: String?
    /// The table.
    public let table: String
    /// The column.
    public let column: String
    /// Every status, in the order in which they are declared.
    public let statuses: [String]
    /// Those in which rows begin; empty where that is not declared.
    public let initial: Set<String>
    /// Where the declaration begins.
    public let place: SourcePlace
    /// Where each status is declared, as far as it is known.
    public let places: [String: SourcePlace]

    /// Makes a declaration.
    public init(
        namespace: String? = nil, table: String, column: String, statuses: [String],
        initial: Set<String> = [],
        place: SourcePlace, places: [String: SourcePlace] = [:]
    ) {
        self.namespace = namespace
        self.table = table
        self.column = column
        self.statuses = statuses
        self.initial = initial
        self.place = place
        self.places = places
    }

    /// Whether it speaks of a column. Case does not count, and a schema only where both name one.
    func names(_ other: SchemaColumn) -> Bool {
        guard table.lowercased() == other.table.lowercased(),
            column.lowercased() == other.column.lowercased()
        else { return false }
        guard let namespace, let theirs = other.namespace else { return true }
        return namespace.lowercased() == theirs.lowercased()
    }

    /// The place of a status, or of the whole declaration.
    func place(of status: String) -> SourcePlace { places[status] ?? place }

    /// The column as if the declaration were its rule, for where no schema lists its values.
    func column(like other: SchemaColumn?) -> SchemaColumn {
        SchemaColumn(
            namespace: other?.namespace ?? namespace, table: other?.table ?? table,
            column: other?.column ?? column, kind: .declared, type: other?.type ?? "text",
            accepted: statuses, acceptsNull: other?.acceptsNull ?? true, defaultValue: other?.defaultValue,
            place: place, definedAt: other?.definedAt, dialect: other?.dialect ?? .unknown,
            origin: SchemaOrigin(kind: .declaration, path: place.file, isAside: false), valuePlaces: places)
    }
}

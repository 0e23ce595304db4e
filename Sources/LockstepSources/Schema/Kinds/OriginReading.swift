/// One schema as it was read from its files.
struct OriginReading: Sendable {
    let origin: SchemaOrigin
    var catalog: Catalog
    var dialect: SchemaColumn.Dialect
    /// Columns that no catalog made: those of API schemas and validators.
    var columns: [SchemaColumn] = []

    var allColumns: [SchemaColumn] { catalog.columns(of: origin, dialect: dialect) + columns }
}

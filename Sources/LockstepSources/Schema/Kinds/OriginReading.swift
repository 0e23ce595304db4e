/// One schema as it was read from its files.
struct OriginReading: Sendable {
    let origin: SchemaOrigin
    var catalog: Catalog
    var dialect: SchemaColumn.Dialect
    /// Columns that no catalog made: those of API schemas and validators.
    var columns: [SchemaColumn] = []

    /// - Parameter made: tables that other schemas make.
    func columns(besides made: Set<String>) -> [SchemaColumn] {
        catalog.columns(of: origin, dialect: dialect, besides: made) + columns
    }
}

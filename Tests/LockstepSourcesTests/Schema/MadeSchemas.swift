import Testing

@testable import LockstepSources

/// Schemas made of files written in the tests.
enum Made {
    /// What the files of a repository say.
    static func schema(_ files: [String: String]) -> Schema {
        SchemaReading.read(files.map { SchemaReading.File(path: $0.key, text: $0.value) })
    }

    /// What one SQL file says.
    static func sql(_ text: String) -> Schema { schema(["schema.sql": text]) }

    /// A column written as `table.column`, of the best witness.
    static func column(_ name: String, in schema: Schema) throws -> SchemaColumn {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        return try #require(
            schema.columns.first { $0.table == parts[0] && $0.column == parts[1] },
            "there is no column \(name)")
    }

    /// A column of the files of a repository.
    static func column(_ name: String, _ files: [String: String]) throws -> SchemaColumn {
        try column(name, in: schema(files))
    }

    /// A column of one SQL file.
    static func column(_ name: String, sql text: String) throws -> SchemaColumn {
        try column(name, in: sql(text))
    }
}

/// JSON files that hold schemas: Room's exports, OpenAPI, JSON Schema, MongoDB's validators.
enum JSONFiles {
    static func read(_ files: [SchemaReading.File]) -> [OriginReading] {
        var readings: [OriginReading] = []
        var rooms: [String: SchemaReading.File] = [:]
        for file in files where Paths.ending(of: file.path) == "json" {
            if TextSearch.contains(file.text, anyOf: ["\"formatversion\""]),
                TextSearch.contains(file.text, anyOf: ["\"createsql\""])
            {
                // The highest version is the one that holds.
                let folder = Paths.folder(of: file.path)
                if let known = rooms[folder], Paths.comesBefore(file.path, known.path) { continue }
                rooms[folder] = file
            } else if TextSearch.contains(
                file.text,
                anyOf: [
                    "\"openapi\"", "\"swagger\"", "\"$schema\"", "\"$defs\"", "$jsonschema",
                    "\"definitions\"", "\"properties\"",
                ]),
                TextSearch.contains(file.text, anyOf: ["\"enum\"", "\"const\""]),
                let document = SchemaDocumentReader.read(file.text),
                let (origin, columns) = APISchemas.columns(of: document, path: file.path)
            {
                readings.append(
                    OriginReading(origin: origin, catalog: Catalog(), dialect: .api, columns: columns))
            }
        }
        return readings + rooms.values.compactMap(room)
    }

    /// Room's `schemas/<database>/7.json`.
    private static func room(_ file: SchemaReading.File) -> OriginReading? {
        guard let document = SchemaDocumentReader.read(file.text),
            let entities = document["database"]?["entities"]
        else { return nil }
        var reader = SQLSchemaReader(Catalog(), file: file.path)
        for entity in entities.items {
            guard let name = entity["tableName"]?.text, let sql = entity["createSql"] else { continue }
            let text = (sql.text ?? "").replacing("${TABLE_NAME}", with: name)
            // The whole statement stands in one line of the file.
            let tokens = SQLLexer.tokens(of: text, lines: [SQLLexer.LineStart(offset: 0, line: sql.line)])
            reader.read(tokens)
        }
        return OriginReading(
            origin: SchemaOrigin(kind: .room, path: file.path, isAside: Paths.isAside(file.path)),
            catalog: reader.catalog,
            dialect: .sqlite)
    }
}

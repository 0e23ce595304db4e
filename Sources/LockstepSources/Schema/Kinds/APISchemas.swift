/// Enumerations in JSON Schema and OpenAPI, as Pydantic and FastAPI export them.
struct APISchemas {
    private let root: SchemaDocument
    private let path: String
    private let origin: SchemaOrigin
    private let dialect: SchemaColumn.Dialect
    private var columns: [SchemaColumn] = []

    private init(
        _ root: SchemaDocument, _ path: String, _ kind: SchemaOrigin.Kind, _ dialect: SchemaColumn.Dialect
    ) {
        self.root = root
        self.path = path
        self.dialect = dialect
        origin = SchemaOrigin(kind: kind, path: path, isAside: Paths.isAside(path))
    }

    /// The properties with an enumeration; none when the document is no schema.
    static func columns(of document: SchemaDocument, path: String) -> (
        origin: SchemaOrigin, columns: [SchemaColumn]
    )? {
        if let found = validators(document, path) { return found }
        let isAPI = document["openapi"] != nil || document["swagger"] != nil
        let isSchema =
            document["$schema"]?.text?.contains("json-schema") == true || document["$defs"] != nil
            || (document["definitions"] != nil && document["properties"] != nil)
            || (document["type"]?.text == "object" && document["properties"] != nil
                && document["title"] != nil)
        guard isAPI || isSchema else { return nil }
        var reading = APISchemas(document, path, .apiSchema, .api)
        let groups = [document["components"]?["schemas"], document["definitions"], document["$defs"]]
        for group in groups.compactMap({ $0 }) {
            for entry in group.entries { reading.object(entry.value, named: entry.key, depth: 0) }
        }
        if !isAPI {
            let name =
                document["title"]?.text ?? Paths.name(of: path).split(separator: ".").first.map(String.init)
                ?? path
            reading.object(document, named: name, depth: 0)
        }
        return (reading.origin, reading.columns)
    }

    // MARK: MongoDB

    /// Validators in an export: `listCollections`, `collMod`, or the schema alone.
    private static func validators(_ document: SchemaDocument, _ path: String) -> (
        SchemaOrigin, [SchemaColumn]
    )? {
        var found: [(name: String, schema: SchemaDocument)] = []
        func look(_ value: SchemaDocument, _ name: String?, _ depth: Int) {
            guard depth < 12, found.count < 1_000 else { return }
            if let schema = value["$jsonSchema"] {
                let plain = Paths.name(of: path).split(separator: ".").first.map(String.init) ?? path
                found.append((name ?? plain, schema))
                return
            }
            let own = (value["collMod"] ?? value["create"] ?? value["collection"] ?? value["name"])?.text
            for entry in value.entries {
                let isCollection = !["validator", "options", "cursor", "firstBatch", "collections"].contains(
                    entry.key)
                look(
                    entry.value,
                    own ?? name ?? (isCollection && entry.value["validator"] != nil ? entry.key : nil),
                    depth + 1)
            }
            for item in value.items { look(item, own ?? name, depth + 1) }
        }
        look(document, nil, 0)
        guard !found.isEmpty else { return nil }
        var reading = APISchemas(document, path, .mongoValidator, .mongo)
        for (name, schema) in found { reading.object(schema, named: name, depth: 0) }
        return (reading.origin, reading.columns)
    }

    // MARK: Objects

    private mutating func object(
        _ schema: SchemaDocument, named name: String, depth: Int, prefix: String = ""
    ) {
        guard depth < 8 else { return }
        for part in (schema["allOf"]?.items ?? []) {
            object(part, named: name, depth: depth + 1, prefix: prefix)
        }
        let required = Set((schema["required"]?.items ?? []).compactMap(\.text))
        for entry in schema["properties"]?.entries ?? [] {
            add(entry, required.contains(entry.key), name, prefix)
            if entry.value["properties"] != nil {
                object(entry.value, named: name, depth: depth + 1, prefix: prefix + entry.key + ".")
            }
        }
    }

    private mutating func add(
        _ entry: SchemaDocument.Entry, _ isRequired: Bool, _ name: String, _ prefix: String
    ) {
        let values = Values(of: entry.value, in: root)
        let isText = values.isText || values.texts != nil
        guard isText else { return }
        var places: [String: SourcePlace] = [:]
        for (text, line) in values.texts ?? [] { places[text] = SourcePlace(file: path, line: line) }
        let accepted = values.texts?.map(\.text)
        columns.append(
            SchemaColumn(
                table: name, column: prefix + entry.key,
                kind: accepted == nil ? .text : dialect == .mongo ? .mongoValidator : .apiSchema,
                type: "string",
                accepted: accepted, acceptsNull: values.acceptsNull || (dialect == .mongo && !isRequired),
                defaultValue: entry.value["default"]?.text,
                place: SourcePlace(file: path, line: values.line ?? entry.line),
                definedAt: SourcePlace(file: path, line: entry.line), dialect: dialect, origin: origin,
                valuePlaces: places))
    }

    /// What a schema of one value accepts.
    private struct Values {
        var texts: [(text: String, line: Int)]?
        var acceptsNull = false
        var isText = false
        var line: Int?

        init(of schema: SchemaDocument, in root: SchemaDocument, depth: Int = 0) {
            guard depth < 8 else { return }
            if let reference = schema["$ref"]?.text, let target = Values.find(reference, in: root) {
                self = Values(of: target, in: root, depth: depth + 1)
            }
            let types = [schema["type"] ?? schema["bsonType"]].compactMap { $0 }
                .flatMap { $0.items.isEmpty ? [$0] : $0.items }.compactMap(\.text)
            if types.contains("string") { isText = true }
            if types.contains("null")
                || schema["nullable"] == .bool(true, line: schema["nullable"]?.line ?? 0)
            {
                acceptsNull = true
            }
            if let list = schema["enum"] {
                line = list.line
                texts = list.items.compactMap { item in item.text.map { ($0, item.line) } }
                if list.items.contains(where: \.isNull) { acceptsNull = true }
                if texts?.isEmpty == true { texts = nil }
            }
            if let text = schema["const"]?.text {
                texts = [(text, schema["const"]?.line ?? schema.line)]
                line = schema["const"]?.line
            }
            for key in ["anyOf", "oneOf", "allOf"] {
                guard let choices = schema[key]?.items, !choices.isEmpty else { continue }
                choose(
                    choices.map { Values(of: $0, in: root, depth: depth + 1) }, choices,
                    isUnion: key != "allOf")
            }
        }

        private mutating func choose(_ choices: [Values], _ schemas: [SchemaDocument], isUnion: Bool) {
            var open = false
            var found: [(text: String, line: Int)] = []
            for (choice, schema) in zip(choices, schemas) {
                acceptsNull = acceptsNull || choice.acceptsNull
                isText = isText || choice.isText
                line = line ?? choice.line
                if let texts = choice.texts {
                    found += texts
                } else if schema["type"]?.text != "null", schema["bsonType"]?.text != "null" {
                    open = true
                }
            }
            if !found.isEmpty, !open || !isUnion { texts = found }
        }

        private static func find(_ reference: String, in root: SchemaDocument) -> SchemaDocument? {
            guard reference.hasPrefix("#/") else { return nil }
            var at: SchemaDocument? = root
            for part in reference.dropFirst(2).split(separator: "/") {
                at = at?[String(part.replacing("~1", with: "/").replacing("~0", with: "~"))]
            }
            return at
        }
    }
}

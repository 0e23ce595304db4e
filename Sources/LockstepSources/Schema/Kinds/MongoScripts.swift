/// MongoDB's validators in programs: `db.createCollection("jobs", {validator: {$jsonSchema: {…}}})`, in the shell's
/// language, Node.js or Python.
enum MongoScripts {
    static func read(_ index: SourceIndex) -> [OriginReading] {
        var readings: [OriginReading] = []
        for file in index.files {
            guard let language = SourceLanguage(fileName: file.path),
                language.isScript || language == .python,
                TextSearch.contains(file.text, anyOf: ["$jsonschema"]), let list = index.tokens(of: file.path)
            else { continue }
            var entries: [SchemaDocument] = []
            for at in list.tokens.indices where isKey(at, list) {
                let parser = CodeParser(list)
                guard list.isMark("{", at: at + 2),
                    let schema = document(
                        parser.value(in: at + 2..<list.close(of: at + 2) + 1), index, file.path, list[at].line
                    )
                else { continue }
                var parts = [SchemaDocument.Entry(key: "$jsonSchema", value: schema, line: list[at].line)]
                if let name = collection(before: at, list) {
                    parts.insert(
                        .init(key: "name", value: .text(name, line: list[at].line), line: list[at].line),
                        at: 0)
                    parts[1] = .init(
                        key: "options", value: .object([parts[1]], line: list[at].line), line: list[at].line)
                }
                entries.append(.object(parts, line: list[at].line))
            }
            guard !entries.isEmpty,
                let (origin, columns) = APISchemas.columns(of: .list(entries, line: 1), path: file.path)
            else { continue }
            readings.append(
                OriginReading(origin: origin, catalog: Catalog(), dialect: .mongo, columns: columns))
        }
        return readings
    }

    private static func isKey(_ at: Int, _ list: TokenList) -> Bool {
        let token = list[at]
        guard token.text == "$jsonSchema" || token.text == "jsonSchema" && list.isMark("$", at: at - 1) else {
            return false
        }
        return list.isMark(":", at: at + 1)
    }

    private static let verbs: Set<String> = [
        "createCollection", "create_collection", "runCommand", "command", "collMod", "create", "run_command",
    ]

    /// The collection that the call around a validator names: the first string behind the call's bracket.
    private static func collection(before index: Int, _ list: TokenList) -> String? {
        var at = index
        while at > 0, index - at < 400 {
            at -= 1
            guard list[at].kind == .word || list[at].isString, verbs.contains(list[at].text) else { continue }
            // `collMod: "jobs"`, `createCollection("jobs", …)`, `command("collMod", "jobs", …)`
            for next in at + 1..<min(at + 6, index) {
                if let text = list[next].plainString, !verbs.contains(text) { return text }
            }
        }
        return nil
    }

    private static func document(
        _ value: CodeValue, _ index: SourceIndex, _ path: String, _ line: Int, depth: Int = 0
    ) -> SchemaDocument? {
        guard depth < 20 else { return nil }
        switch value {
        case .text(let text): return text.plain.map { .text($0, line: text.line) }
        case .number(let number): return .number(number, line: line)
        case .dictionary(let entries):
            let known = entries.compactMap { entry in
                entry.key.flatMap { key in
                    document(entry.value, index, path, entry.line, depth: depth + 1).map {
                        SchemaDocument.Entry(key: key, value: $0, line: entry.line)
                    }
                }
            }
            return .object(known, line: entries.first?.line ?? line)
        case .list(let items):
            if let texts = ScriptValues(index: index, path: path).texts(value),
                !items.allSatisfy({ $0.plain != nil })
            {
                return .list(texts.map { .text($0, line: line) }, line: line)
            }
            return .list(items.compactMap { document($0, index, path, line, depth: depth + 1) }, line: line)
        case .name(let name, let line):
            if value.isNull { return .null(line: line) }
            if let bool = value.bool { return .bool(bool, line: line) }
            guard let values = index.constant(name, from: path)?.values, !values.isEmpty else { return nil }
            return .list(values.map { .text($0, line: line) }, line: line)
        case .call:
            return ScriptValues(index: index, path: path).texts(value).map {
                .list($0.map { .text($0, line: line) }, line: line)
            }
        default: return nil
        }
    }
}

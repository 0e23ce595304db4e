import Foundation
import Lockstep

/// A lifecycle as JSON Schema (draft 2020-12), alone or within an OpenAPI 3.1 document, which uses the same.
struct SchemaExport {
    private let definition: Definition
    private static let dialect: JSONValue = "https://json-schema.org/draft/2020-12/schema"

    init(_ definition: Definition) { self.definition = definition }

    /// The schema of a job of the lifecycle, with those of a start and of a move beside it.
    func jsonSchema() throws -> String {
        var schema = job(status: "#/$defs/status")
        schema["$schema"] = Self.dialect
        schema["$id"] = .string("urn:lockstep:lifecycle:\(definition.name):\(try definition.fingerprint())")
        schema["$defs"] = .object([
            "status": .object(status), "start": .object(start), "move": .object(move),
        ])
        return try Self.pretty(.object(schema))
    }

    /// An OpenAPI document that has these schemas and nothing else, to be taken into another one.
    func openAPI() throws -> String {
        let name = ExportNames(definition).type
        let base = String(name.dropLast("Status".count))
        return try Self.pretty([
            "openapi": "3.1.0",
            "info": .object([
                "title": .string("Lifecycle \(definition.name)"),
                "version": .string(try definition.fingerprint()),
            ]),
            "components": [
                "schemas": .object([
                    name: .object(status), "\(base)Start": .object(start), "\(base)Move": .object(move),
                    "\(base)Job": .object(job(status: "#/components/schemas/\(name)")),
                ])
            ],
        ])
    }

    private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    private var status: [String: JSONValue] {
        [
            "title": .string("A status of lifecycle '\(definition.name)'"), "type": "string",
            "enum": Self.texts(definition.names),
        ]
    }

    private var start: [String: JSONValue] {
        [
            "title": .string("The start of a job of lifecycle '\(definition.name)'"), "type": "object",
            "required": ["lifecycle"],
            "properties": .object([
                "lifecycle": .object(["const": .string(definition.name)]),
                "status": .object(["enum": Self.texts(definition.initial)]),
            ]),
        ]
    }

    /// A move that somebody may make.
    private var move: [String: JSONValue] {
        let moves = definition.names.compactMap { from -> JSONValue? in
            let allowed = definition.allowed(from: from)
            guard !allowed.isEmpty else { return nil }
            return .object([
                "properties": .object([
                    "from": .object(["const": .string(from)]), "to": .object(["enum": Self.texts(allowed)]),
                ])
            ])
        }
        return [
            "title": .string("A move of lifecycle '\(definition.name)'"), "type": "object",
            "required": ["from", "to"], "oneOf": .array(moves),
        ]
    }

    private func job(status reference: String) -> [String: JSONValue] {
        let time: JSONValue = ["type": ["string", "null"], "format": "date-time"]
        let whole: JSONValue = ["type": "integer"]
        let text: JSONValue = ["type": ["string", "null"]]
        return [
            "title": .string("A job of lifecycle '\(definition.name)'"), "type": "object",
            "required": ["id", "lifecycle", "status", "version"],
            "properties": .object([
                "id": ["type": "string", "format": "uuid"],
                "lifecycle": .object(["const": .string(definition.name)]),
                "status": .object(["$ref": .string(reference)]), "owner": text, "key": text,
                "priority": whole, "progress": ["type": "integer", "minimum": 0, "maximum": 100],
                "progress_detail": text, "failure": ["type": ["object", "null"]], "attempt": whole,
                "fence": whole, "parked": ["type": "boolean"], "hold": text, "version": whole,
                "created_at": time, "updated_at": time, "entered_at": time, "ended_at": time,
                "deadline": time, "available_at": time, "metadata": ["type": "object"],
            ]),
        ]
    }

    private static func pretty(_ value: JSONValue) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}

import Foundation
import Lockstep

/// A JSON Schema of the small kind that the published wire formats are written down in.
///
/// It is read strictly: a word it does not know, a part that would take anything, or an object that leaves
/// others open is an error, so that no schema can quietly check less than it says.
package indirect enum Schema: Sendable {
    case object([String: Schema], required: Set<String>)
    case array(Schema, length: ClosedRange<Int>)
    case text(among: [String]?, shortest: Int)
    case number(isWhole: Bool, ClosedRange<Double>)
    case flag(among: [Bool])
    case null
    case any([Schema])

    /// A schema that cannot be read: where, and what is wrong there.
    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String
    }

    /// Reads one of the schemas in the folder beside this file.
    static func named(_ name: String) throws -> Schema {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Schemas/\(name).json")
        return try Schema(JSONValue(parsing: String(contentsOf: file, encoding: .utf8)), at: name)
    }

    /// Reads a schema.
    /// - Parameter place: what an error calls it.
    package init(_ json: JSONValue, at place: String) throws {
        guard case .object(var words) = json else { throw Unreadable(description: "\(place) is no object") }
        words["$comment"] = nil
        self = try Self.read(&words, at: place)
        if let word = words.keys.min() {
            throw Unreadable(description: "\(place): '\(word)' is not understood there")
        }
    }

    /// Reads a schema, and takes away every word that was understood.
    private static func read(_ words: inout [String: JSONValue], at place: String) throws -> Schema {
        func wrong(_ what: String) -> Unreadable { Unreadable(description: "\(place): \(what)") }
        func list(_ word: String) throws -> [JSONValue]? {
            guard let value = words.removeValue(forKey: word) else { return nil }
            guard case .array(let items) = value, !items.isEmpty else { throw wrong("\(word) is no list") }
            return items
        }
        func texts(_ word: String) throws -> [String]? {
            try list(word)?.map {
                guard let text = $0.text else { throw wrong("\(word) holds what is no text") }
                return text
            }
        }
        func limit(_ word: String) throws -> Double? {
            guard let value = words.removeValue(forKey: word) else { return nil }
            guard let number = value.double else { throw wrong("\(word) is no number") }
            return number
        }
        func range(_ least: String, _ most: String, from bottom: Double) throws -> ClosedRange<Double> {
            let (low, high) = (try limit(least) ?? bottom, try limit(most) ?? .infinity)
            guard low <= high else { throw wrong("\(least) is above \(most)") }
            return low...high
        }
        if let kinds = try list("anyOf") {
            return .any(try kinds.enumerated().map { try Schema($1, at: "\(place).anyOf[\($0)]") })
        }
        let type = words.removeValue(forKey: "type")?.text
        switch type {
        case "object":
            guard words.removeValue(forKey: "additionalProperties") == .bool(false) else {
                throw wrong("additionalProperties must be false")
            }
            guard case .object(let members)? = words.removeValue(forKey: "properties") else {
                throw wrong("properties are missing")
            }
            let required = Set(try texts("required") ?? [])
            guard required.isSubset(of: members.keys) else {
                throw wrong("what is required is not described")
            }
            var known: [String: Schema] = [:]
            for (name, member) in members { known[name] = try Schema(member, at: "\(place).\(name)") }
            return .object(known, required: required)
        case "array":
            guard let items = words.removeValue(forKey: "items") else { throw wrong("items are missing") }
            let length = try range("minItems", "maxItems", from: 0)
            return .array(
                try Schema(items, at: "\(place)[]"),
                length: Int(length.lowerBound)...(Int(exactly: length.upperBound) ?? .max))
        case "string":
            return .text(among: try texts("enum"), shortest: Int(try limit("minLength") ?? 0))
        case "integer", "number":
            return .number(
                isWhole: type == "integer", try range("minimum", "maximum", from: -.infinity))
        case "boolean":
            let flags = try list("enum")?.map {
                guard case .bool(let flag) = $0 else { throw wrong("enum holds what is no flag") }
                return flag
            }
            return .flag(among: flags ?? [true, false])
        case "null": return .null
        default: throw wrong("it has no type that is known")
        }
    }

    // MARK: Checking

    /// What of a value does not fit, each by the name of the outermost member that is at fault.
    package func faults(in value: JSONValue) -> [String] {
        guard case .object(let known, let required) = self, case .object(let members) = value else {
            return mismatch(value, at: "").map { [$0] } ?? []
        }
        let missing = required.subtracting(members.keys).map { "\($0) is missing" }
        let others = members.sorted { $0.key < $1.key }.compactMap { name, member -> String? in
            guard let schema = known[name] else { return "\(name) is unknown" }
            return schema.mismatch(member, at: name).map { "\(name) is of a wrong type: \($0)" }
        }
        return missing.sorted() + others
    }

    /// The first thing that does not fit, with its place.
    private func mismatch(_ value: JSONValue, at place: String) -> String? {
        switch (self, value) {
        case (.object(let known, let required), .object(let members)):
            for name in required.sorted() where members[name] == nil { return "\(place).\(name) is missing" }
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                guard let schema = known[name] else { return "\(place).\(name) is unknown" }
                if let found = schema.mismatch(member, at: "\(place).\(name)") { return found }
            }
            return nil
        case (.array(let item, let length), .array(let items)):
            guard length.contains(items.count) else { return "\(place) has \(items.count) items" }
            for (index, value) in items.enumerated() {
                if let found = item.mismatch(value, at: "\(place)[\(index)]") { return found }
            }
            return nil
        case (.text(let among, let shortest), .string(let text)):
            guard text.unicodeScalars.count >= shortest else { return "\(place) is too short" }
            return among.map { $0.contains(text) } ?? true ? nil : "\(place) is '\(text)'"
        case (.number(_, let range), .integer(let number)):
            return range.contains(Double(number)) ? nil : "\(place) is \(number)"
        case (.number(isWhole: false, let range), .number(let number)):
            return range.contains(number) ? nil : "\(place) is \(number)"
        case (.flag(let among), .bool(let flag)):
            return among.contains(flag) ? nil : "\(place) is \(flag)"
        case (.null, .null): return nil
        case (.any(let kinds), _):
            return kinds.contains { $0.mismatch(value, at: place) == nil }
                ? nil : "\(place) is none of the \(kinds.count) kinds it may be"
        default: return "\(place.isEmpty ? "it" : place) is not what it should be"
        }
    }
}

/// The published schemas of a wire format.
package struct Published: Sendable {
    /// Of the bodies of requests.
    package let request: Schema
    /// Of the bodies of answers that are successes.
    package let answer: Schema
    /// Of the bodies of errors.
    package let error: Schema

    /// Reads them.
    package init(_ wire: Wire) throws {
        request = try .named("\(wire.rawValue)-request")
        answer = try .named("\(wire.rawValue)-answer")
        error = try .named("\(wire.rawValue)-error")
    }
}

import Foundation
import Lockstep

/// Checks JSON against the part of JSON Schema 2020-12 that the document uses. A keyword that is not known here is a
/// fault too: it would otherwise check nothing.
struct SchemaCheck {
    let document: JSONValue
    /// Whether an object may have members that its schema does not name. Answers may not: what a server says and
    /// does not declare is as wrong as what it declares and does not say.
    var isClosed = true

    private static let silent: Set<String> = ["description", "examples", "default", "format", "title"]

    /// What is wrong, with its place; nothing when all is well.
    func faults(_ value: JSONValue, _ schema: JSONValue, at place: String = "$") -> [String] {
        guard case .object(let rules) = schema else { return ["\(place): the schema is none"] }
        return rules.flatMap { keyword, rule -> [String] in
            if Self.silent.contains(keyword) { return [] }
            return check(value, keyword, rule, rules, place)
        }
    }

    private func check(
        _ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ rules: [String: JSONValue],
        _ place: String
    ) -> [String] {
        func fault(_ isRight: Bool) -> [String] {
            isRight ? [] : ["\(place): \(value) does not fit '\(keyword)': \(rule)"]
        }
        switch keyword {
        case "$ref": return faults(value, resolve(rule.text ?? ""), at: place)
        case "type":
            let types = rule.items?.compactMap(\.text) ?? [rule.text ?? ""]
            return fault(types.contains { Self.is(value, $0) })
        case "enum": return fault(rule.items?.contains(value) ?? false)
        case "const": return fault(rule == value)
        case "anyOf":
            return fault((rule.items ?? []).contains { faults(value, $0, at: place).isEmpty })
        case "required":
            guard let members = value.members else { return [] }
            return (rule.items ?? []).compactMap(\.text).filter { members[$0] == nil }
                .map { "\(place): '\($0)' is missing" }
        case "properties": return properties(value, rule, rules, place)
        case "additionalProperties":
            guard let members = value.members else { return [] }
            let named = rules["properties"]?.members ?? [:]
            return members.filter { named[$0.key] == nil }.flatMap { name, value -> [String] in
                switch rule {
                case .bool(true): []
                case .bool(false): ["\(place): '\(name)' is not declared"]
                default: faults(value, rule, at: "\(place).\(name)")
                }
            }
        case "propertyNames":
            return (value.members ?? [:]).keys.flatMap { faults(.string($0), rule, at: "\(place).\($0)") }
        case "items":
            return (value.items ?? []).enumerated().flatMap { faults($1, rule, at: "\(place)[\($0)]") }
        case "minimum": return fault(value.double.map { $0 >= rule.double ?? 0 } ?? true)
        case "maximum": return fault(value.double.map { $0 <= rule.double ?? 0 } ?? true)
        case "minLength":
            return fault(value.text.map { Double($0.unicodeScalars.count) >= rule.double ?? 0 } ?? true)
        case "maxLength":
            return fault(value.text.map { Double($0.unicodeScalars.count) <= rule.double ?? 0 } ?? true)
        case "minItems": return fault(value.items.map { Double($0.count) >= rule.double ?? 0 } ?? true)
        case "maxItems": return fault(value.items.map { Double($0.count) <= rule.double ?? 0 } ?? true)
        case "minProperties": return fault(value.members.map { Double($0.count) >= rule.double ?? 0 } ?? true)
        case "uniqueItems": return fault(value.items.map { Set($0).count == $0.count } ?? true)
        case "pattern":
            guard let text = value.text else { return [] }
            return fault(text.range(of: rule.text ?? "", options: .regularExpression) != nil)
        default: return ["\(place): the check does not know the keyword '\(keyword)'"]
        }
    }

    private func properties(
        _ value: JSONValue, _ rule: JSONValue, _ rules: [String: JSONValue], _ place: String
    ) -> [String] {
        guard let members = value.members, let declared = rule.members else { return [] }
        let strange = members.keys.filter { declared[$0] == nil }.sorted()
        let isOpen = !isClosed || rules["additionalProperties"] != nil
        return declared.flatMap { name, schema in
            members[name].map { faults($0, schema, at: "\(place).\(name)") } ?? []
        } + (isOpen ? [] : strange.map { "\(place): '\($0)' is not declared" })
    }

    /// What a reference within the document leads to.
    func resolve(_ reference: String) -> JSONValue {
        reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] ?? .null }
    }

    private static func `is`(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("integer", .integer), ("number", .integer), ("number", .number):
            true
        case ("integer", .number(let number)): number.rounded() == number
        default: false
        }
    }
}

extension JSONValue {
    var items: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
    var members: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
}

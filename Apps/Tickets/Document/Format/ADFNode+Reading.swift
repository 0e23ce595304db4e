import Foundation
import Lockstep

extension ADFNode {
    /// Reads a node from JSON. Only its shape is looked at: ``ADFValidator`` knows the rules.
    /// - Parameter path: how the node is called in what is thrown.
    /// - Throws: ``ADFFault`` for what is no node, or is nested too deeply.
    public init(_ json: JSONValue, path: String = "doc", limits: ADFLimits = .standard) throws(ADFFault) {
        try self.init(json, path: path, levels: limits.depth)
    }

    /// Reads a node from JSON text.
    /// - Throws: ``ADFFault`` for what is no JSON, no node, too long or too deep.
    public init(parsing data: Data, limits: ADFLimits = .standard) throws(ADFFault) {
        let json: JSONValue
        do {
            // Three levels of JSON a node: the node, its content, and lists in attributes.
            json = try BoundedJSON.read(data, mostBytes: limits.bytes, deepest: limits.depth * 3)
        } catch {
            throw ADFFault(path: "doc", problem: error.message)
        }
        try self.init(json, limits: limits)
    }

    private init(_ json: JSONValue, path: String, levels: Int) throws(ADFFault) {
        guard levels > 0 else {
            throw ADFFault(path: path, problem: "the nodes are nested too deeply")
        }
        guard case .object(var members) = json else {
            throw ADFFault(path: path, problem: "a node must be an object, not \(json.kind)")
        }
        guard case .string(let type) = members.removeValue(forKey: "type") else {
            throw ADFFault(path: path, problem: "a node must have a type, which is a text")
        }
        let attrs = try members.takeObject("attrs", path: path)
        var content: [ADFNode]?
        if let nodes = try members.takeList("content", path: path) {
            var read: [ADFNode] = []
            for (index, node) in nodes.enumerated() {
                read.append(try ADFNode(node, path: "\(path).content[\(index)]", levels: levels - 1))
            }
            content = read
        }
        var marks: [ADFMark]?
        if let list = try members.takeList("marks", path: path) {
            var read: [ADFMark] = []
            for (index, mark) in list.enumerated() {
                read.append(try ADFMark(mark, path: "\(path).marks[\(index)]"))
            }
            marks = read
        }
        var text: String?
        if let value = members.removeValue(forKey: "text") {
            guard case .string(let words) = value else {
                throw ADFFault(path: "\(path).text", problem: "text must be a text, not \(value.kind)")
            }
            text = words
        }
        self.init(type, attrs: attrs, content: content, marks: marks, text: text, others: members)
    }
}

extension ADFMark {
    fileprivate init(_ json: JSONValue, path: String) throws(ADFFault) {
        guard case .object(var members) = json else {
            throw ADFFault(path: path, problem: "a mark must be an object, not \(json.kind)")
        }
        guard case .string(let type) = members.removeValue(forKey: "type") else {
            throw ADFFault(path: path, problem: "a mark must have a type, which is a text")
        }
        self.init(type, attrs: try members.takeObject("attrs", path: path), others: members)
    }
}

extension [String: JSONValue] {
    fileprivate mutating func takeObject(
        _ key: String, path: String
    ) throws(ADFFault) -> [String: JSONValue]? {
        guard let value = removeValue(forKey: key) else { return nil }
        if case .object(let members) = value { return members }
        throw ADFFault(path: "\(path).\(key)", problem: "\(key) must be an object, not \(value.kind)")
    }

    fileprivate mutating func takeList(_ key: String, path: String) throws(ADFFault) -> [JSONValue]? {
        guard let value = removeValue(forKey: key) else { return nil }
        if case .array(let elements) = value { return elements }
        throw ADFFault(path: "\(path).\(key)", problem: "\(key) must be a list, not \(value.kind)")
    }
}

extension JSONValue {
    /// What kind of value it is, in words for people.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension ADFNode: Codable {
    /// Reads a node of any JSON.
    public init(from decoder: any Decoder) throws {
        try self.init(JSONValue(from: decoder))
    }

    /// Writes the node as it was read.
    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

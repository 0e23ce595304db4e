import Lockstep

/// Says whether a document keeps the rules of the Atlassian Document Format, and which node does not.
public struct ADFValidator: Sendable {
    /// How large a document may be.
    public let limits: ADFLimits
    /// How many faults are told at most.
    public static let mostFaults = 20

    /// Makes a validator.
    public init(limits: ADFLimits = .standard) { self.limits = limits }

    /// Checks a document.
    /// - Throws: ``ADFFault``, the first one in the order of the document.
    public func check(_ document: ADFNode) throws(ADFFault) {
        if let fault = faults(in: document).first { throw fault }
    }

    /// What is wrong with a document, in its order; ``mostFaults`` of it.
    public func faults(in document: ADFNode) -> [ADFFault] {
        guard document.type == "doc" else {
            return [
                ADFFault(path: "doc", problem: "a document must be of the type doc, not \(document.type)")
            ]
        }
        var walk = Walk(limits: limits)
        if document.others["version"] != 1 {
            walk.note("doc.version", "the version must be there and be 1")
        }
        walk.visit(document, path: "doc", marks: nil, levels: limits.depth)
        guard walk.faults.isEmpty else { return walk.faults }
        // Counted last, and only when the depth is known to be bounded.
        let characters = (try? document.json.encoded().utf16.count) ?? .max
        if characters > limits.characters {
            walk.note(
                "doc",
                "the document has \(characters) characters as JSON, and Jira takes \(limits.characters)")
        }
        return walk.faults
    }
}

/// One walk through a document.
private struct Walk {
    let limits: ADFLimits
    var faults: [ADFFault] = []
    var nodes = 0

    init(limits: ADFLimits) { self.limits = limits }

    var isOver: Bool { faults.count >= ADFValidator.mostFaults }

    mutating func note(_ path: String, _ problem: String) {
        if !isOver { faults.append(ADFFault(path: path, problem: problem)) }
    }

    /// - Parameter marks: what the place allows; `nil` means that the node's own rule decides.
    mutating func visit(_ node: ADFNode, path: String, marks: [Set<String>]?, levels: Int) {
        nodes += 1
        guard !isOver else { return }
        guard levels > 0 else {
            return note(path, "the nodes are nested more than \(limits.depth) levels deep")
        }
        guard nodes <= limits.nodes else {
            if nodes == limits.nodes + 1 { note(path, "the document has more than \(limits.nodes) nodes") }
            return
        }
        guard let rule = ADFSchema.nodes[node.type] else {
            return note(path, "there is no node of the type “\(node.type.prefix(40))”")
        }
        for name in node.others.keys.sorted() where !(node.type == "doc" && name == "version") {
            note("\(path).\(name.prefix(40))", "a \(node.type) has no such member")
        }
        checkAttributes(node.attrs, shapes: rule.attrs, isNeeded: rule.needsAttrs, of: node.type, path: path)
        checkText(node, rule: rule, path: path)
        checkMarks(node, allowed: rule.marks.map { marks ?? $0 }, path: path)
        checkContent(node, rule: rule, path: path, levels: levels)
    }

    private mutating func checkText(_ node: ADFNode, rule: NodeRule, path: String) {
        if rule.isText {
            if node.text?.isEmpty ?? true { note(path, "a text node must have a text that is not empty") }
        } else if node.text != nil {
            note("\(path).text", "a \(node.type) has no text of its own")
        }
    }

    private mutating func checkAttributes(
        _ attrs: [String: JSONValue]?, shapes: [AttributeShape], isNeeded: Bool, of type: String, path: String
    ) {
        guard let attrs else {
            if isNeeded { note(path, "a \(type) must have attrs") }
            return
        }
        guard !shapes.isEmpty else { return note("\(path).attrs", "a \(type) has no attrs") }
        // The form that comes closest is the one that was meant.
        let closest = shapes.map { $0.faults(attrs, path: "\(path).attrs") }.min { $0.count < $1.count }
        for fault in closest ?? [] { note(fault.path, fault.problem) }
    }

    private mutating func checkMarks(_ node: ADFNode, allowed: [Set<String>]?, path: String) {
        guard let marks = node.marks else { return }
        guard let allowed else { return note("\(path).marks", "a \(node.type) has no marks") }
        for (index, mark) in marks.enumerated() {
            let place = "\(path).marks[\(index)]"
            guard let shapes = ADFSchema.marks[mark.type] else {
                note(place, "there is no mark of the type “\(mark.type.prefix(40))”")
                continue
            }
            for name in mark.others.keys.sorted() {
                note("\(place).\(name.prefix(40))", "a mark has no such member")
            }
            checkAttributes(
                mark.attrs, shapes: shapes, isNeeded: !shapes.isEmpty, of: "mark \(mark.type)", path: place)
            if !allowed.contains(where: { $0.contains(mark.type) }) {
                note(place, "the mark \(mark.type) is not allowed on a \(node.type) here")
            } else if let other = marks[..<index].first(where: { other in
                !allowed.contains { $0.contains(mark.type) && $0.contains(other.type) }
            }) {
                note(place, "the marks \(other.type) and \(mark.type) cannot stand together")
            }
        }
    }

    private mutating func checkContent(_ node: ADFNode, rule: NodeRule, path: String, levels: Int) {
        guard let content = rule.content else {
            if node.content != nil { note("\(path).content", "a \(node.type) has no content") }
            return
        }
        guard let children = node.content else {
            if rule.needsContent { note(path, "a \(node.type) must have content") }
            return
        }
        if children.count < content.least {
            note(
                path,
                "a \(node.type) must have \(content.least == 1 ? "content" : "at least \(content.least) nodes in it")"
            )
        }
        if let most = content.most, children.count > most {
            note(path, "a \(node.type) must not have more than \(most) nodes in it")
        }
        for (index, child) in children.enumerated() {
            guard !isOver else { return }
            let place = "\(path).content[\(index)]"
            let allowed = index == 0 ? content.first ?? content.children : content.children
            if let match = allowed.first(where: { $0.type == child.type }) {
                visit(child, path: place, marks: match.marks, levels: levels - 1)
            } else if ADFSchema.nodes[child.type] == nil {
                note(place, "there is no node of the type “\(child.type.prefix(40))”")
            } else {
                let names = Set(allowed.map(\.type)).sorted().joined(separator: ", ")
                let position = index == 0 && content.first != nil ? " stand first" : " stand"
                note(place, "a \(child.type) cannot\(position) in a \(node.type), only \(names)")
            }
        }
    }
}

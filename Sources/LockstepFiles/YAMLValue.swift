import Lockstep
import Yams

/// A value of a file, with where it stands and what it belongs to.
struct YAMLValue {
    let node: Node
    let file: String
    /// What it belongs to, for people: `status 'running'`.
    var owner = ""
    /// Its key, if it has one.
    var key = ""

    /// Where it begins, counted from 1, where that is known.
    var line: Int? { node.mark?.line }

    /// A fault of this value.
    func fault(_ sentence: String) -> FileFault {
        FileFault(file: file, line: line, owner.isEmpty ? sentence : "\(owner): \(sentence)")
    }

    private func mismatch(_ wanted: String) -> FileFault {
        fault("\(key.isEmpty ? "this" : "'\(key)'") must be \(wanted)")
    }

    /// A text. Quotes do not matter: a status may be called `on` or `1`.
    func text(_ wanted: String = "a text") throws(FileFault) -> String {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { throw mismatch(wanted) }
        return scalar.string
    }

    /// A text, or a list of them.
    func texts(_ wanted: String) throws(FileFault) -> [String] {
        var texts: [String] = []
        for item in items { texts.append(try item.text(wanted)) }
        guard !texts.isEmpty else { throw mismatch(wanted) }
        return texts
    }

    /// The items of a list; the value itself where it is none.
    var items: [YAMLValue] {
        guard case .sequence(let items) = node else { return [self] }
        return items.map { YAMLValue(node: $0, file: file, owner: owner, key: key) }
    }

    /// Whether it is a mapping.
    var isObject: Bool { node.mapping != nil }

    /// A time limit.
    func limit() throws(FileFault) -> TimeLimit {
        let wanted = "a time limit, such as 30s, 15m, 6h, 90d or forever"
        let text = try text(wanted)
        guard let limit = TimeLimit(text) else { throw mismatch("\(wanted), not '\(text)'") }
        return limit
    }

    /// A whole number above zero.
    func count() throws(FileFault) -> Int {
        let wanted = "a whole number above zero"
        let text = try text(wanted)
        guard let number = Int(text), number > 0 else { throw mismatch("\(wanted), not '\(text)'") }
        return number
    }

    /// A number.
    func number() throws(FileFault) -> Double {
        let text = try text("a number")
        guard let number = Double(text), number.isFinite else { throw mismatch("a number, not '\(text)'") }
        return number
    }

    /// `true` or `false`.
    func flag() throws(FileFault) -> Bool {
        switch try text("true or false") {
        case "true": return true
        case "false": return false
        case let text: throw mismatch("true or false, not '\(text)'")
        }
    }

    /// One of a few words.
    func word<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) throws(FileFault)
        -> Choice
    {
        let wanted = "one of " + Words.list(Choice.allCases.map(\.rawValue))
        let text = try text(wanted)
        guard let choice = Choice(rawValue: text) else { throw mismatch("\(wanted), not '\(text)'") }
        return choice
    }

    /// A mapping, as an object whose keys are in the file's order.
    func object(_ wanted: String) throws(FileFault) -> YAMLObject {
        guard let mapping = node.mapping else { throw mismatch(wanted) }
        var object = YAMLObject(value: self)
        for (key, value) in mapping {
            guard case .scalar(let name) = key else {
                throw YAMLValue(node: key, file: file, owner: owner).fault("a key must be a text")
            }
            object.members.append(
                (name.string, YAMLValue(node: value, file: file, owner: owner, key: name.string)))
        }
        return object
    }
}

/// A mapping of a file.
struct YAMLObject {
    let value: YAMLValue
    var members: [(key: String, value: YAMLValue)] = []

    var keys: [String] { members.map(\.key) }

    subscript(key: String) -> YAMLValue? { members.first { $0.key == key }?.value }

    /// A member that must be there.
    /// - Parameter cure: what to write.
    func required(_ key: String, _ cure: String) throws(FileFault) -> YAMLValue {
        guard let member = self[key] else { throw value.fault("'\(key)' is missing; \(cure)") }
        return member
    }

    /// Refuses every key that is not known here.
    /// - Parameters:
    ///   - place: where that is, for people: `in a working status`.
    ///   - hints: what to say instead of keys that people try.
    func refuse(unknownTo known: [String], _ place: String, hints: [String: String] = [:]) throws(FileFault) {
        for (key, member) in members where !known.contains(key) {
            let help: String
            if let hint = hints[key] {
                help = hint
            } else if let nearest = Words.nearest(to: key, among: known) {
                help = "did you mean '\(nearest)'?"
            } else {
                help = "known are \(known.joined(separator: ", "))"
            }
            throw member.fault("the key '\(key)' says nothing \(place); \(help)")
        }
    }
}

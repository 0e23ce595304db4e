/// A constant of a program that a schema may name.
enum CodeConstant: Sendable {
    case text(String)
    /// A list of texts.
    case list([String])
    /// An enumeration: its members by name, with the values they stand for.
    case members([Member])
    /// A list that names other constants; ``SourceIndex/constant(_:from:)`` looks them up.
    case references([Reference])

    enum Reference: Sendable, Hashable {
        case text(String)
        /// `Status.new`.
        case one(String)
        /// All that another constant holds.
        case all(String, names: Bool)
    }

    struct Member: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// The values, whichever kind it is.
    var values: [String] {
        switch self {
        case .text(let text): [text]
        case .list(let list): list
        case .members(let members): members.map(\.value)
        case .references: []
        }
    }

    /// The names of the members; of a list the texts.
    var names: [String] {
        if case .members(let members) = self { members.map(\.name) } else { values }
    }
}

/// Finds the constants of a file: lists, enumerations, objects of texts.
struct CodeConstants {
    let list: TokenList

    /// By name. Where a name is defined twice the first definition that is understood counts.
    func all() -> [String: CodeConstant] {
        var found: [String: CodeConstant] = [:]
        for index in list.tokens.indices {
            guard let (name, constant) = constant(at: index), found[name] == nil else { continue }
            found[name] = constant
        }
        return found
    }

    private func constant(at index: Int) -> (String, CodeConstant)? {
        let token = list[index]
        guard token.kind == .word else { return nil }
        switch list.language {
        case .python:
            if token.isWord("class"), token.isFirst { return pythonEnum(index) }
            return assigned(index)
        case .typescript, .javascript:
            if token.isWord("enum") { return braced(index, separator: "=") }
            if token.isWord("type") { return union(index) }
            return assigned(index)
        case .ruby: return assigned(index)
        case .swift:
            if token.isWord("enum") || token.isWord("extension") { return swiftEnum(index) }
            return assigned(index)
        default: return nil
        }
    }

    /// `NAME = [...]`, `const NAME: T = {...} as const`, `NAME: tuple[str, ...] = (...)`.
    private func assigned(_ index: Int) -> (String, CodeConstant)? {
        var equals = index + 1
        if list.isMark(":", at: equals) {
            var steps = 0
            while let token = list.at(equals), !token.isMark("="), steps < 40, !token.isMark(";"),
                !token.isMark(",")
            {
                equals =
                    token.isMark("(") || token.isMark("[") || token.isMark("{")
                    ? list.close(of: equals) + 1 : equals + 1
                steps += 1
            }
        }
        guard list.isMark("=", at: equals), let next = list.at(equals + 1) else { return nil }
        guard next.isString || next.kind == .mark || next.kind == .word else { return nil }
        let end = endOfStatement(from: equals + 1)
        let value = CodeParser(list).value(in: equals + 1..<end)
        return constant(value).map { (list[index].text, $0) }
    }

    private func endOfStatement(from start: Int) -> Int {
        var at = start
        while let token = list.at(at) {
            if at > start, token.isFirst, !token.isMark("."), !token.isMark(")"), !token.isMark("]"),
                !token.isMark("}"),
                !token.isString
            {
                return at
            }
            if token.isMark(";") { return at }
            let isOpen = token.isMark("(") || token.isMark("[") || token.isMark("{")
            at = isOpen ? min(list.close(of: at), list.count - 1) + 1 : at + 1
        }
        return list.count
    }

    private func constant(_ value: CodeValue) -> CodeConstant? {
        switch value {
        case .text(let text): return text.plain.map(CodeConstant.text)
        case .list(let items):
            let texts = items.compactMap(\.plain)
            if texts.count == items.count { return texts.isEmpty ? nil : .list(texts) }
            let references = items.compactMap(reference)
            return references.count == items.count ? .references(references) : nil
        case .dictionary(let entries):
            let members = entries.compactMap { entry in
                entry.key.flatMap { key in entry.value.plain.map { CodeConstant.Member(name: key, value: $0) }
                }
            }
            return members.isEmpty ? nil : .members(members)
        case .call(let call):
            // `Object.freeze({...})`, `frozenset([...])`, `%w[...].freeze`, `Enum("Name", "a b")`.
            if let all = all(of: call) { return .references([all]) }
            if ["freeze", "frozenset", "set", "tuple", "list", "Set", "enumType"].contains(call.verb) {
                return (call.positional.first ?? call.receiver).flatMap(constant)
            }
            return nil
        default: return nil
        }
    }

    private func reference(_ value: CodeValue) -> CodeConstant.Reference? {
        switch value {
        case .text(let text): text.plain.map(CodeConstant.Reference.text)
        case .name(let name, _): name.contains(".") || name.first?.isUppercase == true ? .one(name) : nil
        case .spread(.name(let name, _)): .all(name, names: false)
        case .spread(.call(let call)): all(of: call)
        default: nil
        }
    }

    /// `Object.values(X)`, `X.map(…)`.
    private func all(of call: CodeCall) -> CodeConstant.Reference? {
        if call.name == "Object.values" || call.name == "Object.keys", let name = call[0]?.path {
            return .all(name, names: call.name == "Object.keys")
        }
        guard call.verb == "map" else { return nil }
        if case .call(let inner) = call.receiver { return all(of: inner) }
        let name = call.name.split(separator: ".").dropLast().joined(separator: ".")
        return name.isEmpty ? nil : .all(name, names: false)
    }

    /// `class Status(str, Enum):` with `NEW = "new"`, `NEW = auto()`.
    private func pythonEnum(_ index: Int) -> (String, CodeConstant)? {
        guard let name = list.at(index + 1), list.isMark("(", at: index + 2) else { return nil }
        let close = list.close(of: index + 2)
        let bases = list.tokens[min(index + 3, close)..<close].filter { $0.kind == .word }.map(\.text)
        guard bases.contains(where: { $0.hasSuffix("Enum") || $0.hasSuffix("Choices") }) else { return nil }
        let lowers = bases.contains("StrEnum")
        let depth = list[index].column
        var members: [CodeConstant.Member] = []
        var at = close + 1
        while let token = list.at(at) {
            if token.isFirst, token.column <= depth { break }
            defer { at += 1 }
            guard token.isFirst, token.kind == .word, list.isMark("=", at: at + 1),
                let value = list.at(at + 2)
            else {
                continue
            }
            if let text = value.plainString {
                members.append(CodeConstant.Member(name: token.text, value: text))
            } else if value.isMark("("), let text = list.at(at + 3)?.plainString {
                members.append(CodeConstant.Member(name: token.text, value: text))
            } else if value.isWord("auto") || (value.isWord("enum") && list.isWord("auto", at: at + 4)) {
                members.append(
                    CodeConstant.Member(
                        name: token.text, value: lowers ? token.text.lowercased() : token.text))
            } else if value.kind == .number {
                members.append(CodeConstant.Member(name: token.text, value: value.text))
            }
        }
        return members.isEmpty ? nil : (name.text, .members(members))
    }

    /// `enum Status { New = 'new' }`.
    private func braced(_ index: Int, separator: String) -> (String, CodeConstant)? {
        guard let name = list.at(index + 1), name.kind == .word, list.isMark("{", at: index + 2) else {
            return nil
        }
        let members = list.parts(in: index + 2).compactMap { part -> CodeConstant.Member? in
            let first = list[part.lowerBound]
            guard first.kind == .word || first.isString else { return nil }
            guard part.count >= 3, let value = list[part.lowerBound + 2].plainString else {
                return CodeConstant.Member(name: first.text, value: first.text)
            }
            return CodeConstant.Member(name: first.text, value: value)
        }
        return members.isEmpty ? nil : (name.text, .members(members))
    }

    /// `type Status = 'new' | 'done'`.
    private func union(_ index: Int) -> (String, CodeConstant)? {
        guard let name = list.at(index + 1), name.kind == .word, list.isMark("=", at: index + 2) else {
            return nil
        }
        var at = index + 3
        var texts: [String] = []
        while let token = list.at(at) {
            if let text = token.plainString {
                texts.append(text)
            } else if !token.isMark("|") {
                break
            }
            at += 1
        }
        return texts.isEmpty ? nil : (name.text, .list(texts))
    }

    /// `enum Status: String, Codable { case new, done = "finished" }`.
    private func swiftEnum(_ index: Int) -> (String, CodeConstant)? {
        guard let name = list.at(index + 1), name.kind == .word else { return nil }
        var open = index + 2
        while let token = list.at(open), !token.isMark("{"), open < index + 40 { open += 1 }
        guard list.isMark("{", at: open) else { return nil }
        let close = list.close(of: open)
        var members: [CodeConstant.Member] = []
        var at = open + 1
        while at < close, let token = list.at(at) {
            if token.isMark("{") {
                at = list.close(of: at) + 1
                continue
            }
            at += 1
            guard token.isWord("case") else { continue }
            while at < close, let label = list.at(at), label.kind == .word {
                at += 1
                if list.isMark("=", at: at), let text = list.at(at + 1)?.plainString {
                    members.append(CodeConstant.Member(name: label.text, value: text))
                    at += 2
                } else {
                    members.append(CodeConstant.Member(name: label.text, value: label.text))
                }
                guard list.isMark(",", at: at) else { break }
                at += 1
            }
        }
        return members.isEmpty ? nil : (name.text, .members(members))
    }
}

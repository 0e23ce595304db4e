/// An expression of a program, as far as a schema can be read from it: literals, names, lists, calls.
indirect enum CodeValue: Sendable {
    /// A string; its pieces may have holes.
    case text(CodeText)
    case number(String)
    /// `a.b.c`.
    case name(String, line: Int)
    case call(CodeCall)
    case list([CodeValue])
    case dictionary([CodeEntry])
    /// `*values`, `...values`.
    case spread(CodeValue)
    /// A function that is an argument: its body as a range of tokens.
    case function(Range<Int>)
    /// What is not understood.
    case other

    /// The text of a string without holes.
    var plain: String? {
        if case .text(let text) = self { text.plain } else { nil }
    }

    /// The call it is.
    var asCall: CodeCall? {
        if case .call(let call) = self { call } else { nil }
    }

    /// The name it is, or the name of what it calls.
    var path: String? {
        switch self {
        case .name(let name, _): name
        case .call(let call): call.name
        default: nil
        }
    }

    /// The entries of a dictionary, by their keys.
    subscript(_ key: String) -> CodeValue? {
        guard case .dictionary(let entries) = self else { return nil }
        return entries.last { $0.key == key }?.value
    }

    /// What `true`, `True` and `YES` say.
    var bool: Bool? {
        guard case .name(let name, _) = self else { return nil }
        return ["true": true, "false": false][name.lowercased()]
    }

    /// Whether it is None, null, nil.
    var isNull: Bool {
        guard case .name(let name, _) = self else { return false }
        return ["none", "null", "nil", "undefined"].contains(name.lowercased())
    }
}

/// An entry of a dictionary or an object.
struct CodeEntry: Sendable {
    /// The key, when it is a string or a plain name.
    let key: String?
    let value: CodeValue
    let line: Int
}

/// A string, possibly of several pieces put together.
struct CodeText: Sendable {
    /// The string tokens and the names between them.
    var pieces: [Piece]
    var line: Int

    enum Piece: Sendable {
        case token(Token)
        case name(String, line: Int)
    }

    /// What it says, when nothing has to be filled in.
    var plain: String? {
        var text = ""
        for piece in pieces {
            guard case .token(let token) = piece, token.holes.isEmpty else { return nil }
            text += token.text
        }
        return text
    }
}

/// A call: `sa.Column("status", sa.Text(), nullable=False)`.
struct CodeCall: Sendable {
    /// The name with its path: `sa.Column`; without the path after another call: `notNull`.
    let name: String
    /// What the call is made on, when that is more than a name: a call before it in a chain.
    let receiver: CodeValue?
    let arguments: [Argument]
    let line: Int

    struct Argument: Sendable {
        let label: String?
        let value: CodeValue
    }

    /// The last part of the name.
    var verb: String { name.split(separator: ".").last.map(String.init) ?? name }

    /// The arguments without a label.
    var positional: [CodeValue] { arguments.filter { $0.label == nil }.map(\.value) }

    /// The argument of a label.
    subscript(_ label: String) -> CodeValue? { arguments.last { $0.label == label }?.value }

    /// The argument without a label at a place.
    subscript(_ index: Int) -> CodeValue? {
        let positional = positional
        return positional.indices.contains(index) ? positional[index] : nil
    }

    /// The argument of a label, or the one at a place.
    func argument(_ label: String, _ index: Int) -> CodeValue? { self[label] ?? self[index] }

    /// The calls of a chain, the first first.
    var chain: [CodeCall] {
        var calls = [self]
        var next = receiver
        while case .call(let call) = next {
            calls.append(call)
            next = call.receiver
        }
        return calls.reversed()
    }

    /// A keyword argument, or an entry of a dictionary that is the last argument.
    func option(_ name: String) -> CodeValue? {
        if let value = self[name] { return value }
        for argument in arguments.reversed() {
            if let value = argument.value[name] { return value }
        }
        return nil
    }
}

/// Reads expressions from the tokens of a program in Python, JavaScript, TypeScript, Ruby or Swift.
///
/// It reads what declares a schema and passes over the rest. Depth is bounded.
struct CodeParser {
    let list: TokenList
    private var depth = 0
    private static let deepest = 60
    private static let longestChain = 2_000

    init(_ list: TokenList) { self.list = list }

    /// The expression that a range of tokens is.
    func value(in range: Range<Int>) -> CodeValue {
        var parser = self
        var at = range.lowerBound
        return parser.expression(&at, range.upperBound)
    }

    /// The call whose name begins at a token, with everything chained to it.
    func chain(at index: Int) -> (CodeCall, end: Int)? {
        var parser = self
        var at = index
        guard case .call(let call) = parser.postfix(&at, list.count) else { return nil }
        return (call, at)
    }

    /// The arguments between the brackets that open at a token.
    func arguments(in open: Int) -> [CodeCall.Argument] {
        list.parts(in: open).map(argument)
    }

    /// One argument: `label=value`, `label: value`, `:label => value` or a value.
    func argument(_ range: Range<Int>) -> CodeCall.Argument {
        guard range.count > 2, let first = list.at(range.lowerBound) else {
            return CodeCall.Argument(label: nil, value: value(in: range))
        }
        let second = list[range.lowerBound + 1]
        let isLabel =
            first.kind == .word || first.kind == .symbol || (first.isString && list.language == .ruby)
        if isLabel, second.isMark("=") || second.isMark(":") || second.isMark("=>"),
            !(second.isMark("=>") && list.language.isScript)
        {
            return CodeCall.Argument(
                label: first.text, value: value(in: range.lowerBound + 2..<range.upperBound))
        }
        return CodeCall.Argument(label: nil, value: value(in: range))
    }

    private mutating func expression(_ at: inout Int, _ end: Int) -> CodeValue {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest, at < end else { return .other }
        if let body = functionBody(at, end) {
            at = end
            return .function(body)
        }
        var left = postfix(&at, end)
        while at < end, let token = list.at(at),
            token.kind == .mark || token.isWord("as") || token.isWord("satisfies")
        {
            if token.isWord("as") || token.isWord("satisfies") {
                at = end
            } else if token.isMark("+") {
                at += 1
                left = joined(left, postfix(&at, end))
            } else if token.isMark("!") {
                at += 1
            } else {
                break
            }
        }
        return left
    }

    /// `lambda: …`, `(t) => …`, `t => …`, `function (t) { … }`, `{ t in … }`.
    private func functionBody(_ at: Int, _ end: Int) -> Range<Int>? {
        var place = at
        if list.isWord("async", at: place) { place += 1 }
        if list.isWord("function", at: place) || list.isWord("lambda", at: place) {
            return min(place + 1, end)..<end
        }
        if list.isMark("(", at: place) {
            place = list.close(of: place)
        } else if list.at(place)?.kind != .word {
            return nil
        }
        guard place + 1 < end, list.isMark("=>", at: place + 1), list.language.isScript else { return nil }
        return place + 2..<end
    }

    private func joined(_ left: CodeValue, _ right: CodeValue) -> CodeValue {
        guard let first = pieces(of: left), let second = pieces(of: right) else { return .other }
        return .text(CodeText(pieces: first + second, line: line(of: left)))
    }

    private func pieces(of value: CodeValue) -> [CodeText.Piece]? {
        switch value {
        case .text(let text): text.pieces
        case .name(let name, let line): [.name(name, line: line)]
        case .call(let call): call.verb == "str" ? [.name(call.name, line: call.line)] : nil
        default: nil
        }
    }

    private func line(of value: CodeValue) -> Int {
        switch value {
        case .text(let text): text.line
        case .name(_, let line): line
        case .call(let call): call.line
        default: 1
        }
    }

    private static let prefixes: Set<String> = [
        "await", "new", "return", "try", "yield", "const", "let", "var",
    ]

    private mutating func postfix(_ at: inout Int, _ end: Int) -> CodeValue {
        while at < end, let token = list.at(at), token.kind == .word, Self.prefixes.contains(token.text),
            list.at(at + 1)?.isMark("(") != true
        {
            at += 1
        }
        var value = primary(&at, end)
        var links = 0
        while at < end, links < Self.longestChain, let token = list.at(at) {
            links += 1
            if token.isMark(".") || token.isMark("?.") || token.isMark("&.") || token.isMark("::"),
                let name = list.at(at + 1), name.kind == .word
            {
                at += 2
                value = member(value, name.text, line: name.line)
            } else if token.isMark("("), !token.isFirst || list.language != .ruby {
                guard let call = called(value, at) else { return .other }
                value = call
                at = min(list.close(of: at) + 1, end)
            } else if token.isMark("<"), let open = behindTypes(at, end) {
                at = open
            } else if token.isMark("[") {
                at = min(list.close(of: at) + 1, end)
                value = .other
            } else if token.isString, token.quote == "`", case .name(let name, let line) = value {
                value = .call(
                    CodeCall(
                        name: name, receiver: nil,
                        arguments: [
                            CodeCall.Argument(
                                label: nil, value: .text(CodeText(pieces: [.token(token)], line: token.line)))
                        ], line: line))
                at += 1
            } else if token.isMark("!"), list.language == .typescript, list.isMark(".", at: at + 1) {
                at += 1
            } else {
                return value
            }
        }
        return value
    }

    /// The bracket behind `<Type>`, when one opens there.
    private func behindTypes(_ at: Int, _ end: Int) -> Int? {
        guard list.language.isScript || list.language == .kotlin else { return nil }
        var open = 0
        for place in at..<min(end, at + 60) {
            guard let token = list.at(place) else { return nil }
            if token.isMark("<") { open += 1 }
            if token.isMark(">") { open -= 1 }
            if token.isMark(">>") { open -= 2 }
            if open <= 0 { return list.isMark("(", at: place + 1) ? place + 1 : nil }
            if token.isMark(";") { return nil }
        }
        return nil
    }

    private func member(_ value: CodeValue, _ name: String, line: Int) -> CodeValue {
        switch value {
        case .name(let path, let line): .name(path + "." + name, line: line)
        default: .call(CodeCall(name: Self.member + name, receiver: value, arguments: [], line: line))
        }
    }

    /// Marks a member that was not called (yet).
    private static let member = "\u{0}"

    private func called(_ value: CodeValue, _ open: Int) -> CodeValue? {
        let arguments = arguments(in: open)
        switch value {
        case .name(let name, let line):
            return .call(CodeCall(name: name, receiver: nil, arguments: arguments, line: line))
        case .call(let call) where call.name.hasPrefix(Self.member):
            return .call(
                CodeCall(
                    name: String(call.name.dropFirst()), receiver: call.receiver, arguments: arguments,
                    line: call.line))
        default:
            return .call(
                CodeCall(name: "", receiver: value, arguments: arguments, line: list.at(open)?.line ?? 1))
        }
    }

    private mutating func primary(_ at: inout Int, _ end: Int) -> CodeValue {
        guard at < end, let token = list.at(at) else { return .other }
        switch token.kind {
        case .string:
            var pieces: [CodeText.Piece] = []
            while at < end, let more = list.at(at), more.isString {
                pieces.append(.token(more))
                at += 1
                // Only Python and Ruby put strings together that stand beside each other.
                guard list.language == .python || list.language == .ruby else { break }
            }
            return .text(CodeText(pieces: pieces, line: token.line))
        case .symbol:
            at += 1
            return .text(CodeText(pieces: [.token(plain(token))], line: token.line))
        case .number:
            at += 1
            return .number(token.text)
        case .word:
            at += 1
            return .name(token.text, line: token.line)
        case .pattern:
            at += 1
            return .other
        case .mark: return marked(token, &at, end)
        }
    }

    private func plain(_ token: Token) -> Token {
        Token(kind: .string, text: token.text, line: token.line, column: token.column, isFirst: token.isFirst)
    }

    private mutating func marked(_ token: Token, _ at: inout Int, _ end: Int) -> CodeValue {
        switch token.text {
        case "[":
            let parts = list.parts(in: at)
            at = min(list.close(of: at) + 1, end)
            if list.language == .python, let each = comprehension(parts) { return each }
            if list.language == .swift, parts.contains(where: { isPair($0) }) {
                return .dictionary(parts.map(entry))
            }
            return .list(parts.flatMap(items))
        case "(":
            let open = at
            let parts = list.parts(in: at)
            at = min(list.close(of: at) + 1, end)
            let isTuple = parts.count != 1 || list.isMark(",", at: list.close(of: open) - 1)
            return isTuple ? .list(parts.map { value(in: $0) }) : value(in: parts[0])
        case "{":
            let open = at
            at = min(list.close(of: at) + 1, end)
            if list.language == .swift { return .function(open + 1..<max(open + 1, at - 1)) }
            return .dictionary(list.parts(in: open).map(entry))
        case "*", "**", "...":
            at += 1
            return .spread(postfix(&at, end))
        case ".":
            // Swift's `.string`.
            guard let name = list.at(at + 1), name.kind == .word else { return .other }
            at += 2
            return .name("." + name.text, line: name.line)
        case "-":
            guard let number = list.at(at + 1), number.kind == .number else { return .other }
            at += 2
            return .number("-" + number.text)
        case "&", "@":
            at += 1
            return postfix(&at, end)
        default: return .other
        }
    }
}

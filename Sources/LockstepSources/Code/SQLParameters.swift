/// What a call gives for the parameters of its SQL: `query('… status = $1', ['paid'])`, `prepare('… ?').run('paid')`,
/// `query("… $1").bind("paid")`, `execute("… %s", ("paid",))`, and what stands in the holes of a template.
struct SQLParameters {
    /// A literal or a constant, with the line it is written on.
    struct Given {
        let value: ValueUse.Value
        let line: Int
    }

    /// By position, from nought; nil for what is neither a literal nor a constant.
    var positional: [Given?] = []
    var named: [String: Given] = [:]
    /// What stands in the holes of the text, in order.
    var holes: [Given?] = []
    /// For each token of the SQL that is `?`, `%s` or a hole, how many of its kind stand before it.
    private var ordinals: [Int: Int] = [:]
    private var questions = 0

    /// Counts the parameters of a statement: those without a number are told by their order.
    mutating func count(_ sql: TokenList) {
        var openings = 0
        for index in sql.tokens.indices {
            let token = sql[index]
            if token.isMark("?"), sql.at(index + 1)?.kind != .number || sql.at(index + 1)?.isFirst == true {
                ordinals[index] = questions
                questions += 1
            } else if token.isMark("%"), sql.isWord("s", at: index + 1) {
                ordinals[index] = questions
                questions += 1
            } else if token.text.contains(Token.placeholder) {
                if token.isWord(Token.placeholder) { ordinals[index] = openings }
                openings += token.text.unicodeScalars.lazy.filter { $0 == "\u{FFFC}" }.count
            }
        }
    }

    /// What is given for the parameter at a token, if one stands there.
    func given(_ sql: TokenList, _ index: Int) -> Given? {
        guard let token = sql.at(index) else { return nil }
        if token.kind == .word, token.text.hasPrefix("$"), let number = Int(token.text.dropFirst()) {
            return at(number - 1)
        }
        if token.isMark("?"), let number = sql.at(index + 1), number.kind == .number, !number.isFirst {
            return Int(number.text).flatMap { at($0 - 1) }
        }
        if token.isMark("?") || (token.isMark("%") && sql.isWord("s", at: index + 1)) {
            // One argument for each, or their order tells nothing.
            guard positional.count == questions, let ordinal = ordinals[index] else { return nil }
            return at(ordinal)
        }
        if token.isWord(Token.placeholder) {
            return ordinals[index].flatMap { holes.indices.contains($0) ? holes[$0] : nil }
        }
        if token.isMark(":") || token.isMark("@"), let name = sql.at(index + 1), name.kind == .word {
            return named[name.text]
        }
        if token.isMark("%"), sql.isMark("(", at: index + 1), let name = sql.at(index + 2) {
            return named[name.text]
        }
        return nil
    }

    private func at(_ index: Int) -> Given? { positional.indices.contains(index) ? positional[index] : nil }

    var isEmpty: Bool { positional.isEmpty && named.isEmpty && holes.isEmpty }
}

extension CodeReader {
    /// What is given for the parameters of the SQL that stands in the tokens from `start` until `end`.
    func sqlParameters(_ start: Int, until end: Int) -> SQLParameters {
        var parameters = SQLParameters()
        for index in start..<min(end, list.count) where list[index].isString {
            parameters.holes += list[index].holes.map(given)
        }
        guard let open = openBracket(before: start), list.isMark("(", at: open), list.isClosed(open) else {
            return parameters
        }
        addArguments(behind: start, in: open, to: &parameters)
        var close = list.close(of: open)
        // `execute(text("…"), {"status": "paid"})`: what wraps the text alone has no arguments of its own.
        if parameters.positional.isEmpty, parameters.named.isEmpty, let outer = openBracket(before: open),
            list.isMark("(", at: outer), list.isClosed(outer)
        {
            addArguments(behind: open, in: outer, to: &parameters)
            close = parameters.positional.isEmpty && parameters.named.isEmpty ? close : list.close(of: outer)
        }
        addChain(behind: close, to: &parameters)
        return parameters
    }

    /// The arguments of a call that follow the one a token is in.
    private func addArguments(behind index: Int, in open: Int, to parameters: inout SQLParameters) {
        let parts = list.parts(in: open)
        guard let own = parts.firstIndex(where: { $0.contains(index) }) else { return }
        addArguments(Array(parts[(own + 1)...]), to: &parameters)
    }

    private func addArguments(_ parts: [Range<Int>], to parameters: inout SQLParameters) {
        guard var first = parts.first else { return }
        // Swift's `arguments: […]`, Python's `params=(…)`.
        let sign = file.language == .swift ? ":" : file.language == .python ? "=" : nil
        if let sign, first.count > 2, list.isMark(sign, at: first.lowerBound + 1) {
            first = first.lowerBound + 2..<first.upperBound
        }
        // `['a', 1]`, `("a", 1)`, `&["a"]`, `params!["a"]`, `{ status: 'a' }`.
        let opening = first.prefix(3).first { "([{".contains(list[$0].text) && list[$0].kind == .mark }
        let isWrapped =
            opening.map { open in
                list.close(of: open) == first.upperBound - 1
                    && (first.lowerBound..<open).allSatisfy { place in
                        ["&", "!", "*"].contains(list[place].text)
                            || ["params", "vec", "new", "list", "tuple"].contains(list[place].text)
                    }
            } ?? false
        guard isWrapped, let opening else {
            parameters.positional += parts.prefix(200).map(given)
            return
        }
        for part in list.parts(in: opening).prefix(200) {
            let key = list[part.lowerBound]
            guard list.isMark("{", at: opening) else {
                parameters.positional.append(given(part))
                continue
            }
            guard part.count > 2, list.isMark(":", at: part.lowerBound + 1) else { continue }
            let name = key.kind == .word ? key.text : key.plainString ?? ""
            parameters.named[name] = given(part.lowerBound + 2..<part.upperBound)
        }
    }

    private static let runners: Set<String> = [
        "run", "all", "get", "execute", "exec", "query", "queryOne", "first", "raw", "iterate", "fetch",
    ]

    /// `.run('paid', id)`, `.bind("paid").bind(id)`.
    private func addChain(behind close: Int, to parameters: inout SQLParameters) {
        var place = close + 1
        for _ in 0..<60 {
            guard list.isMark(".", at: place), let verb = list.at(place + 1), verb.kind == .word,
                list.isMark("(", at: place + 2), list.isClosed(place + 2)
            else { return }
            let parts = list.parts(in: place + 2)
            if verb.text == "bind" {
                parameters.positional += parts.map(given)
            } else if Self.runners.contains(verb.text), parameters.positional.isEmpty,
                parameters.named.isEmpty
            {
                addArguments(parts, to: &parameters)
            }
            place = list.close(of: place + 2) + 1
        }
    }

    /// A literal, or a constant by its name: `"paid"`, `"paid".into()`, `Status.PAID`, `Status::Paid.as_str()`.
    func given(_ part: Range<Int>) -> SQLParameters.Given? {
        var place = part.lowerBound
        if list.isMark("&", at: place) { place += 1 }
        guard place < part.upperBound else { return nil }
        let token = list[place]
        if let text = literal(token) {
            let isAlone =
                place + 1 == part.upperBound || list.isMark(".", at: place + 1)
                || list.isWord("as", at: place + 1)
            return isAlone ? .init(value: .literal(text), line: token.line) : nil
        }
        guard token.kind == .word else { return nil }
        var words = [token.text]
        place += 1
        while place + 1 < part.upperBound, list.isMark(".", at: place) || list.isMark("::", at: place),
            list[place + 1].kind == .word
        {
            words.append(list[place + 1].text)
            place += 2
        }
        if list.isMark("(", at: place), list.close(of: place) == place + 1, words.count > 2 { place += 2 }
        guard place == part.upperBound else { return nil }
        if words.count > 2, Self.readings.contains(words[words.count - 1]) { words.removeLast() }
        return .init(value: .constant(words.joined(separator: ".")), line: token.line)
    }

    /// How languages read the text of a member.
    private static let readings: Set<String> = [
        "value", "rawValue", "as_str", "to_string", "name", "toString", "String", "as_ref", "getValue",
    ]

    private func given(_ hole: Token.Hole) -> SQLParameters.Given? {
        guard hole.source.utf8.count <= 80 else { return nil }
        let inner = CodeReader(file: file, list: Lexer.tokens(of: hole.source, language: file.language))
        guard let found = inner.given(0..<inner.list.count) else { return nil }
        return .init(value: found.value, line: hole.line)
    }
}

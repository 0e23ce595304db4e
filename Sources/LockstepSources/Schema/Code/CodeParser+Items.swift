/// What stands between the commas of lists and maps.
extension CodeParser {
    /// One item, or the words of Ruby's `%w[a b]`.
    func items(_ part: Range<Int>) -> [CodeValue] {
        let tokens = list.tokens[part]
        guard list.language == .ruby, tokens.count > 1,
            tokens.allSatisfy({ $0.isString && $0.quote.hasPrefix("%") })
        else {
            return [value(in: part)]
        }
        return tokens.map { .text(CodeText(pieces: [.token($0)], line: $0.line)) }
    }

    /// `[status.value for status in Status]`, as what it lists.
    func comprehension(_ parts: [Range<Int>]) -> CodeValue? {
        guard parts.count == 1, let part = parts.first,
            let loop = list.tokens[part].firstIndex(where: { $0.isWord("for") }),
            let source = list.tokens[loop..<part.upperBound].firstIndex(where: { $0.isWord("in") }),
            let name = list.at(source + 1), name.kind == .word, source + 1 < part.upperBound
        else { return nil }
        let isByName = list.at(loop - 1)?.isWord("name") == true
        return .call(
            CodeCall(
                name: isByName ? "Object.keys" : "Object.values", receiver: nil,
                arguments: [CodeCall.Argument(label: nil, value: .name(name.text, line: name.line))],
                line: name.line))
    }

    func isPair(_ range: Range<Int>) -> Bool {
        range.count > 2 && list.isMark(":", at: range.lowerBound + 1)
    }

    func entry(_ range: Range<Int>) -> CodeEntry {
        let first = list[range.lowerBound]
        if range.count == 1 {
            return CodeEntry(
                key: first.kind == .word ? first.text : nil, value: value(in: range), line: first.line)
        }
        let second = list[range.lowerBound + 1]
        if first.kind != .mark, second.isMark(":") || second.isMark("=>") {
            let key = first.kind == .string ? first.plainString : first.text
            return CodeEntry(
                key: key, value: value(in: range.lowerBound + 2..<range.upperBound), line: first.line)
        }
        // `[Status.a]: …`, `f(x): …`
        return CodeEntry(key: nil, value: value(in: range), line: first.line)
    }
}

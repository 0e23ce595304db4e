/// Finds the bodies of functions by their names.
enum CodeBlocks {
    /// What migrations call the function that undoes them.
    static let backward: Set<String> = ["down", "downgrade", "revert", "rollback", "reverse", "undo"]

    /// The ranges of tokens that are bodies of functions of these names, in any language that is read here.
    static func bodies(of names: Set<String>, in list: TokenList) -> [Range<Int>] {
        var bodies: [Range<Int>] = []
        for index in list.tokens.indices {
            guard list[index].kind == .word, names.contains(list[index].text) else { continue }
            if let body = body(at: index, in: list) { bodies.append(body) }
        }
        return bodies
    }

    private static func body(at index: Int, in list: TokenList) -> Range<Int>? {
        switch list.language {
        case .python: return list.isWord("def", at: index - 1) ? indented(index, in: list) : nil
        case .ruby: return rubyBody(index, in: list)
        default: break
        }
        var at = index + 1
        // `exports.down = async (knex) => {`, `down: (q) => {`, `down = () => {`
        while let token = list.at(at),
            token.isMark("=") || token.isMark(":") || token.isWord("async") || token.isWord("function")
        {
            at += 1
        }
        if list.isMark("<", at: at) {
            while let token = list.at(at), !token.isMark("("), at < index + 40 { at += 1 }
        }
        if list.isMark("(", at: at) {
            at = list.close(of: at) + 1
        } else if list.isMark("=>", at: at + 1) {
            at += 1
        } else {
            return nil
        }
        var steps = 0
        // What stands between the arguments and the body: a type, `async throws ->`, `=>`.
        while let token = list.at(at), !token.isMark("{"), steps < 30 {
            if token.isMark(";") || token.isMark(",") || token.isMark("}") { return nil }
            if token.isMark("=>"), list.at(at + 1)?.isMark("{") != true {
                var end = at + 1
                while let next = list.at(end), !next.isMark(";"),
                    !(next.isFirst && end > at + 1 && next.column <= list[index].column)
                {
                    end =
                        next.isMark("(") || next.isMark("[") || next.isMark("{")
                        ? list.close(of: end) + 1 : end + 1
                }
                return at + 1..<min(end, list.count)
            }
            at += 1
            steps += 1
        }
        guard list.isMark("{", at: at) else { return nil }
        return at + 1..<max(at + 1, list.close(of: at))
    }

    private static func indented(_ index: Int, in list: TokenList) -> Range<Int> {
        let column = list[index - 1].column
        var end = index + 1
        if list.isMark("(", at: end) { end = list.close(of: end) + 1 }
        let start = min(end, list.count)
        while let token = list.at(end), !(token.isFirst && token.column <= column && !token.isMark(")")) {
            end += 1
        }
        return start..<max(start, min(end, list.count))
    }

    /// `def down … end`, `dir.down do … end`, `dir.down { … }`: the lines further in than the first.
    private static func rubyBody(_ index: Int, in list: TokenList) -> Range<Int>? {
        guard list.isWord("def", at: index - 1) || list.isMark(".", at: index - 1) else { return nil }
        if list.isMark("{", at: index + 1) { return index + 2..<max(index + 2, list.close(of: index + 1)) }
        guard list.isWord("def", at: index - 1) || list.isWord("do", at: index + 1) else { return nil }
        var first = index
        while first > 0, !list[first].isFirst { first -= 1 }
        let column = list[first].column
        var end = index + 1
        while let token = list.at(end), !(token.isFirst && token.column <= column) { end += 1 }
        return index + 1..<max(index + 1, end)
    }
}

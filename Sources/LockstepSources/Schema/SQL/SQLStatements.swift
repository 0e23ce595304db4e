/// The statements of an SQL text, each as its tokens.
enum SQLStatements {
    /// Cuts tokens at semicolons; those inside the BEGIN … END of a trigger or a routine do not count.
    static func split(_ tokens: [SQLToken]) -> [ArraySlice<SQLToken>] {
        var statements: [ArraySlice<SQLToken>] = []
        var start = 0
        var depth = 0
        var isRoutine = false
        for (index, token) in tokens.enumerated() {
            if token.kind == .word {
                if !isRoutine, index - start < 8,
                    ["trigger", "function", "procedure", "event"].contains(token.text),
                    tokens[start].isWord("create")
                {
                    isRoutine = true
                } else if isRoutine {
                    depth += change(of: depth, at: index, in: tokens)
                }
            }
            guard token.isSign(";"), depth == 0 else { continue }
            if start < index { statements.append(tokens[start..<index]) }
            start = index + 1
            isRoutine = false
        }
        if start < tokens.count { statements.append(tokens[start...]) }
        return statements
    }

    private static func change(of depth: Int, at index: Int, in tokens: [SQLToken]) -> Int {
        switch tokens[index].text {
        case "begin": return 1
        case "case" where depth > 0: return index > 0 && tokens[index - 1].isWord("end") ? 0 : 1
        case "end" where depth > 0:
            let next = index + 1 < tokens.count ? tokens[index + 1].text : ""
            return ["if", "loop", "while", "repeat", "for"].contains(next) ? 0 : -1
        default: return 0
        }
    }
}

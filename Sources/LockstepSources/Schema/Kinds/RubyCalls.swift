/// Ruby's calls without brackets: `t.string "status", null: false`.
struct RubyCalls {
    let list: TokenList

    /// The arguments of a call whose name is at a token, and the token behind them.
    func arguments(at index: Int) -> ([CodeCall.Argument], end: Int) {
        let parser = CodeParser(list)
        if list.isMark("(", at: index + 1) {
            return (parser.arguments(in: index + 1), min(list.close(of: index + 1) + 1, list.count))
        }
        var end = index + 1
        while let token = list.at(end) {
            // A line goes on behind a comma and an operator.
            if token.isFirst, let before = list.at(end - 1), !before.isMark(","), !before.isMark("+"),
                !before.isMark("\\"),
                !before.isMark(":")
            {
                break
            }
            if token.isWord("do") || token.isWord("if") || token.isWord("unless") || token.isMark(";") {
                break
            }
            if token.isMark("{"), list.at(end - 1)?.isMark(",") == false, !list.isMark("=>", at: end - 1),
                end > index + 1, list.at(end - 1)?.isMark(":") == false
            {
                break
            }
            let isOpen = token.isMark("(") || token.isMark("[") || token.isMark("{")
            end = isOpen ? min(list.close(of: end), list.count - 1) + 1 : end + 1
        }
        return (list.parts(of: index + 1..<max(index + 1, end)).map(parser.argument), end)
    }

    func call(at index: Int) -> (CodeCall, end: Int) {
        let (arguments, end) = arguments(at: index)
        return (
            CodeCall(name: list[index].text, receiver: nil, arguments: arguments, line: list[index].line), end
        )
    }
}

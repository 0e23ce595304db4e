/// Values that Rust's query builders write and compare: Diesel's `orders::status.eq("x")`, SeaORM's
/// `order::Column::Status.eq("x")`, `order::ActiveModel { status: Set("x".to_owned()) }`.
extension CodeReader {
    /// What stands behind a column's name: `.eq("x")`, or `, Expr::value("x")`.
    mutating func readRustBuilder(_ index: Int, _ name: String, _ sign: Int) {
        guard let table = rustPath(before: index) else { return }
        var open = sign + 2
        var isWrite = false
        if list.isMark(".", at: sign) {
            guard ["eq", "ne"].contains(list.at(sign + 1)?.text ?? ""), list.isMark("(", at: open) else {
                return
            }
            isWrite = context(of: index).prefix(2).contains { ["set", "values"].contains($0.first ?? "") }
        } else {
            guard list.isWord("Expr", at: sign + 1), list.isWord("value", at: sign + 3) else { return }
            open = sign + 4
            isWrite = true
        }
        guard list.isMark("(", at: open), let given = given(open + 1..<list.close(of: open)) else { return }
        facts.uses.append(
            ValueUse(
                name: name, receiver: nil, table: table, context: [], value: given.value,
                form: isWrite ? .write : .comparison, place: place(given.line), language: file.language,
                role: file.role))
    }

    /// `orders` of `orders::status`, `orders::dsl::status` and `orders::Column::Status`.
    private func rustPath(before index: Int) -> String? {
        var place = index
        while list.isMark("::", at: place - 1), let word = list.at(place - 2), word.kind == .word {
            if !["dsl", "Column", "columns", "super", "self"].contains(word.text) { return word.text }
            place -= 2
        }
        return nil
    }

    /// The table of a row that is being made or changed, as far as the code around it says so.
    func rustTable(_ receiver: String?, _ context: [[String]], at index: Int) -> String? {
        if let words = context.first, words.count > 1, words[0] == "ActiveModel" { return words[1] }
        guard let receiver else { return nil }
        // `let mut row: order::ActiveModel = …`, `let mut row = order::ActiveModel { … }`.
        var place = index - 1
        while place > 0, index - place < 800 {
            defer { place -= 1 }
            guard list[place].text == receiver, list[place].kind == .word,
                list.isWord("mut", at: place - 1) || list.isWord("let", at: place - 1)
            else { continue }
            for next in place + 1..<min(place + 12, list.count) where list[next].isWord("ActiveModel") {
                return rustPath(before: next)
            }
            return nil
        }
        return nil
    }
}

/// A word, a literal or a sign of an SQL text.
struct SQLToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// A keyword or a name without quotes; its text is in lower case.
        case word
        /// A name in quotes (`"…"`, `` `…` ``, `[…]`), with the quotes and their doubling taken away.
        case quoted
        /// A string, with the quotes and escapes taken away.
        case string
        /// A string between dollar signs, which may be a program.
        case dollarString
        case number
        /// An operator or a bracket.
        case sign
        /// A place for a value or a name that another program fills in: `$1`, `:name`, `?`, `{{ … }}`, `${ … }`.
        case hole
    }

    let kind: Kind
    let text: String
    /// Counted from 1.
    let line: Int
    /// Whether no white space or comment stands between this token and the one before.
    let isTight: Bool

    func isWord(_ word: String) -> Bool { kind == .word && text == word }

    func isSign(_ sign: String) -> Bool { kind == .sign && text == sign }

    /// Whether it can be a name of something.
    var isName: Bool { kind == .word || kind == .quoted }
}
